#include "compiler/plan/decide.h"
#include "fmt/format.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipelang::plan {
namespace {

Decision ends(Outcome outcome, std::string reason) {
  return {false, outcome, std::move(reason), std::nullopt};
}

/// Why something that needs `need` does not run; empty where it may.
std::string because(const std::string &need, Outcome outcome) {
  switch (outcome) {
  case Outcome::Success: return "";
  case Outcome::Failure: return fmt::format("`{}` failed", need);
  case Outcome::Skipped: return fmt::format("`{}` was skipped", need);
  case Outcome::Cancelled: return fmt::format("`{}` was cancelled", need);
  case Outcome::TimedOut: return fmt::format("`{}` timed out", need);
  }
  llvm_unreachable("all outcomes are handled");
}

Decision decideReaction(const Reaction &reaction, Facts &facts) {
  llvm::Expected<Outcome> outcome = facts.outcomeOf(reaction.subject);
  if (!outcome) return ends(Outcome::Failure, llvm::toString(outcome.takeError()));
  for (const ReactionArm &arm : reaction.arms)
    if (arm.outcomes.count(*outcome) > 0 && arm.step) return {true, Outcome::Skipped, "", arm.step};
  return ends(Outcome::Skipped, fmt::format("nothing to do on {}", toText(*outcome).str()));
}

} // namespace

Decision decide(const Plan &plan, NodeId id, Target target, Facts &facts) {
  const Node &node = plan.nodes[id];
  if (!node.asReaction())
    for (const NodeId need : node.needs) {
      llvm::Expected<Outcome> outcome = facts.outcomeOf(need);
      if (!outcome) return ends(Outcome::Failure, llvm::toString(outcome.takeError()));
      if (*outcome != Outcome::Success)
        return ends(Outcome::Skipped, because(plan.nodes[need].name, *outcome));
    }
  if (node.when) {
    llvm::Expected<Value> holds = evaluate(plan, *node.when, target, facts);
    if (!holds) return ends(Outcome::Failure, "its condition: " + llvm::toString(holds.takeError()));
    if (*holds != Value{true}) return ends(Outcome::Skipped, "its condition does not hold");
  }
  if (const Reaction *reaction = node.asReaction()) return decideReaction(*reaction, facts);
  return {};
}

} // namespace pipelang::plan
