// Which node is next: indegree counters and a heap of ready nodes, ordered by how long the longest way
// from a node to the end is. Starts nothing, knows no time.
#pragma once

#include "compiler/plan/plan.h"
#include <queue>

namespace pipelang::exec {

class Schedule {
public:
  /// `nodes` holds, with each node, all it needs. `expected` are durations known from earlier runs; a node
  /// without one counts as 1 s.
  Schedule(const plan::Plan &plan, llvm::ArrayRef<plan::NodeId> nodes,
           const std::map<plan::NodeId, Duration> &expected);

  /// The ready node with the longest way to the end, ties by the order of `nodes`; it is taken by this. All
  /// before it has ended; whether it then runs is plan::decide's.
  std::optional<plan::NodeId> takeReady();
  /// `node`, which was taken, has ended: what needed only it becomes ready.
  void end(plan::NodeId node, plan::Outcome outcome);

  bool hasReady() const { return !ready_.empty(); }
  bool allEnded() const { return ended_ == states_.size(); }
  std::optional<plan::Outcome> outcomeOf(plan::NodeId node) const;
  /// Needs of `node` that have not ended, in order.
  std::vector<plan::NodeId> waitingFor(plan::NodeId node) const;

private:
  struct State {
    std::size_t position = 0;
    std::size_t openNeeds = 0;
    std::int64_t wayToEnd = 0; ///< Milliseconds, itself included.
    std::vector<plan::NodeId> users;
    std::optional<plan::Outcome> outcome;
  };
  struct Entry {
    std::int64_t wayToEnd;
    std::size_t position;
    plan::NodeId node;
    bool operator<(const Entry &other) const {
      return wayToEnd != other.wayToEnd ? wayToEnd < other.wayToEnd : position > other.position;
    }
  };
  void push(plan::NodeId node);
  void computeWays(llvm::ArrayRef<plan::NodeId> nodes, const std::map<plan::NodeId, Duration> &expected);

  const plan::Plan &plan_;
  std::map<plan::NodeId, State> states_;
  std::priority_queue<Entry> ready_;
  std::size_t ended_ = 0;
};

} // namespace pipelang::exec
