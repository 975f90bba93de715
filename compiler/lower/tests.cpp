// Tests of the root file: what is given becomes values, what is expected becomes expressions of the plan.
#include "compiler/lower/tests.h"
#include "compiler/lower/lowering.h"
#include "compiler/plan/evaluate.h"
#include "compiler/plan/names.h"
#include <cstring>

namespace pipelang::lowering {

void Lowering::lowerTests(std::vector<Test> &tests) {
  module_ = sema::ModuleId(0);
  evaluator_.forgetLets();
  events_.clear();
  contexts_.clear();
  context_ = {};
  for (const ast::Decl &decl : tree().declarations)
    if (const auto *test = std::get_if<ast::TestDecl>(&decl.node))
      tests.push_back(lowerTest(*test, decl.header));
}

Test Lowering::lowerTest(const ast::TestDecl &test, Span span) {
  Test result;
  result.span = span;
  Value name = evaluate(test.name);
  refuseLate(name, spanOf(test.name), "the name of a test");
  if (name.is<eval::Text>()) result.name = name.text();
  result.sections.emplace_back();
  for (ast::StmtId id : test.body) {
    const ast::Stmt &statement = tree().statements[id];
    if (const auto *let = std::get_if<ast::LetStmt>(&statement.node))
      evaluator_.bind(program_.module(module_).statementSymbols[id.index()], evaluate(let->value));
    if (const auto *simulate = std::get_if<ast::SimulateStmt>(&statement.node)) {
      result.sections.emplace_back();
      result.sections.back().simulation = lowerSimulation(*simulate, statement.header);
    }
    if (const auto *expect = std::get_if<ast::ExpectStmt>(&statement.node))
      result.sections.back().expectations.push_back(
          lowerExpectation(*expect, expect->condition ? statement.span : statement.header));
  }
  return result;
}

/// How a node ends, by the words of a fact.
static std::optional<plan::Outcome> outcomeOf(const ast::Fact &fact) {
  if (fact.is) return plan::outcomeFromText(fact.outcome.text);
  if (fact.outcome.text == "succeeds") return plan::Outcome::Success;
  if (fact.outcome.text == "fails") return plan::Outcome::Failure;
  if (fact.outcome.text == "times out") return plan::Outcome::TimedOut;
  return std::nullopt;
}

std::optional<Simulation> Lowering::lowerSimulation(const ast::SimulateStmt &simulate, Span span) {
  const auto &scope = program_.module(module_).scope;
  auto symbol = scope.find(simulate.pipeline.text);
  if (symbol == scope.end()) return std::nullopt;
  auto pipeline = pipelines_.find(symbol->second);
  if (pipeline == pipelines_.end()) return std::nullopt;
  Simulation result;
  result.pipeline = pipeline->second;
  result.everyOutcome = simulate.everyOutcome;
  result.span = span;
  for (ast::ExprId id : simulate.of)
    for (plan::NodeId node : nodesOf(evaluate(id)))
      result.of.push_back(node);
  std::map<std::string, Span> seen;
  for (const ast::Fact &fact : simulate.facts) {
    auto [first, isNew] = seen.try_emplace(spelled({module_, fact.subject}), fact.span);
    if (!isNew)
      reporter_.report(fact.span, diag::DuplicateArgument, first->first)
          .label(first->second, "first given here");
    Value subject = evaluate(fact.subject);
    if (fact.value) {
      giveValue(result.given, fact, subject);
    } else if (std::optional<plan::Outcome> outcome = outcomeOf(fact)) {
      for (plan::NodeId node : nodesOf(subject))
        result.given.outcomes[node] = *outcome;
    }
  }
  return result;
}

/// `subject = value`: the subject must be a fact of a run, the value known now.
void Lowering::giveValue(plan::Given &given, const ast::Fact &fact, const Value &subject) {
  Value value = evaluate(*fact.value);
  if (subject.isError() || value.isError()) return;
  const std::string text = spelled({module_, fact.subject});
  std::optional<plan::Value> known = eval::toPlan(program_, value);
  if (!known) {
    if (refuseLate(value, spanOf(*fact.value), text)) reporter_.report(spanOf(*fact.value), diag::NoData);
    return;
  }
  const auto *late = subject.as<eval::Late>();
  if (!late) {
    reporter_.report(spanOf(fact.subject), diag::NotLate, text, "it is known when the file is compiled");
    return;
  }
  const auto &node = plan_.exprs[late->expr].node;
  if (const auto *context = std::get_if<plan::ContextRef>(&node)) {
    given.contexts[context->key] = *known;
  } else if (const auto *param = std::get_if<plan::ParamRef>(&node)) {
    given.params[param->param] = *known;
  } else if (const auto *output = std::get_if<plan::OutputRef>(&node)) {
    given.outputs[output->output] = *known;
  } else if (const auto *metric = std::get_if<plan::Metric>(&node)) {
    given.metrics[{metric->deployment, metric->name}] = *known;
  } else if (const auto *field = std::get_if<plan::FieldOf>(&node);
             field && std::holds_alternative<plan::OutputRef>(plan_.exprs[field->object].node)) {
    const auto &output = std::get<plan::OutputRef>(plan_.exprs[field->object].node);
    given.fields[{output.output, field->field}] = *known;
  } else {
    reporter_.report(spanOf(fact.subject), diag::NotLate, text, "it follows from others; give those");
  }
}

Expectation Lowering::lowerExpectation(const ast::ExpectStmt &expect, Span span) {
  Expectation result;
  result.span = span;
  if (expect.errorCode) {
    result.errorCode = expect.errorCode->text;
    result.text = "error " + *result.errorCode;
    result.program = expect.program;
  }
  if (!expect.condition) return result;
  // Behind `expect`, parentheses and all.
  result.span.begin = std::min(spanOf(*expect.condition).begin,
                               result.span.begin + static_cast<std::uint32_t>(strlen("expect ")));
  result.text = spelled({module_, *expect.condition});
  Value condition = evaluate(*expect.condition);
  result.condition = evaluator_.toLate(condition, plan::ValueType::Bool, result.span);
  if (!result.condition) return result;
  showParts(*expect.condition, result.parts);
  if (const auto *compare = std::get_if<plan::Compare>(&plan_.exprs[*result.condition].node);
      compare && compare->op == plan::CompareOp::Equal)
    for (auto [file, other] :
         {std::pair(compare->left, compare->right), std::pair(compare->right, compare->left)})
      if (const auto *context = std::get_if<plan::ContextRef>(&plan_.exprs[file].node))
        if (llvm::StringRef path = context->key; path.consume_front("snapshot:"))
          result.snapshot = {path.str(), other};
  return result;
}

/// The operands of a condition that a reader wants to know: names and what is asked of them, and both sides
/// of a comparison. Literals say it themselves.
void Lowering::showParts(ast::ExprId id, std::vector<ShownPart> &parts) {
  const auto &node = tree().expressions[id].node;
  if (const auto *binary = std::get_if<ast::BinaryExpr>(&node)) {
    showParts(binary->left, parts);
    return showParts(binary->right, parts);
  }
  if (const auto *unary = std::get_if<ast::UnaryExpr>(&node)) return showParts(unary->operand, parts);
  if (const auto *is = std::get_if<ast::IsExpr>(&node)) return showParts(is->subject, parts);
  const auto *string = std::get_if<ast::StringExpr>(&node);
  const bool plain = string && llvm::none_of(string->parts, [](const ast::StringPart &part) {
                       return std::holds_alternative<ast::ExprId>(part.node);
                     });
  if (plain || std::holds_alternative<ast::NumberExpr>(node) || std::holds_alternative<ast::BoolExpr>(node) ||
      std::holds_alternative<ast::NoneExpr>(node))
    return;
  std::string text = spelled({module_, id});
  if (llvm::any_of(parts, [&](const ShownPart &part) { return part.text == text; })) return;
  Value value = evaluate(id);
  if (value.is<eval::NodeRef>()) value = memberOf(value, "outcome", spanOf(id));
  if (const auto *late = value.as<eval::Late>())
    parts.push_back({std::move(text), late->expr});
  else if (std::optional<std::string> known = written(value); known && *known != text)
    parts.push_back({std::move(text), std::move(*known)});
}

/// A value that is known now, as the language writes it; empty for what has no spelling.
std::optional<std::string> Lowering::written(const Value &value) const {
  if (value.is<eval::Text>()) return "\"" + value.text() + "\"";
  if (value.is<plan::NoneValue>()) return "none";
  std::string text;
  auto add = [&](const std::string &before, const Value &part) {
    text += (text.empty() ? "" : ", ") + before + written(part).value_or("…");
  };
  if (const auto *list = value.as<eval::List>()) {
    for (const Value &element : *list->elements)
      add("", element);
    return "[" + text + "]";
  }
  if (const auto *map = value.as<eval::Map>()) {
    for (const auto &[key, entry] : map->data->entries)
      add("[" + written(key).value_or("…") + "] = ", entry);
    return "{ " + text + " }";
  }
  if (const auto *record = value.as<eval::Record>()) {
    for (const auto &[name, field] : record->data->fields)
      add(name + " = ", field);
    return "{ " + text + " }";
  }
  return eval::toText(program_, value);
}

/// `emitted("path")`, `snapshot("path")`: texts that only those who run the test can read.
Value Lowering::callTestFile(const Place &call, const std::string &builtin) {
  const auto &arguments = program_.module(call.module).of(call.expr).arguments;
  Value path = arguments.empty() ? Value::error() : evaluator_.evaluate({call.module, arguments[0]});
  if (path.isError()) return path;
  Span span = evaluator_.exprAt(call).span;
  if (!path.is<eval::Text>()) {
    refuseLate(path, span, builtin);
    return Value::error();
  }
  plan::Expr expr;
  expr.node = plan::ContextRef{builtin + ":" + path.text()};
  return evaluator_.late(std::move(expr), {}, span);
}

} // namespace pipelang::lowering
