// Statements and their bodies.
#include "compiler/parse/build.h"

namespace pipelang::parser {

using namespace ast;

Body Builder::body(K::BlockContext *context, bool inPipeline) {
  Body all;
  if (!context) return all;
  for (auto *one : context->statements)
    all.push_back(statement(one, inPipeline));
  return all;
}

StmtId Builder::add(Stmt made, antlr4::ParserRuleContext *context) {
  made.span = span(context);
  // A setting's value may hold braces: its header is the whole of it.
  bool hasBody =
      !std::holds_alternative<SettingStmt>(made.node) && !std::holds_alternative<LetStmt>(made.node) &&
      !std::holds_alternative<OutStmt>(made.node) && !std::holds_alternative<EnvStmt>(made.node) &&
      !std::holds_alternative<ReturnStmt>(made.node) && !std::holds_alternative<ServiceStmt>(made.node);
  made.header = hasBody ? headerOf(context) : made.span;
  made.doc = doc(context);
  return module_.statements.add(std::move(made));
}

StmtId Builder::statement(K::StatementContext *context, bool inPipeline) {
  antlr4::ParserRuleContext *inner = nullptr;
  if (!context->children.empty())
    inner = dynamic_cast<antlr4::ParserRuleContext *>(context->children.front());
  Stmt made;
  if (inner) made = statementNode(inner, inPipeline);
  return add(std::move(made), context);
}

Stmt Builder::statementNode(antlr4::ParserRuleContext *context, bool inPipeline) {
  Stmt made;
  switch (context->getRuleIndex()) {
  case K::RuleLetStatement: {
    auto *let = static_cast<K::LetStatementContext *>(context);
    made.node = LetStmt{name(let->id), optionalType(let->typed), expression(let->value)};
    break;
  }
  case K::RuleSettingStatement: {
    auto *setting = static_cast<K::SettingStatementContext *>(context);
    made.node = SettingStmt{name(setting->id), expression(setting->value)};
    break;
  }
  case K::RuleEnvStatement: {
    auto *env = static_cast<K::EnvStatementContext *>(context);
    made.node = EnvStmt{name(env->id), expression(env->value)};
    break;
  }
  case K::RuleOutStatement: {
    auto *out = static_cast<K::OutStatementContext *>(context);
    made.node = OutStmt{name(out->id), optionalType(out->typed), expression(out->value)};
    break;
  }
  case K::RuleReturnStatement:
    made.node = ReturnStmt{expression(static_cast<K::ReturnStatementContext *>(context)->value)};
    break;
  case K::RuleServiceStatement: {
    auto *service = static_cast<K::ServiceStatementContext *>(context);
    made.node = ServiceStmt{name(service->id), expression(service->value)};
    break;
  }
  case K::RuleAfterStatement: {
    auto *after = static_cast<K::AfterStatementContext *>(context);
    if (after->SWITCH()) {
      made.node = SwitchPhaseStmt{false, body(after->body)};
      break;
    }
    AfterStmt statement;
    for (auto *node : after->nodes)
      statement.nodes.push_back(expression(node));
    made.node = std::move(statement);
    break;
  }
  case K::RuleBeforeStatement:
    made.node = SwitchPhaseStmt{true, body(static_cast<K::BeforeStatementContext *>(context)->body)};
    break;
  case K::RuleSwitchStatement:
    made.node = SwitchWithinStmt{expression(static_cast<K::SwitchStatementContext *>(context)->limit)};
    break;
  case K::RuleIfStatement: return ifStatement(static_cast<K::IfStatementContext *>(context), inPipeline);
  case K::RuleRequireStatement: {
    auto *require = static_cast<K::RequireStatementContext *>(context);
    made.node =
        RequireStmt{expression(require->condition), optional(require->aim), optional(require->duration)};
    break;
  }
  case K::RuleOnStatement: return onStatement(static_cast<K::OnStatementContext *>(context), inPipeline);
  case K::RuleBudgetStatement:
    made.node = BudgetStmt{body(static_cast<K::BudgetStatementContext *>(context)->body)};
    break;
  case K::RuleJobStatement: {
    auto *job = static_cast<K::JobStatementContext *>(context);
    made.node =
        JobStmt{name(job->id), generators(job->generators), optional(job->condition), body(job->body)};
    break;
  }
  case K::RuleGateStatement: {
    auto *gate = static_cast<K::GateStatementContext *>(context);
    made.node = GateStmt{name(gate->id), optional(gate->condition), body(gate->body)};
    break;
  }
  case K::RuleDeployStatement: {
    auto *deploy = static_cast<K::DeployStatementContext *>(context);
    made.node =
        DeployStmt{name(deploy->id), name(deploy->strategy), optional(deploy->condition), body(deploy->body)};
    break;
  }
  case K::RuleSimulateStatement: {
    made.node = simulate(static_cast<K::SimulateStatementContext *>(context));
    break;
  }
  case K::RuleExpectStatement: {
    auto *expect = static_cast<K::ExpectStatementContext *>(context);
    ExpectStmt statement;
    if (expect->code) statement.errorCode = name(expect->code);
    statement.condition = optional(expect->condition);
    if (expect->program() && expect->program()->text) statement.program = span(expect->program()->text);
    made.node = std::move(statement);
    break;
  }
  case K::RuleRawStatement: {
    auto *raw = static_cast<K::RawStatementContext *>(context);
    made.node = RawStmt{name(raw->id), string(raw->text)};
    break;
  }
  case K::RuleStep: return step(static_cast<K::StepContext *>(context));
  default: break;
  }
  return made;
}

SimulateStmt Builder::simulate(K::SimulateStatementContext *context) {
  SimulateStmt made;
  made.pipeline = name(context->id);
  if (context->every) {
    std::vector<Name> words = names(context->every->words);
    made.everyOutcome = true;
    if (words.size() == 2 && (words[0].text != "all" || words[1].text != "outcomes"))
      source_.diagnostics.report(join(words[0].span, words[1].span), diag::NotAllOutcomes)
          .fix(join(words[0].span, words[1].span), "all outcomes", "write `all outcomes`");
    for (K::HeadOperandContext *node : context->every->nodes)
      made.of.push_back(operand(node));
  }
  if (context->facts)
    for (K::FactContext *fact : context->facts->facts)
      if (fact->id || fact->subject) made.facts.push_back(this->fact(fact));
  return made;
}

Fact Builder::fact(K::FactContext *context) {
  Fact made;
  made.span = span(context);
  made.subject =
      context->id ? add({span(context->id), NameExpr{text(context->id).str()}}) : operand(context->subject);
  made.value = optional(context->value);
  made.is = context->pattern != nullptr;
  std::vector<Name> words = names(context->words);
  if (made.is) words = {name(context->pattern)};
  for (const Name &word : words)
    made.outcome = {made.outcome.text + (made.outcome.text.empty() ? "" : " ") + word.text,
                    made.outcome.span.valid() ? join(made.outcome.span, word.span) : word.span};
  return made;
}

Stmt Builder::ifStatement(K::IfStatementContext *context, bool inPipeline) {
  Stmt made;
  ExprId condition = expression(context->condition);
  Body thenBody = body(context->body, inPipeline);
  Body rest; // what the last branch so far puts into `else`
  if (context->branches.size() > nestingLimit) {
    source_.diagnostics.report(span(context->branches[nestingLimit]), diag::TooDeep,
                               static_cast<std::int64_t>(nestingLimit));
    context->branches.resize(nestingLimit);
  }
  for (std::size_t i = context->branches.size(); i-- > 0;) {
    auto *branch = context->branches[i];
    if (!branch->IF()) {
      if (i + 1 < context->branches.size())
        source_.diagnostics.report(span(context->branches[i + 1]), diag::Syntax,
                                   "the plain `else` comes last");
      rest = body(branch->body, inPipeline);
      continue;
    }
    Stmt nested;
    ExprId nestedCondition = expression(branch->condition);
    nested.node = IfStmt{nestedCondition, body(branch->body, inPipeline), std::move(rest)};
    rest = {add(std::move(nested), branch)};
  }
  made.node = IfStmt{condition, std::move(thenBody), std::move(rest)};
  return made;
}

Stmt Builder::onStatement(K::OnStatementContext *context, bool inPipeline) {
  Stmt made;
  if (!context->OUTCOME()) {
    if (inPipeline)
      made.node = TriggerStmt{name(context->id), body(context->body)};
    else
      made.node = OnTargetStmt{name(context->id), body(context->body)};
    return made;
  }
  OutcomeStmt outcome{expression(context->subject), {}};
  if (context->arms)
    for (auto *arm : context->arms->arms) {
      Stmt action;
      if (arm->action) action = step(arm->action);
      StmtId actionId =
          add(std::move(action), arm->action ? static_cast<antlr4::ParserRuleContext *>(arm->action) : arm);
      outcome.arms.push_back({names(arm->names), actionId, span(arm)});
    }
  made.node = std::move(outcome);
  return made;
}

Stmt Builder::step(K::StepContext *context) {
  Stmt made;
  ExprStmt statement;
  if (context->USES()) {
    ExprId action = string(context->stringLiteral());
    Span whole = span(context->USES()->getSymbol());
    whole = join(whole, context->inputs ? span(context->inputs) : span(context->stringLiteral()));
    statement.value = add({whole, UsesExpr{action, fieldsOf(context->inputs)}});
  } else {
    statement.value = chain(context);
  }
  const Expr &value = module_.expressions[statement.value];
  const auto *binary = std::get_if<BinaryExpr>(&value.node);
  if (binary && binary->op == BinaryOp::Equal &&
      std::holds_alternative<NameExpr>(module_.expressions[binary->left].node))
    source_.diagnostics.report(binary->operatorSpan, diag::AssignOrCompare, "==", "sets", "=")
        .fix(binary->operatorSpan, "=", "set it with `=`");
  statement.within = optional(context->limit);
  statement.when = optional(context->condition);
  statement.block = body(context->body);
  made.node = std::move(statement);
  return made;
}

Generator Builder::generator(K::GeneratorContext *context) {
  return {names(context->names), expression(context->source), optional(context->condition), span(context)};
}

std::vector<Generator> Builder::generators(const std::vector<K::GeneratorContext *> &contexts) {
  std::vector<Generator> all;
  for (auto *context : contexts)
    all.push_back(generator(context));
  return all;
}

} // namespace pipelang::parser
