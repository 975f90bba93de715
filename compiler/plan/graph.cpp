#include "compiler/plan/graph.h"
#include "compiler/plan/outcomes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <queue>

namespace pipelang::plan {
namespace {

/// Durations add up to the largest one at most.
Duration plus(Duration left, Duration right) {
  std::int64_t sum = 0;
  if (llvm::AddOverflow(left.milliseconds, right.milliseconds, sum)) sum = INT64_MAX;
  return Duration{sum};
}

Duration times(Duration duration, std::int64_t count) {
  std::int64_t product = 0;
  if (llvm::MulOverflow(duration.milliseconds, count, product)) product = INT64_MAX;
  return Duration{product};
}

/// All pauses between the attempts.
Duration pausesOf(const Retry &retry) {
  Duration total{};
  for (int attempt = 1; attempt <= retry.times; ++attempt)
    total = plus(total, pauseAfter(retry, attempt));
  return total;
}

/// A pipeline's nodes by position, and for each the positions of those that wait for it.
struct LocalGraph {
  std::map<NodeId, std::size_t> positions;
  std::vector<std::vector<std::size_t>> dependants;
  std::vector<std::size_t> waitingFor;

  LocalGraph(const Plan &plan, const Pipeline &pipeline)
      : dependants(pipeline.nodes.size()), waitingFor(pipeline.nodes.size()) {
    for (std::size_t i = 0; i < pipeline.nodes.size(); ++i)
      positions.emplace(pipeline.nodes[i], i);
    for (std::size_t i = 0; i < pipeline.nodes.size(); ++i)
      for (NodeId needed : predecessors(plan.nodes[pipeline.nodes[i]])) {
        auto found = positions.find(needed);
        if (found == positions.end()) continue; // of another pipeline: validate() refuses it
        dependants[found->second].push_back(i);
        ++waitingFor[i];
      }
  }
};

struct WorstTime {
  const Plan &plan;

