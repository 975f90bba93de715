// Algorithms on a Plan's graph. All are linear in nodes and edges unless they say otherwise.
#pragma once

#include "compiler/plan/plan.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipelang::plan {

/// How long the step of a reaction may take that says nothing about it.
inline constexpr Duration reactionTimeout = Duration::fromMinutes(5);

/// What must have ended before `node`: what it needs and awaits, and the subject of a reaction; ascending.
std::vector<NodeId> predecessors(const Node &node);
/// Nodes of `pipeline`, each after all its predecessors; ties by the order written. Those in or behind a
/// cycle are left out.
std::vector<NodeId> topologicalOrder(const Plan &plan, const Pipeline &pipeline);
/// A cycle, each needing the next and the last the first; empty where there is none.
std::vector<NodeId> findCycle(const Plan &plan, const Pipeline &pipeline);
/// `roots` and everything they need, directly or not; ascending.
std::vector<NodeId> closureOf(const Plan &plan, llvm::ArrayRef<NodeId> roots);
/// How long `node` may take at worst: timeout times attempts; a deployment's start, checks, switch, watch
/// and drain added up (`keep_warm` goes on after the run); 0 for gates.
Duration worstTime(const Plan &plan, const Node &node);
/// How long is waited after attempt `attempt` (1 is the first) until the next begins.
Duration pauseAfter(const Retry &retry, int attempt);
/// Whether `node` may run after the run was cancelled: a reaction that does something then, or a node whose
/// condition asks for it.
bool runsAfterCancel(const Plan &plan, const Node &node);
/// The sum of `worstTime` of all nodes: what runners are busy for at worst.
Duration worstMinutes(const Plan &plan, const Pipeline &pipeline);
/// The path with the largest sum of `worstTime`, first node first.
std::vector<NodeId> longestPath(const Plan &plan, const Pipeline &pipeline);
/// The sum of `worstTime` along it.
Duration worstWall(const Plan &plan, const Pipeline &pipeline);

/// The expressions directly below `expr`, in order.
std::vector<ExprId> partsOf(const Expr &expr);
/// `root` and every expression below it, each once.
void forEachExpr(const Plan &plan, ExprId root, llvm::function_ref<void(ExprId, const Expr &)> visit);
/// Every id in the expression tree under `root`: nodes whose outcome, outputs or metrics it needs; ascending.
std::vector<NodeId> nodesUsedBy(const Plan &plan, ExprId root);

} // namespace pipelang::plan
