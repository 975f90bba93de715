#include "compiler/plan/evaluate.h"
#include "compiler/plan/graph.h"
#include "compiler/plan/outcomes.h"
#include "sample_plan.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::plan;

namespace {

/// Conditions over two nodes and a branch.
struct Conditions : SamplePlan {
  NodeId a = unit311, b = unit312;

  ExprId is(NodeId node, Outcome outcome, CompareOp op = CompareOp::Equal) {
    ExprId subject = expr(ValueType::Outcome, OutcomeOf{node});
    ExprId wanted = expr(ValueType::Outcome, Literal{Value{toText(outcome).str()}});
    return expr(ValueType::Bool, Compare{op, subject, wanted});
  }
  ExprId isNot(NodeId node, Outcome outcome) { return expr(ValueType::Bool, Not{is(node, outcome)}); }
  ExprId all(std::vector<ExprId> operands) { return expr(ValueType::Bool, AllOf{std::move(operands)}); }
  ExprId any(std::vector<ExprId> operands) { return expr(ValueType::Bool, AnyOf{std::move(operands)}); }
  ExprId isMain() {
    ExprId branch = expr(ValueType::String, ContextRef{"git.branch"});
    return expr(ValueType::Bool, Compare{CompareOp::Equal, branch, text("main")});
  }
  bool asks(ExprId condition) { return asksForCancelled(plan, condition); }
};

} // namespace

TEST(Outcomes, OneEndIsAskedFor) {
  Conditions c;
  for (Outcome outcome : allOutcomes()) {
    bool isCancelled = outcome == Outcome::Cancelled;
    EXPECT_EQ(c.asks(c.is(c.a, outcome)), isCancelled) << toText(outcome).str();
    EXPECT_EQ(c.asks(c.isNot(c.a, outcome)), !isCancelled) << toText(outcome).str();
    EXPECT_EQ(c.asks(c.is(c.a, outcome, CompareOp::NotEqual)), !isCancelled) << toText(outcome).str();
  }
}

TEST(Outcomes, WhatElseIsAskedDecidesToo) {
  Conditions c;
  const Outcome failure = Outcome::Failure, cancelled = Outcome::Cancelled, success = Outcome::Success;
  EXPECT_FALSE(c.asks(c.any({c.is(c.a, failure), c.is(c.b, failure)})));
  EXPECT_FALSE(c.asks(c.any({c.is(c.a, failure), c.isMain()})));
  EXPECT_FALSE(c.asks(c.all({c.isNot(c.a, success), c.isNot(c.a, cancelled)})));
  EXPECT_FALSE(c.asks(c.any({c.is(c.a, cancelled), c.isNot(c.a, cancelled)}))); // holds however it ends
  EXPECT_FALSE(c.asks(c.all({c.is(c.a, cancelled), c.is(c.a, failure)})));      // never holds
  EXPECT_TRUE(c.asks(c.all({c.isNot(c.a, cancelled), c.is(c.b, cancelled)})));
  EXPECT_TRUE(c.asks(c.any({c.is(c.a, cancelled), c.isMain()})));
  EXPECT_TRUE(c.asks(c.all({c.isNot(c.a, failure), c.isMain()})));
  ExprId chosen = c.expr(ValueType::Bool, Conditional{c.isMain(), c.is(c.a, cancelled), c.is(c.a, success)});
  EXPECT_TRUE(c.asks(chosen));
  EXPECT_FALSE(c.asks(c.expr(ValueType::Bool, Not{c.expr(ValueType::Bool, Not{c.is(c.a, failure)})})));
}

TEST(Outcomes, SharedPartsAndManyNodesAreQuick) {
  Conditions c;
  ExprId shared = c.is(c.a, Outcome::Failure);
  for (int i = 0; i < 200; ++i)
    shared = c.all({shared, shared});
  EXPECT_FALSE(c.asks(shared));
  std::vector<ExprId> cells;
  for (std::size_t i = 0; i < 2000; ++i)
    cells.push_back(c.is(NodeId(100 + i), Outcome::Failure));
  EXPECT_FALSE(c.asks(c.any(cells)));
  cells.push_back(c.is(NodeId(50), Outcome::Cancelled));
  EXPECT_TRUE(c.asks(c.any(cells)));
}

TEST(Outcomes, ReactionsRunAfterACancellationThatTheyHandle) {
  Conditions c;
  EXPECT_FALSE(runsAfterCancel(c.plan, c.plan.nodes[c.onApi])); // `cancelled => nothing`
  std::get<Reaction>(c.plan.nodes[c.onApi].node).arms[1].step = StepId(0);
  EXPECT_TRUE(runsAfterCancel(c.plan, c.plan.nodes[c.onApi]));
}
