#include "runtime/exec/schedule.h"
#include "compiler/plan/graph.h"
#include <algorithm>

namespace pipelang::exec {

using plan::NodeId;
using plan::Outcome;

Schedule::Schedule(const plan::Plan &plan, llvm::ArrayRef<NodeId> nodes,
                   const std::map<NodeId, Duration> &expected)
    : plan_(plan) {
  for (const NodeId node : nodes) {
    const std::size_t position = states_.size();
    states_[node].position = position;
  }
  for (const NodeId node : nodes)
    for (const NodeId before : plan::predecessors(plan_.nodes[node])) {
      states_.at(before).users.push_back(node);
      ++states_.at(node).openNeeds;
    }
  computeWays(nodes, expected);
  for (const NodeId node : nodes)
    if (states_.at(node).openNeeds == 0) push(node);
}

/// Backwards from the ends; a node is done when all its users are.
void Schedule::computeWays(llvm::ArrayRef<NodeId> nodes, const std::map<NodeId, Duration> &expected) {
  std::map<NodeId, std::size_t> openUsers;
  std::vector<NodeId> open;
  for (const NodeId node : nodes) {
    openUsers[node] = states_.at(node).users.size();
    if (openUsers[node] == 0) open.push_back(node);
  }
  while (!open.empty()) {
    const NodeId node = open.back();
    open.pop_back();
    State &state = states_.at(node);
    for (const NodeId user : state.users)
      state.wayToEnd = std::max(state.wayToEnd, states_.at(user).wayToEnd);
    const auto known = expected.find(node);
    state.wayToEnd += known == expected.end() ? 1000 : known->second.milliseconds;
    for (const NodeId before : plan::predecessors(plan_.nodes[node]))
      if (--openUsers[before] == 0) open.push_back(before);
  }
}

void Schedule::push(NodeId node) {
  const State &state = states_.at(node);
  ready_.push({state.wayToEnd, state.position, node});
}

std::optional<NodeId> Schedule::takeReady() {
  if (ready_.empty()) return std::nullopt;
  const NodeId node = ready_.top().node;
  ready_.pop();
  return node;
}

void Schedule::end(NodeId node, Outcome outcome) {
  State &state = states_.at(node);
  state.outcome = outcome;
  ++ended_;
  for (const NodeId user : state.users)
    if (--states_.at(user).openNeeds == 0) push(user);
}

std::optional<Outcome> Schedule::outcomeOf(NodeId node) const {
  const auto found = states_.find(node);
  return found == states_.end() ? std::nullopt : found->second.outcome;
}

std::vector<NodeId> Schedule::waitingFor(NodeId node) const {
  std::vector<NodeId> result;
  for (const NodeId before : plan::predecessors(plan_.nodes[node]))
    if (!outcomeOf(before)) result.push_back(before);
  return result;
}

} // namespace pipelang::exec