  Duration operator()(const Job &job) const {
    return plus(times(job.timeout, job.retry.times + std::int64_t(1)), pausesOf(job.retry));
  }
  Duration operator()(const Gate &) const { return {}; }
  Duration operator()(const Deployment &deployment) const {
    Duration total = plus(deployment.startTimeout, plus(deployment.switchWithin, deployment.drain));
    for (const HttpCheck &check : deployment.beforeSwitch)
      total = plus(total, check.within);
    Duration watched{};
    for (const Requirement &requirement : deployment.afterSwitch)
      watched = std::max(watched, requirement.during.value_or(Duration{}));
    return plus(total, watched);
  }
  Duration operator()(const Reaction &reaction) const {
    Duration worst{};
    for (const ReactionArm &arm : reaction.arms)
      if (arm.step) worst = std::max(worst, plan.steps[*arm.step].timeout.value_or(reactionTimeout));
    return worst;
  }
};

} // namespace

Duration pauseAfter(const Retry &retry, int attempt) {
  return times(retry.pause, std::int64_t{1} << std::min(attempt - 1, 5));
}

bool runsAfterCancel(const Plan &plan, const Node &node) {
  if (const Reaction *reaction = node.asReaction())
    return llvm::any_of(reaction->arms, [](const ReactionArm &arm) {
      return arm.step && arm.outcomes.count(Outcome::Cancelled) > 0;
    });
  return node.when && asksForCancelled(plan, *node.when);
}

Duration worstMinutes(const Plan &plan, const Pipeline &pipeline) {
  Duration total{};
  for (NodeId id : pipeline.nodes)
    total = plus(total, worstTime(plan, plan.nodes[id]));
  return total;
}

std::vector<NodeId> predecessors(const Node &node) {
  std::vector<NodeId> all = node.needs;
  llvm::append_range(all, node.awaits);
  if (const Reaction *reaction = node.asReaction()) all.push_back(reaction->subject);
  llvm::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<NodeId> topologicalOrder(const Plan &plan, const Pipeline &pipeline) {
  LocalGraph graph(plan, pipeline);
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < pipeline.nodes.size(); ++i)
    if (graph.waitingFor[i] == 0) ready.push(i);
  std::vector<NodeId> order;
  while (!ready.empty()) {
    std::size_t position = ready.top();
    ready.pop();
    order.push_back(pipeline.nodes[position]);
    for (std::size_t dependant : graph.dependants[position])
      if (--graph.waitingFor[dependant] == 0) ready.push(dependant);
  }
  return order;
}

std::vector<NodeId> findCycle(const Plan &plan, const Pipeline &pipeline) {
  std::set<NodeId> left(pipeline.nodes.begin(), pipeline.nodes.end());
  for (NodeId ordered : topologicalOrder(plan, pipeline))
    left.erase(ordered);
  if (left.empty()) return {};
  // Whatever could not be ordered needs something that could not: following that must come round.
  std::vector<NodeId> path{*left.begin()};
  while (true) {
    std::vector<NodeId> needed = predecessors(plan.nodes[path.back()]);
    NodeId next = *llvm::find_if(needed, [&](NodeId node) { return left.count(node) != 0; });
    auto seen = llvm::find(path, next);
    if (seen != path.end()) return {seen, path.end()};
    path.push_back(next);
  }
}

std::vector<NodeId> closureOf(const Plan &plan, llvm::ArrayRef<NodeId> roots) {
  std::set<NodeId> closure;
  std::vector<NodeId> open(roots.begin(), roots.end());
  while (!open.empty()) {
    NodeId node = open.back();
    open.pop_back();
    if (!closure.insert(node).second) continue;
    llvm::append_range(open, predecessors(plan.nodes[node]));
  }
  return {closure.begin(), closure.end()};
}

Duration worstTime(const Plan &plan, const Node &node) {
  return std::visit(WorstTime{plan}, node.node);
}

std::vector<NodeId> longestPath(const Plan &plan, const Pipeline &pipeline) {
  std::map<NodeId, Duration> until; // the worst end of each node
  std::map<NodeId, NodeId> before;
  NodeId last;
  for (NodeId id : topologicalOrder(plan, pipeline)) {
    Duration start{};
    for (NodeId needed : predecessors(plan.nodes[id]))
      if (auto found = until.find(needed); found != until.end())
        if (!before.count(id) || found->second > start) {
          start = found->second;
          before[id] = needed;
        }
    until[id] = plus(start, worstTime(plan, plan.nodes[id]));
    if (!last.valid() || until[id] > until[last]) last = id;
  }
  std::vector<NodeId> path;
  for (NodeId id = last; id.valid();) {
    path.push_back(id);
    auto found = before.find(id);
    id = found == before.end() ? NodeId() : found->second;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Duration worstWall(const Plan &plan, const Pipeline &pipeline) {
  Duration total{};
  for (NodeId id : longestPath(plan, pipeline))
    total = plus(total, worstTime(plan, plan.nodes[id]));
  return total;
}

// ---------------------------------------------------------------- expressions

namespace {
struct PartsOf {
  std::vector<ExprId> operator()(const FieldOf &field) const { return {field.object}; }
  std::vector<ExprId> operator()(const Concat &concat) const { return concat.parts; }
  std::vector<ExprId> operator()(const Compare &compare) const { return {compare.left, compare.right}; }
  std::vector<ExprId> operator()(const AllOf &all) const { return all.operands; }
  std::vector<ExprId> operator()(const AnyOf &any) const { return any.operands; }
  std::vector<ExprId> operator()(const Not &negation) const { return {negation.operand}; }
  std::vector<ExprId> operator()(const Conditional &conditional) const {
    return {conditional.condition, conditional.thenValue, conditional.elseValue};
  }
  std::vector<ExprId> operator()(const Apply &apply) const { return apply.arguments; }
  std::vector<ExprId> operator()(const ByTarget &targets) const {
    std::vector<ExprId> parts;
    if (targets.github) parts.push_back(*targets.github);
    if (targets.local) parts.push_back(*targets.local);
    return parts;
  }
  template <typename Leaf> std::vector<ExprId> operator()(const Leaf &) const { return {}; }
};
} // namespace

std::vector<ExprId> partsOf(const Expr &expr) {
  return std::visit(PartsOf{}, expr.node);
}

void forEachExpr(const Plan &plan, ExprId root, llvm::function_ref<void(ExprId, const Expr &)> visit) {
  std::set<ExprId> seen;
  std::vector<ExprId> open{root};
  while (!open.empty()) {
    ExprId id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    visit(id, plan.exprs[id]);
    llvm::append_range(open, partsOf(plan.exprs[id]));
  }
}

std::vector<NodeId> nodesUsedBy(const Plan &plan, ExprId root) {
  std::set<NodeId> used;
  forEachExpr(plan, root, [&](ExprId, const Expr &expr) {
    if (auto *output = std::get_if<OutputRef>(&expr.node)) used.insert(plan.outputs[output->output].job);
    if (auto *outcome = std::get_if<OutcomeOf>(&expr.node)) used.insert(outcome->node);
    if (auto *metric = std::get_if<Metric>(&expr.node)) used.insert(metric->deployment);
  });
  return {used.begin(), used.end()};
}

} // namespace pipelang::plan
