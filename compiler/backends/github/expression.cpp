#include "compiler/backends/github/expression.h"
#include "compiler/plan/context.h"
#include "compiler/plan/evaluate.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::backends::github {

namespace {

using plan::ValueType;

/// How tightly an expression binds, loosest first.
enum class Binding { Or, And, Equality, Order, Not, Atom };

struct Rendered {
  std::string text;
  Binding binding = Binding::Atom;
};

llvm::StringRef keyName(Key key) {
  static constexpr llvm::StringLiteral names[] = {
#define GITHUB_KEY(NAME, KEY, DEFINITION, ALLOWED) KEY,
#include "compiler/backends/github/keys.def"
#undef GITHUB_KEY
  };
  return names[static_cast<unsigned>(key)];
}

bool isAllowed(Key key, llvm::StringRef name) {
  static constexpr llvm::StringLiteral allowed[] = {
#define GITHUB_KEY(NAME, KEY, DEFINITION, ALLOWED) ALLOWED,
#include "compiler/backends/github/keys.def"
#undef GITHUB_KEY
  };
  llvm::SmallVector<llvm::StringRef> words;
  llvm::StringRef(allowed[static_cast<unsigned>(key)]).split(words, ' ');
  return llvm::is_contained(words, name);
}

std::string jsonText(const plan::ValueList &list) {
  llvm::json::Array array;
  for (const plan::Value &value : list)
    array.push_back(value.toText());
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(array));
  return text;
}

class Renderer {
public:
  Renderer(const Scope &scope, Key key) : scope_(scope), key_(key) {}

  /// None after a diagnostic.
  std::optional<Rendered> render(plan::ExprId id) {
    const plan::Expr &expr = scope_.plan.exprs[id];
    if (expr.origin.valid()) span_ = expr.origin;
    type_ = expr.type;
    const bool outer = std::exchange(conditional_, conditional_ || !isAlwaysComputed(expr));
    auto rendered = std::visit([&](const auto &node) { return visit(node); }, expr.node);
    conditional_ = outer;
    return rendered;
  }

private:
  /// Whether the parts of `expr` are computed whenever it is: those that checks.h goes through.
  static bool isAlwaysComputed(const plan::Expr &expr) {
    const auto *apply = std::get_if<plan::Apply>(&expr.node);
    return std::holds_alternative<plan::Concat>(expr.node) ||
           std::holds_alternative<plan::ByTarget>(expr.node) || (apply && apply->function == "validate");
  }

  std::optional<Rendered> cannot(const std::string &what, const char *wayOut) {
    scope_.diagnostics.report(place(), diag::GithubCannotCompute, what).note(wayOut);
    return std::nullopt;
  }

  std::string others() const { return key_ == Key::CallOutput ? "jobs" : "needs"; } ///< The context of jobs.
  Span place() const { return span_.valid() || !scope_.node.valid() ? span_ : scope_.current().origin; }

  /// `text`, which reads the context (or calls the function) `name`, where the key allows that.
  std::optional<Rendered> reading(llvm::StringRef name, Rendered rendered) {
    if (isAllowed(key_, name)) return rendered;
    scope_.diagnostics.report(place(), diag::GithubUnavailable, name, keyName(key_));
    return std::nullopt;
  }

  /// An output is a text to GitHub: what is a number or a bool to us is read from it.
  Rendered fromText(std::string text, ValueType type) {
    if (type == ValueType::Bool || type == ValueType::Int) return {"fromJSON(" + text + ")"};
    return {std::move(text)};
  }

  std::string inParentheses(const Rendered &rendered, Binding atLeast) {
    return rendered.binding < atLeast ? "(" + rendered.text + ")" : rendered.text;
  }

  std::optional<Rendered> visit(const plan::Literal &literal) {
    const plan::Value &value = literal.value;
    switch (value.type()) {
    case ValueType::None: return Rendered{"null"};
    case ValueType::Bool:
    case ValueType::Int: return Rendered{value.toText()};
    case ValueType::List:
      return Rendered{"fromJSON(" + quoted(jsonText(std::get<plan::ValueList>(value.node))) + ")"};
    default: return Rendered{quoted(value.toText())};
    }
  }

  std::optional<Rendered> context(llvm::StringRef key) {
    const plan::ContextFact *fact = plan::findContext(key);
    if (!fact) return cannot(("`" + key + "`").str(), "GitHub has no such fact of a run");
    std::string text = fact->github;
    if (fact->type == ValueType::Int) text += " || 0"; // absent: GitHub has null there
    bool compound = llvm::StringRef(text).contains("||");
    return reading("github", {text, compound ? Binding::Or : Binding::Atom});
  }
  std::optional<Rendered> visit(const plan::ContextRef &reference) { return context(reference.key); }

