#include "compiler/plan/json.h"
#include "sample_plan.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::plan;

static std::string errorOf(const Plan &plan) {
  return llvm::toString(validate(plan));
}

/// The message for the sample after `change`.
template <typename Change> static std::string after(Change change) {
  SamplePlan sample;
  change(sample);
  return errorOf(sample.plan);
}

TEST(Validate, TheSampleIsValid) {
  EXPECT_EQ(errorOf(SamplePlan().plan), "");
}
TEST(Validate, AnEmptyPlanIsValid) {
  EXPECT_EQ(errorOf(Plan()), "");
}

TEST(Validate, Expressions) {
  EXPECT_EQ(after([](SamplePlan &s) { s.expr(ValueType::Bool, Not{ExprId(s.plan.exprs.size())}); }),
            "exprs[9]: a part must come before the whole");
  EXPECT_EQ(after([](SamplePlan &s) { s.expr(ValueType::String, ContextRef{"git.brunch"}); }),
            "exprs[9]: there is no fact `git.brunch`");
  EXPECT_EQ(after([](SamplePlan &s) { s.expr(ValueType::Record, ContextRef{"git.pull_request"}); }), "");
  EXPECT_EQ(after([](SamplePlan &s) {
              s.expr(ValueType::Bool, Apply{"containz", {}});
            }),
            "exprs[9]: there is no function `containz`");
  EXPECT_EQ(after([](SamplePlan &s) {
              s.expr(ValueType::Bool, Apply{"contains", {s.lines}});
            }),
            "exprs[9]: `contains` has 1 arguments");
  EXPECT_EQ(after([](SamplePlan &s) {
              s.expr(ValueType::Int, Metric{s.gate, "p95"});
            }),
            "exprs[9]: only a deployment has metrics");
  EXPECT_EQ(after([](SamplePlan &s) { s.expr(ValueType::Int, ByTarget{}); }),
            "exprs[9]: the value is there for no target");
  EXPECT_EQ(after([](SamplePlan &s) {
              ExprId all = s.expr(ValueType::Bool, AllOf{});
              for (int i = 0; i < 1001; ++i)
                all = s.expr(ValueType::Bool, Not{all});
            }),
            "exprs[1009]: the expression is nested deeper than 1000");
}

TEST(Validate, References) {
  EXPECT_EQ(after([](SamplePlan &s) { s.plan.nodes[s.gate].needs = {NodeId(9)}; }),
            "nodes[2].needs[0]: id 9 is out of range");
  EXPECT_EQ(after([](SamplePlan &s) {
              s.plan.nodes[s.gate].origin = {Id<SourceFile>(1), 0, 1};
            }),
            "nodes[2].origin: the origin's file is out of range");
  EXPECT_EQ(after([](SamplePlan &s) {
              s.plan.nodes[s.gate].origin = {Id<SourceFile>(0), 2, 1};
            }),
            "nodes[2].origin: the origin ends before it begins");
}

TEST(Validate, Graph) {
  EXPECT_EQ(after([](SamplePlan &s) { s.plan.nodes[s.unit311].needs = {s.api}; }),
            "pipelines[0]: `unit[3.11]` needs `api` needs `quality_gate` needs `unit[3.11]`: a cycle");
  EXPECT_EQ(after([](SamplePlan &s) { s.plan.nodes[s.gate].name = "api"; }),
            "pipelines[0]: two nodes are called `api`");
  EXPECT_EQ(after([](SamplePlan &s) { s.plan.pipelines[Id<Pipeline>(0)].nodes.push_back(s.api); }),
            "pipelines[0]: a node is in two pipelines, or twice in one");
  EXPECT_EQ(after([](SamplePlan &s) { s.add("alone", {}, Gate{}); }), "nodes[5]: `alone` is in no pipeline");
  EXPECT_EQ(after([](SamplePlan &s) {
              s.plan.nodes[s.gate].needs = {s.unit312, s.unit311};
            }),
            "nodes[2]: needs must be ascending, each once");
  EXPECT_EQ(after([](SamplePlan &s) { s.plan.nodes[s.api].when = s.lines; }),
            "nodes[3]: the condition is no bool");
}

TEST(Validate, Nodes) {
  auto job = [](SamplePlan &s) -> Job & { return std::get<Job>(s.plan.nodes[s.unit311].node); };
  EXPECT_EQ(after([&](SamplePlan &s) { job(s).timeout = {}; }), "nodes[0].node: the job has no timeout");
  EXPECT_EQ(after([&](SamplePlan &s) { job(s).outputs = {}; }),
            "outputs[0]: `coverage` is not among its job's outputs");
  EXPECT_EQ(after([&](SamplePlan &s) { job(s).matrix = {}; }),
            "matrices[0]: `unit[3.11]` is not a job of this matrix");
  EXPECT_EQ(after([](SamplePlan &s) { s.plan.nodes[s.gate].node = Gate{}; }),
            "nodes[2].node: a gate needs at least one requirement");
  EXPECT_EQ(after([](SamplePlan &s) { std::get<Deployment>(s.plan.nodes[s.api].node).port = 0; }),
            "nodes[3].node: the port must be from 1 to 65535");
  EXPECT_EQ(after([](SamplePlan &s) { std::get<Reaction>(s.plan.nodes[s.onApi].node).arms.pop_back(); }),
            "nodes[4].node: no arm handles failure");
  EXPECT_EQ(after([](SamplePlan &s) {
              std::get<Reaction>(s.plan.nodes[s.onApi].node).arms[0].outcomes.insert(Outcome::Skipped);
            }),
            "nodes[4].node: two arms handle skipped");
}

TEST(Validate, Actions) {
  auto with = [](Target target, Action action) {
    return after([&](SamplePlan &s) {
      s.plan.steps[StepId(0)].bodies.clear();
      s.plan.steps[StepId(0)].bodies[target] = {action};
    });
  };
  Uses checkout{"actions/checkout", std::string(40, 'a'), "v4", {}};
  EXPECT_EQ(with(Target::Github, {checkout, "", "", {}}), "");
  EXPECT_EQ(with(Target::Local, {checkout, "", "", {}}),
            "steps[0]: an action of GitHub stands in a body that is not for GitHub");
  checkout.digest = "v4";
  EXPECT_EQ(with(Target::Github, {checkout, "", "", {}}),
            "steps[0]: `actions/checkout` is not pinned by 40 hexadecimal digits");
  EXPECT_EQ(with(Target::Any, {Native{"git.checkout", {}}, "", "", {}}),
            "steps[0]: a native step stands in a body that is not local");
  EXPECT_EQ(with(Target::Any, {Exec{}, "", "", {}}),
            "steps[0]: a program to execute needs at least its name");
  EXPECT_EQ(with(Target::Any, {Script{"sh", "x", {}}, "A b", "", {}}),
            "steps[0]: the action's id `A b` must be made of a-z, 0-9 and _");
}

TEST(Validate, EmitPaths) {
  for (const char *path : {"", "/etc/passwd", "../x", "a/../b", "a\\b"})
    EXPECT_NE(after([&](SamplePlan &s) {
                s.plan.emits[0].node = EmitGithub{Id<Pipeline>(0), path};
              }),
              "")
        << path;
}
