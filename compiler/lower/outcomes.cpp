// Conditions on outcomes beside needs: what a node needs must have succeeded, whatever its `when` says.
#include "compiler/plan/outcomes.h"
#include "compiler/lower/lowering.h"
#include "compiler/plan/evaluate.h"

namespace pipelang::lowering {

/// A run that strangers start, with this repository's rights, and their code beside a secret.
void Lowering::checkPrivileged(plan::NodeId id) {
  const std::optional<plan::ExprId> &when = plan_.nodes[id].when;
  bool privileged = llvm::any_of(events_, [&](const std::string &event) {
    return (event == "pull_request_target" || event == "workflow_run") &&
           (!when || mayBeIn(plan_, *when, true, event));
  });
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
      if (plan::OutcomeTruth(plan_, {{awaited, outcome}}).of(*node.when).value_or(false))
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