  std::optional<Rendered> visit(const plan::SecretRef &reference) {
    std::string name = llvm::StringRef(scope_.plan.secrets[reference.secret].name).upper();
    return reading("secrets", {"secrets." + name});
  }

  /// Only a run started by hand has inputs; all others take the default.
  std::optional<Rendered> visit(const plan::ParamRef &reference) {
    const plan::Param &param = scope_.plan.params[reference.param];
    std::string input = "inputs." + param.name;
    std::string byHand = "github.event_name == 'workflow_dispatch'";
    // A workflow that is called runs under the event of its caller.
    if (llvm::any_of(scope_.pipeline.triggers,
                     [](const auto &trigger) { return trigger.event == "workflow_call"; }))
      byHand = "toJSON(" + input + ") != 'null'";
    if (!param.defaultValue) return reading("inputs", {input});
    std::string value = param.defaultValue->type() == ValueType::None ? "" : param.defaultValue->toText();
    std::string text = byHand + " && format('{0}', " + input + ") || " + quoted(value);
    if (param.type == ValueType::Bool || param.type == ValueType::Int)
      return reading("inputs", {"fromJSON(" + text + ")"});
    return reading("inputs", {text, Binding::Or});
  }

  std::optional<Rendered> visit(const plan::OutputRef &reference) {
    const plan::Output &output = scope_.plan.outputs[reference.output];
    if (output.isArtifact())
      return cannot("`" + output.name + "`, which is a file", "use its fields in a gate");
    std::string name = scope_.names.outputOf(reference.output);
    return reading(others(),
                   fromText(others() + "." + scope_.names.jobOf(output.job) + ".outputs." + name, type_));
  }

  std::optional<Rendered> visit(const plan::StepOutput &reference) {
    return reading("steps", fromText("steps." + reference.action + ".outputs." + reference.name, type_));
  }

  /// Containers publish each port as it is; the text is the same everywhere.
  std::optional<Rendered> visit(const plan::ServicePort &port) {
    return Rendered{std::to_string(port.containerPort)};
  }

  std::optional<Rendered> visit(const plan::OutcomeOf &reference) {
    std::string result = "needs." + scope_.names.jobOf(reference.node) + ".result";
    if (!reading("cancelled", {})) return std::nullopt;
    return reading("needs",
                   {result + " == 'cancelled' && !cancelled() && 'timed_out' || " + result, Binding::Or});
  }

  std::optional<Rendered> visit(const plan::Metric &metric) {
    return cannot("the metric `" + metric.name + "`", "use it in `after switch` or in a gate");
  }

  std::optional<Rendered> visit(const plan::FieldOf &field) {
    const plan::Expr &object = scope_.plan.exprs[field.object];
    if (auto *reference = std::get_if<plan::ContextRef>(&object.node))
      return context(reference->key + "." + field.field);
    return cannot("the field `" + field.field + "` of a report",
                  "require it in a gate: a gate reads reports");
  }

  std::optional<Rendered> visit(const plan::Concat &concat) {
    std::string format, arguments;
    unsigned count = 0;
    for (plan::ExprId part : concat.parts) {
      if (auto *literal = std::get_if<plan::Literal>(&scope_.plan.exprs[part].node)) {
        for (char c : literal->value.toText())
          format += std::string(c == '{' || c == '}' ? 2 : 1, c);
        continue;
      }
      auto rendered = render(part);
      if (!rendered) return std::nullopt;
      format += "{" + std::to_string(count++) + "}";
      arguments += ", " + rendered->text;
    }
    return Rendered{"format(" + quoted(format) + arguments + ")"};
  }

  /// `outcome of x == timed_out`: GitHub's own words for it.
  std::optional<Rendered> outcomeCompare(const plan::Compare &compare) {
    auto *subject = std::get_if<plan::OutcomeOf>(&scope_.plan.exprs[compare.left].node);
    auto *literal = std::get_if<plan::Literal>(&scope_.plan.exprs[compare.right].node);
    if (!subject || !literal) return std::nullopt;
    auto outcome = plan::outcomeFromText(literal->value.toText());
    if (!outcome || !isAllowed(key_, "needs")) return std::nullopt;
    // Only these two are told apart by asking whether the whole run was cancelled.
    const bool asks = *outcome == plan::Outcome::Cancelled || *outcome == plan::Outcome::TimedOut;
    if (asks && !isAllowed(key_, "cancelled")) return std::nullopt;
    std::string text = renderOutcomeIs(scope_, subject->node, *outcome);
    if (compare.op == plan::CompareOp::NotEqual) return Rendered{"!(" + text + ")", Binding::Not};
    if (compare.op == plan::CompareOp::Equal) return Rendered{"(" + text + ")"};
    return std::nullopt;
  }

