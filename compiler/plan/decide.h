// Does a node run, now that all before it has ended? Decided here alone: the scheduler of a run and the
// simulation of a test ask the same function. Read next: graph.h, simulate.h.
#pragma once

#include "compiler/plan/evaluate.h"

namespace pipelang::plan {

/// What becomes of a node whose predecessors have all ended.
struct Decision {
  bool runs = true;
  Outcome outcome = Outcome::Skipped; ///< Where it does not run: how it ends at once.
  std::string reason;                 ///< Where it does not run: for people, as `` `unit` failed ``.
  bool unknown = false;               ///< A fact it depends on is missing; it then ends as failed.
  std::optional<StepId> step;         ///< Of a reaction that runs: what it does.
};

/// Decides about `node`; `facts` knows the outcome of each of its predecessors. A node runs when all it needs
/// succeeded and its condition holds; a reaction when it has a step for its subject's outcome. A condition
/// that cannot be worked out ends the node as failed.
Decision decide(const Plan &plan, NodeId node, Target target, Facts &facts);

} // namespace pipelang::plan
