#include "compiler/plan/decide.h"
#include "fmt/format.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipelang::plan {
namespace {

Decision ends(Outcome outcome, std::string reason) {
  return {false, outcome, std::move(reason), false, std::nullopt};
}

/// A fact is missing.
Decision open(llvm::Error error, const std::string &of = "") {
  return {false, Outcome::Failure, of + llvm::toString(std::move(error)), true, std::nullopt};
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
  if (!outcome) return open(outcome.takeError());
  for (const ReactionArm &arm : reaction.arms)
    if (arm.outcomes.count(*outcome) > 0 && arm.step) return {true, Outcome::Skipped, "", false, arm.step};
  return ends(Outcome::Skipped, fmt::format("nothing to do on {}", toText(*outcome).str()));
}

} // namespace

Decision decide(const Plan &plan, NodeId id, Target target, Facts &facts) {
  const Node &node = plan.nodes[id];
  std::optional<Decision> missing; // of a need; one that did not succeed decides all the same
  if (!node.asReaction())
    for (const NodeId need : node.needs) {
      llvm::Expected<Outcome> outcome = facts.outcomeOf(need);
      if (!outcome)
        missing = open(outcome.takeError());
      else if (*outcome != Outcome::Success)
        return ends(Outcome::Skipped, because(plan.nodes[need].name, *outcome));
    }
  if (missing) return *missing;
  if (node.when) {
    llvm::Expected<Value> holds = evaluate(plan, *node.when, target, facts);
    if (!holds) return open(holds.takeError(), "its condition: ");
    if (*holds != Value{true}) return ends(Outcome::Skipped, "its condition does not hold");
  }
  if (const Reaction *reaction = node.asReaction()) return decideReaction(*reaction, facts);
  return {};
}

} // namespace pipelang::plan