  /// `git.branch == "main"` as people write it for GitHub; the same as with the general form.
  std::optional<Rendered> branchCompare(const plan::Compare &compare) {
    auto *reference = std::get_if<plan::ContextRef>(&scope_.plan.exprs[compare.left].node);
    auto *literal = std::get_if<plan::Literal>(&scope_.plan.exprs[compare.right].node);
    if (!reference || !literal || literal->value.toText().empty()) return std::nullopt;
    llvm::StringRef prefix = llvm::StringSwitch<llvm::StringRef>(reference->key)
                                 .Case("git.branch", "refs/heads/")
                                 .Case("git.tag", "refs/tags/")
                                 .Default("");
    if (prefix.empty() || !isAllowed(key_, "github")) return std::nullopt;
    std::string text = quoted(prefix.str() + literal->value.toText());
    if (compare.op == plan::CompareOp::Equal) return Rendered{"github.ref == " + text, Binding::Equality};
    if (compare.op == plan::CompareOp::NotEqual) return Rendered{"github.ref != " + text, Binding::Equality};
    return std::nullopt;
  }

  static bool hasEquality(ValueType type) {
    return type == ValueType::Bool || type == ValueType::Int || type == ValueType::String ||
           type == ValueType::Version || type == ValueType::Outcome || type == ValueType::None;
  }

  std::optional<Rendered> visit(const plan::Compare &compare) {
    if (auto special = outcomeCompare(compare)) return special;
    if (auto special = branchCompare(compare)) return special;
    ValueType type = scope_.plan.exprs[compare.left].type;
    bool equality = compare.op == plan::CompareOp::Equal || compare.op == plan::CompareOp::NotEqual;
    if (equality ? !hasEquality(type) : type != ValueType::Int)
      return cannot("this comparison", "GitHub orders whole numbers only: compare in a gate or in a script");
    auto left = render(compare.left);
    auto right = render(compare.right);
    if (!left || !right) return std::nullopt;
    Binding binding = equality ? Binding::Equality : Binding::Order;
    Binding operand = equality ? Binding::Order : Binding::Not;
    return Rendered{inParentheses(*left, operand) + operatorText(compare.op) + inParentheses(*right, operand),
                    binding};
  }

  static const char *operatorText(plan::CompareOp op) {
    switch (op) {
    case plan::CompareOp::Equal: return " == ";
    case plan::CompareOp::NotEqual: return " != ";
    case plan::CompareOp::Less: return " < ";
    case plan::CompareOp::LessEqual: return " <= ";
    case plan::CompareOp::Greater: return " > ";
    case plan::CompareOp::GreaterEqual: return " >= ";
    }
    llvm_unreachable("every operator is handled");
  }

  std::optional<Rendered> joined(const std::vector<plan::ExprId> &operands, const char *separator,
                                 Binding binding, const char *whenEmpty) {
    if (operands.empty()) return Rendered{whenEmpty};
    if (operands.size() == 1) return render(operands.front());
    std::string text;
    bool complete = true;
    for (plan::ExprId operand : operands) {
      auto rendered = render(operand);
      complete &= rendered.has_value();
      if (!rendered) continue;
      text += (text.empty() ? "" : separator) + inParentheses(*rendered, binding);
    }
    if (!complete) return std::nullopt;
    return Rendered{text, binding};
  }

  std::optional<Rendered> visit(const plan::AllOf &all) {
    return joined(all.operands, " && ", Binding::And, "true");
  }
  std::optional<Rendered> visit(const plan::AnyOf &any) {
    return joined(any.operands, " || ", Binding::Or, "false");
  }

  std::optional<Rendered> visit(const plan::Not &negation) {
    auto operand = render(negation.operand);
    if (!operand) return std::nullopt;
    return Rendered{"!" + inParentheses(*operand, Binding::Not), Binding::Not};
  }

  /// `c && a || b` is `b` where `a` is empty, 0 or false. As JSON no value is: `""` has two characters.
  std::optional<Rendered> visit(const plan::Conditional &conditional) {
    auto condition = render(conditional.condition);
    auto thenValue = render(conditional.thenValue);
    auto elseValue = render(conditional.elseValue);
    if (!condition || !thenValue || !elseValue) return std::nullopt;
    std::string test = inParentheses(*condition, Binding::And);
    if (isTruthy(conditional.thenValue))
      return Rendered{test + " && " + thenValue->text + " || " + inParentheses(*elseValue, Binding::Or),
                      Binding::Or};
    return Rendered{"fromJSON(" + test + " && toJSON(" + thenValue->text + ") || toJSON(" + elseValue->text +
                    "))"};
  }

