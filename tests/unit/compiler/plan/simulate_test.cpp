#include "compiler/plan/simulate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::plan;

namespace {

struct Graph {
  Plan plan;
  Pipeline pipeline;

  NodeId job(const std::string &name, std::vector<NodeId> needs = {}) {
    Node node;
    node.name = name;
    node.needs = std::move(needs);
    node.node = Job{};
    pipeline.nodes.push_back(plan.nodes.add(std::move(node)));
    return pipeline.nodes.back();
  }
  ExprId expr(ValueType type, decltype(Expr::node) node) {
    return plan.exprs.add({type, std::move(node), false, false, {}});
  }
  void onlyOn(NodeId node, const std::string &branch) {
    ExprId left = expr(ValueType::String, ContextRef{"git.branch"});
    ExprId right = expr(ValueType::String, Literal{{branch}});
    plan.nodes[node].when = expr(ValueType::Bool, Compare{CompareOp::Equal, left, right});
  }
  /// How all nodes end, a letter each in their order, for every combination.
  std::vector<std::string> all(const Given &given = {}, std::vector<NodeId> free = {},
                               std::size_t limit = 1000) {
    std::vector<std::string> result;
    complete = explore(plan, {pipeline, given, std::move(free), {}, limit}, [&](Simulated &facts) {
      std::string letters;
      for (NodeId node : pipeline.nodes)
        letters += toText(llvm::cantFail(facts.outcomeOf(node))).front();
      result.push_back(letters);
      return true;
    });
    return result;
  }
  bool complete = true;
};

TEST(Simulate, AllSucceedsUnlessSaid) {
  Graph graph;
  NodeId a = graph.job("a"), b = graph.job("b", {a});
  Given given;
  EXPECT_EQ(llvm::cantFail(simulate(graph.plan, graph.pipeline, given).outcomeOf(b)), Outcome::Success);
  given.outcomes[a] = Outcome::TimedOut;
  Simulated result = simulate(graph.plan, graph.pipeline, given);
  EXPECT_EQ(llvm::cantFail(result.outcomeOf(b)), Outcome::Skipped);
  EXPECT_EQ(result.reasonOf(b), "`a` timed out");
}

TEST(Simulate, AnOutcomeCountsOnlyWhereTheNodeRuns) {
  Graph graph;
  NodeId a = graph.job("a"), b = graph.job("b", {a});
  Given given;
  given.outcomes = {{a, Outcome::Failure}, {b, Outcome::Success}};
  EXPECT_EQ(llvm::cantFail(simulate(graph.plan, graph.pipeline, given).outcomeOf(b)), Outcome::Skipped);
}

TEST(Simulate, WhatIsNotGivenLeavesOutcomesOpen) {
  Graph graph;
  NodeId a = graph.job("a"), b = graph.job("b", {a}), c = graph.job("c"), d = graph.job("d", {a, c});
  graph.onlyOn(a, "main");
  Given given;
  given.outcomes[c] = Outcome::Failure;
  Simulated result = simulate(graph.plan, graph.pipeline, given);
  EXPECT_EQ(llvm::toString(result.outcomeOf(a).takeError()),
            "whether `a` runs is open: its condition: `git.branch` is not given by the simulation");
  EXPECT_FALSE(llvm::errorToBool(result.outcomeOf(d).takeError())) << "c failed: d is skipped either way";
  EXPECT_TRUE(llvm::errorToBool(result.outcomeOf(b).takeError()));
}

TEST(Simulate, EveryCombinationThatCanComeAboutOnce) {
  Graph graph;
  NodeId a = graph.job("a"), b = graph.job("b", {a});
  (void)b;
  EXPECT_THAT(graph.all(), testing::ElementsAre("ss", "sf", "sc", "st", "fs", "cs", "ts"));
  EXPECT_THAT(graph.all({}, {a}), testing::ElementsAre("ss", "fs", "cs", "ts"));
  EXPECT_TRUE(graph.complete);
  EXPECT_EQ(graph.all({}, {}, 3).size(), 3U);
  EXPECT_FALSE(graph.complete);
}

TEST(Simulate, FactsThatConditionsCompareVaryTogether) {
  Graph graph;
  NodeId a = graph.job("a"), b = graph.job("b"), c = graph.job("c");
  graph.onlyOn(a, "main");
  graph.onlyOn(b, "main");
  graph.onlyOn(c, "next");
  Given given;
  // Never a without b, never b with c: "s" is success or skipped, so count by reason.
  std::set<std::string> ways;
  Exploration what{graph.pipeline, given, {c}, {}};
  EXPECT_TRUE(explore(graph.plan, what, [&](Simulated &facts) {
    std::string way;
    for (NodeId node : graph.pipeline.nodes)
      way += facts.reasonOf(node).empty() ? 'r' : '-';
    ways.insert(way);
    return true;
  }));
  EXPECT_THAT(ways, testing::ElementsAre("---", "--r", "rr-"));
}

} // namespace
