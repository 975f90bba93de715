// Conditions on outcomes beside needs: what a node needs must have succeeded, whatever its `when` says.
#include "compiler/lower/lowering.h"
#include "compiler/plan/evaluate.h"
#include "compiler/plan/graph.h"

namespace pipelang::lowering {

namespace {

/// What is known of a condition when the outcome of one node is: empty where other things decide.
class OutcomeTruth {
public:
  OutcomeTruth(const plan::Plan &plan, plan::NodeId node, plan::Outcome outcome)
      : plan_(plan), node_(node), outcome_(outcome) {}

  std::optional<bool> of(plan::ExprId id) const {
    const auto &node = plan_.exprs[id].node;
    if (const auto *all = std::get_if<plan::AllOf>(&node)) return quantified(all->operands, false);
    if (const auto *any = std::get_if<plan::AnyOf>(&node)) return quantified(any->operands, true);
    if (const auto *negation = std::get_if<plan::Not>(&node)) {
      std::optional<bool> inner = of(negation->operand);
      return inner ? std::optional(!*inner) : std::nullopt;
    }
    if (const auto *literal = std::get_if<plan::Literal>(&node))
      if (const bool *known = std::get_if<bool>(&literal->value.node)) return *known;
    if (const auto *comparison = std::get_if<plan::Compare>(&node)) return compared(*comparison);
    return std::nullopt;
  }

private:
  /// `decisive` in one operand decides.
  std::optional<bool> quantified(llvm::ArrayRef<plan::ExprId> operands, bool decisive) const {
    bool open = false;
    for (plan::ExprId operand : operands) {
      std::optional<bool> known = of(operand);
      if (known && *known == decisive) return decisive;
      open |= !known;
    }
    return open ? std::nullopt : std::optional(!decisive);
  }
  std::optional<bool> compared(const plan::Compare &comparison) const {
    const auto *subject = std::get_if<plan::OutcomeOf>(&plan_.exprs[comparison.left].node);
    const auto *literal = std::get_if<plan::Literal>(&plan_.exprs[comparison.right].node);
    if (!subject || !literal || subject->node != node_) return std::nullopt;
    bool same = literal->value.toText() == plan::toText(outcome_);
    if (comparison.op == plan::CompareOp::Equal) return same;
    if (comparison.op == plan::CompareOp::NotEqual) return !same;
    return std::nullopt;
  }

  const plan::Plan &plan_;
  plan::NodeId node_;
  plan::Outcome outcome_;
};

} // namespace

/// A run that strangers start, with this repository's rights, and their code beside a secret.
void Lowering::checkPrivileged(plan::NodeId id) {
  bool privileged =
      llvm::is_contained(events_, "pull_request_target") || llvm::is_contained(events_, "workflow_run");
  const NodeState &node = state(id);
  if (!privileged || !node.sawSecret.valid() || !node.sawHead.valid()) return;
  reporter_.report(node.sawHead, diag::HeadWithSecret, plan_.nodes[id].name)
      .label(reporter_.userPlace(node.sawSecret), "the secret")
      .note("split it in two jobs: what was taken from the branch must not run beside the secret");
}

/// `when a is failure` beside a use of `a.out` or `after a`: it would never run.
void Lowering::checkOutcomes(plan::NodeId id) {
  const plan::Node &node = plan_.nodes[id];
  if (!node.when) return;
  for (plan::NodeId awaited : state(id).awaits) {
    if (!state(id).needs.count(awaited)) continue;
    std::string ends;
    for (plan::Outcome outcome :
         {plan::Outcome::Failure, plan::Outcome::Skipped, plan::Outcome::Cancelled, plan::Outcome::TimedOut})
      if (OutcomeTruth(plan_, awaited, outcome).of(*node.when).value_or(false))
        ends += (ends.empty() ? "`" : " or `") + plan::toText(outcome).str() + "`";
    if (ends.empty()) continue;
    const std::string &name = plan_.nodes[awaited].name;
    auto report =
        reporter_.report(plan_.exprs[*node.when].origin, diag::OutcomeAgainstNeed, node.name, name, ends);
    auto place = state(id).neededAt.find(awaited);
    if (place != state(id).neededAt.end() && place->second != plan_.exprs[*node.when].origin)
      report.label(place->second, "it needs `" + name + "` here");
    report.note("an output that may be missing: `" + name + ".… ?? other`; and `when` waits for `" + name +
                "` without an `after`");
  }
}

} // namespace pipelang::lowering
