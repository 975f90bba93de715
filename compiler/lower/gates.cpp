// Gates, and what is done about outcomes.
#include "compiler/lower/lowering.h"
#include "compiler/plan/evaluate.h"

namespace pipelang::lowering {

void Lowering::lowerGate(plan::NodeId node, const ast::GateStmt &gate) {
  plan_.nodes[node].node = plan::Gate{};
  plan::Gate result;
  for (ast::StmtId id : gate.body) {
    const ast::Stmt &statement = tree().statements[id];
    if (const auto *let = std::get_if<ast::LetStmt>(&statement.node))
      evaluator_.bind(program_.module(module_).statementSymbols[id.index()], evaluate(let->value));
    if (const auto *after = std::get_if<ast::AfterStmt>(&statement.node)) lowerAfter(*after);
    if (const auto *require = std::get_if<ast::RequireStmt>(&statement.node))
      if (std::optional<plan::Requirement> requirement = lowerRequirement(*require, statement.header))
        result.requirements.push_back(std::move(*requirement));
  }
  plan_.nodes[node].node = std::move(result);
}

static std::optional<plan::CompareOp> compareOp(ast::BinaryOp op) {
  switch (op) {
  case ast::BinaryOp::Equal: return plan::CompareOp::Equal;
  case ast::BinaryOp::NotEqual: return plan::CompareOp::NotEqual;
  case ast::BinaryOp::Less: return plan::CompareOp::Less;
  case ast::BinaryOp::LessEqual: return plan::CompareOp::LessEqual;
  case ast::BinaryOp::Greater: return plan::CompareOp::Greater;
  case ast::BinaryOp::GreaterEqual: return plan::CompareOp::GreaterEqual;
  default: return std::nullopt;
  }
}

std::optional<plan::Requirement> Lowering::lowerRequirement(const ast::RequireStmt &require, Span at) {
  const auto *comparison = std::get_if<ast::BinaryExpr>(&tree().expressions[require.condition].node);
  std::optional<plan::CompareOp> op = comparison ? compareOp(comparison->op) : std::nullopt;
  if (!op) return std::nullopt; // sema has reported it
  auto lateOf = [&](ast::ExprId id) -> std::optional<plan::ExprId> {
    Value value = evaluate(id);
    if (!refuseSecret(value, spanOf(id), "a gate's report")) return std::nullopt;
    return evaluator_.toLate(value, evaluator_.lateType(program_.module(module_).of(id).type), spanOf(id));
  };
  std::optional<plan::ExprId> subject = lateOf(comparison->left);
  std::optional<plan::ExprId> bound = lateOf(comparison->right);
  if (!subject || !bound) return std::nullopt;
  plan::Requirement result{*subject, *op, *bound, {}, {}, spelled({module_, require.condition}), origin(at)};
  if (require.target) result.target = lateOf(*require.target);
  if (require.duration) {
    Value duration = evaluate(*require.duration);
    if (const auto *known = duration.as<Duration>())
      result.during = *known;
    else
      refuseLate(duration, spanOf(*require.duration), "for");
  }
  return result;
}

void Lowering::lowerReaction(plan::NodeId node, const ast::OutcomeStmt &outcome) {
  plan::Reaction reaction;
  plan_.nodes[node].node = reaction;
  Value subject = evaluate(outcome.subject);
  const auto *reference = subject.as<eval::NodeRef>();
  if (!reference) return; // the checker has reported it
  reaction.subject = reference->node;
  if (!need(reference->node, spanOf(outcome.subject))) return;
  if (const auto *deployment = plan_.nodes[reference->node].asDeployment())
    context_.environment = deployment->environment;
  if (const auto *job = plan_.nodes[reference->node].asJob()) context_.environment = job->environment;
  for (const ast::OutcomeArm &arm : outcome.arms) {
    plan::ReactionArm result;
    for (const ast::Name &name : arm.outcomes)
      if (std::optional<plan::Outcome> known = plan::outcomeFromText(name.text))
        result.outcomes.insert(*known);
    std::size_t before = plan_.steps.size();
    const ast::Stmt &action = tree().statements[arm.action];
    if (const auto *step = std::get_if<ast::ExprStmt>(&action.node)) lowerStep(*step, action.header);
    if (plan_.steps.size() > before) result.step = plan::StepId(plan_.steps.size() - 1);
    reaction.arms.push_back(std::move(result));
  }
  plan_.nodes[node].node = std::move(reaction);
}

} // namespace pipelang::lowering
