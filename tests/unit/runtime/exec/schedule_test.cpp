#include "runtime/exec/schedule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::exec;
using plan::NodeId;
using plan::Outcome;

namespace {

/// Jobs by name, and what each needs.
struct Graph {
  plan::Plan plan;
  std::vector<NodeId> nodes;

  NodeId job(const std::string &name, std::vector<NodeId> needs = {}) {
    plan::Node node;
    node.name = name;
    node.needs = std::move(needs);
    node.node = plan::Job{};
    nodes.push_back(plan.nodes.add(std::move(node)));
    return nodes.back();
  }
  NodeId reaction(const std::string &name, NodeId subject) {
    plan::Node node;
    node.name = name;
    node.node = plan::Reaction{subject, {}};
    nodes.push_back(plan.nodes.add(std::move(node)));
    return nodes.back();
  }
  /// Takes and ends everything, whatever the outcomes; names in the order taken.
  std::vector<std::string> order(Schedule &schedule, Outcome outcome = Outcome::Success) {
    std::vector<std::string> names;
    while (const auto ready = schedule.takeReady()) {
      names.push_back(plan.nodes[*ready].name);
      schedule.end(*ready, outcome);
    }
    EXPECT_TRUE(schedule.allEnded());
    return names;
  }
};

TEST(Schedule, KeepsTheWrittenOrderAmongEquals) {
  Graph graph;
  for (const char *name : {"c", "a", "b"})
    graph.job(name);
  Schedule schedule(graph.plan, graph.nodes, {});
  EXPECT_THAT(graph.order(schedule), testing::ElementsAre("c", "a", "b"));
}

TEST(Schedule, BeginsTheLongestWayFirst) {
  Graph graph;
  const NodeId brief = graph.job("brief");
  const NodeId root = graph.job("root");
  const NodeId middle = graph.job("middle", {root});
  graph.job("last", {middle});
  const NodeId slow = graph.job("slow");
  Schedule counted(graph.plan, graph.nodes, {});
  EXPECT_THAT(graph.order(counted), testing::ElementsAre("root", "middle", "brief", "last", "slow"));
  Schedule timed(graph.plan, graph.nodes,
                 {{slow, Duration::fromMinutes(5)}, {brief, Duration::fromSeconds(10)}});
  EXPECT_THAT(graph.order(timed), testing::ElementsAre("slow", "brief", "root", "middle", "last"));
}

TEST(Schedule, GoesOnWhateverTheOutcome) {
  for (const Outcome outcome :
       {Outcome::Success, Outcome::Failure, Outcome::Skipped, Outcome::Cancelled, Outcome::TimedOut}) {
    Graph graph;
    const NodeId a = graph.job("a");
    const NodeId b = graph.job("b", {a});
    graph.reaction("on a", a);
    Schedule schedule(graph.plan, graph.nodes, {});
    EXPECT_THAT(graph.order(schedule, outcome), testing::ElementsAre("a", "b", "on a"));
    EXPECT_EQ(schedule.outcomeOf(b), outcome);
  }
}

TEST(Schedule, TellsWhatIsWaitedFor) {
  Graph graph;
  const NodeId a = graph.job("a");
  const NodeId b = graph.job("b");
  const NodeId c = graph.job("c", {a, b});
  Schedule schedule(graph.plan, graph.nodes, {});
  EXPECT_THAT(schedule.waitingFor(c), testing::ElementsAre(a, b));
  schedule.takeReady();
  schedule.end(a, Outcome::Success);
  EXPECT_THAT(schedule.waitingFor(c), testing::ElementsAre(b));
}

} // namespace
