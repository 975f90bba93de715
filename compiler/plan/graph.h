// Algorithms on a Plan's graph. All are linear in nodes and edges unless they say otherwise.
#pragma once

#include "compiler/plan/plan.h"

namespace pipelang::plan {

/// Nodes of `pipeline`, each after all it needs; ties by the order written.
std::vector<NodeId> topologicalOrder(const Plan &plan, const Pipeline &pipeline);
/// A cycle, each needing the next and the last the first; empty where there is none.
std::vector<NodeId> findCycle(const Plan &plan, const Pipeline &pipeline);
/// `roots` and everything they need, directly or not; ascending.
std::vector<NodeId> closureOf(const Plan &plan, llvm::ArrayRef<NodeId> roots);
/// How long `node` may take at worst: timeout times attempts; a deployment's phases added up; 0 for gates.
Duration worstTime(const Plan &plan, const Node &node);
/// The path with the largest sum of `worstTime`, first node first.
std::vector<NodeId> longestPath(const Plan &plan, const Pipeline &pipeline);
/// Every id in the expression tree under `root`: nodes whose outcome, outputs or metrics it needs; ascending.
std::vector<NodeId> nodesUsedBy(const Plan &plan, ExprId root);

} // namespace pipelang::plan