  bool isTruthy(plan::ExprId id) const {
    auto *literal = std::get_if<plan::Literal>(&scope_.plan.exprs[id].node);
    if (!literal) return false;
    const plan::Value &value = literal->value;
    if (auto *flag = std::get_if<bool>(&value.node)) return *flag;
    if (auto *number = std::get_if<std::int64_t>(&value.node)) return *number != 0;
    return value.type() != ValueType::None && !value.toText().empty();
  }

  /// A step before looks at the value (checks.h), where it is looked at in any case.
  std::optional<Rendered> validated(const plan::Apply &apply) {
    if ((key_ == Key::StepEnv || key_ == Key::StepWith) && !conditional_) return render(apply.arguments[0]);
    return cannot("`validate`", "give the validated text to a script in its environment, or in a hole");
  }

  std::optional<Rendered> visit(const plan::Apply &apply) {
    if (apply.function == "validate") return validated(apply);
    // Of texts alone: an output that is not there is empty, and an empty text is false.
    if (apply.function == "coalesce") return joined(apply.arguments, " || ", Binding::Or, "''");
    llvm::StringRef function = llvm::StringSwitch<llvm::StringRef>(apply.function)
                                   .Case("contains", "contains")
                                   .Case("starts_with", "startsWith")
                                   .Case("ends_with", "endsWith")
                                   .Default("");
    if (function.empty())
      return cannot("`" + apply.function + "`", "compute it in a step and keep the result as an output");
    std::string text = function.str() + "(";
    for (std::size_t i = 0; i < apply.arguments.size(); ++i) {
      auto argument = render(apply.arguments[i]);
      if (!argument) return std::nullopt;
      text += (i ? ", " : "") + argument->text;
    }
    return Rendered{text + ")"};
  }

  std::optional<Rendered> visit(const plan::ByTarget &byTarget) {
    if (byTarget.github) return render(*byTarget.github);
    return cannot("a value that only a local run has", "give the task a body for github that returns one");
  }

  const Scope &scope_;
  Key key_;
  Span span_;
  ValueType type_ = ValueType::String;
  bool conditional_ = false; ///< What is rendered may not be computed.
};

} // namespace

std::optional<std::string> renderExpression(const Scope &scope, plan::ExprId expr, Key key) {
  auto rendered = Renderer(scope, key).render(expr);
  if (!rendered) return std::nullopt;
  return std::move(rendered->text);
}

/// Puts the parts of `id` in order: texts known now, and expressions. Neighbouring texts become one, so
/// that no `${{` can come about between two of them.
static void appendParts(const Scope &scope, plan::ExprId id, Key key, std::string &text, std::string &known) {
  const plan::Expr &expr = scope.plan.exprs[id];
  if (auto *literal = std::get_if<plan::Literal>(&expr.node)) {
    known += literal->value.toText();
  } else if (auto *concat = std::get_if<plan::Concat>(&expr.node)) {
    for (plan::ExprId part : concat->parts)
      appendParts(scope, part, key, text, known);
  } else if (auto *byTarget = std::get_if<plan::ByTarget>(&expr.node); byTarget && byTarget->github) {
    appendParts(scope, *byTarget->github, key, text, known);
  } else if (auto rendered = renderExpression(scope, id, key)) {
    if (std::get_if<plan::ServicePort>(&expr.node)) {
      known += *rendered;
      return;
    }
    text += escaped(std::exchange(known, {})) + "${{ " + *rendered + " }}";
  }
}

Document renderText(const Scope &scope, plan::ExprId expr, Key key) {
  std::string text, known;
  appendParts(scope, expr, key, text, known);
  return Document(text + escaped(known)).from(scope.plan.exprs[expr].origin);
}

std::string renderOutcomeIs(const Scope &scope, plan::NodeId subject, plan::Outcome outcome) {
  std::string result = "needs." + scope.names.jobOf(subject) + ".result == ";
  switch (outcome) {
  case plan::Outcome::Success: return result + "'success'";
  case plan::Outcome::Failure: return result + "'failure'";
  case plan::Outcome::Skipped: return result + "'skipped'";
  case plan::Outcome::Cancelled: return result + "'cancelled' && cancelled()";
  case plan::Outcome::TimedOut: return result + "'cancelled' && !cancelled()";
  }
  llvm_unreachable("every outcome is handled");
}

} // namespace pipelang::backends::github
