#include "compiler/plan/graph.h"
#include "compiler/plan/json.h"
#include "sample_plan.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::plan;

TEST(Graph, OrderPutsNeedsFirstAndKeepsTheOrderWritten) {
  SamplePlan s;
  const Pipeline &ci = s.plan.pipelines[Id<Pipeline>(0)];
  EXPECT_EQ(topologicalOrder(s.plan, ci),
            (std::vector<NodeId>{s.unit311, s.unit312, s.gate, s.api, s.onApi}));
  s.plan.nodes[s.unit311].needs = {s.unit312};
  EXPECT_EQ(topologicalOrder(s.plan, ci),
            (std::vector<NodeId>{s.unit312, s.unit311, s.gate, s.api, s.onApi}));
}

TEST(Graph, CyclesAreFoundWholeAndOnly) {
  SamplePlan s;
  const Pipeline &ci = s.plan.pipelines[Id<Pipeline>(0)];
  EXPECT_TRUE(findCycle(s.plan, ci).empty());
  s.plan.nodes[s.unit311].needs = {s.gate};
  EXPECT_EQ(findCycle(s.plan, ci), (std::vector<NodeId>{s.unit311, s.gate}));
  EXPECT_EQ(topologicalOrder(s.plan, ci), (std::vector<NodeId>{s.unit312}));
  s.plan.nodes[s.unit311].needs = {s.unit311};
  EXPECT_EQ(findCycle(s.plan, ci), (std::vector<NodeId>{s.unit311}));
}

TEST(Graph, ClosureHoldsAllThatIsNeeded) {
  SamplePlan s;
  EXPECT_EQ(closureOf(s.plan, {s.onApi}), (std::vector<NodeId>{s.unit311, s.gate, s.api, s.onApi}));
  EXPECT_EQ(closureOf(s.plan, {}), std::vector<NodeId>{});
}

TEST(Graph, WorstTimes) {
  SamplePlan s;
  auto worst = [&](NodeId node) { return toText(worstTime(s.plan, s.plan.nodes[node])); };
  std::get<Job>(s.plan.nodes[s.unit311].node).retry.times = 2;
  EXPECT_EQ(worst(s.unit311), "2703s"); // three times 15min, and pauses of 1s and 2s
  EXPECT_EQ(worst(s.gate), "0ms");
  EXPECT_EQ(worst(s.api), "96s"); // 60 start + 5 check + 1 switch + 30 drain
  EXPECT_EQ(worst(s.onApi), "5min");
  Requirement watch{s.lines, CompareOp::Less, s.bound, {}, Duration::fromMinutes(5), "", {}};
  std::get<Deployment>(s.plan.nodes[s.api].node).afterSwitch = {watch, watch};
  EXPECT_EQ(worst(s.api), "396s");
}

TEST(Graph, WorstTimesDoNotOverflow) {
  SamplePlan s;
  Job &job = std::get<Job>(s.plan.nodes[s.unit311].node);
  job.timeout = Duration{INT64_MAX / 2};
  job.retry.times = 9;
  EXPECT_EQ(worstTime(s.plan, s.plan.nodes[s.unit311]).milliseconds, INT64_MAX);
  EXPECT_EQ(worstWall(s.plan, s.plan.pipelines[Id<Pipeline>(0)]).milliseconds, INT64_MAX);
}

TEST(Graph, LongestPath) {
  SamplePlan s;
  const Pipeline &ci = s.plan.pipelines[Id<Pipeline>(0)];
  EXPECT_EQ(longestPath(s.plan, ci), (std::vector<NodeId>{s.unit311, s.gate, s.api, s.onApi}));
  EXPECT_EQ(toText(worstWall(s.plan, ci)), "1296s");
  std::get<Job>(s.plan.nodes[s.unit312].node).timeout = Duration::fromMinutes(60);
  EXPECT_EQ(longestPath(s.plan, ci), (std::vector<NodeId>{s.unit312}));
}

TEST(Graph, NodesUsedByAnExpression) {
  SamplePlan s;
  EXPECT_EQ(nodesUsedBy(s.plan, s.lines), std::vector<NodeId>{s.unit311});
  ExprId outcome = s.expr(ValueType::Outcome, OutcomeOf{s.gate});
  ExprId metric = s.expr(ValueType::Duration, Metric{s.api, "p95"});
  ExprId all = s.expr(ValueType::String, Concat{{outcome, metric, s.lines, outcome}});
  EXPECT_EQ(nodesUsedBy(s.plan, all), (std::vector<NodeId>{s.unit311, s.gate, s.api}));
}

TEST(Graph, ALongChainIsLinear) {
  SamplePlan s;
  Plan plan;
  Pipeline chain;
  chain.name = "chain";
  Node node;
  Job job;
  job.timeout = Duration::fromSeconds(1);
  node.node = job;
  for (std::size_t i = 0; i < 20'000; ++i) {
    node.name = std::to_string(i);
    if (i > 0) node.needs = {NodeId(i - 1)};
    chain.nodes.push_back(plan.nodes.add(node));
  }
  plan.pipelines.add(chain);
  EXPECT_EQ(longestPath(plan, chain).size(), 20'000u);
  EXPECT_EQ(closureOf(plan, {NodeId(19'999)}).size(), 20'000u);
}

TEST(Describe, ReadsLikeThePlan) {
  SamplePlan s;
  EXPECT_EQ(describe(s.plan), R"(plan sample (format 1)
environment production: /, 1 replicas, 0 approvals
pipeline ci
  at worst 0ms: unit[3.11], quality_gate, api, on api
  job unit[3.11]
    on ubuntu-24.04, at most 15min
    step pytest
      sh pytest
        env MODE = "fast"
    out coverage = cobertura report coverage.xml
  job unit[3.12]
    on ubuntu-24.04, at most 15min
    step pytest
      sh pytest
        env MODE = "fast"
  gate quality_gate after unit[3.11]
    require unit[3.11].coverage.lines >= 90% target 95%
  deploy api after quality_gate when git.branch == "main"
    blue_green of "app:1" to production, port 8000
    before the switch: /health is 200 within 5s
    switch within 1s
    keep warm 0ms, drain 30s, grace 0ms
    no local release
  reaction on api
    success => pytest
      sh pytest
        env MODE = "fast"
    failure, skipped, cancelled, timed_out => nothing
emit github ci -> .github/workflows/ci.yml
)");
}
