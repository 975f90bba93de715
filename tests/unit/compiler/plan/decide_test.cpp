#include "compiler/plan/decide.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::plan;

namespace {

const Outcome allOutcomes[] = {Outcome::Success, Outcome::Failure, Outcome::Skipped, Outcome::Cancelled,
                               Outcome::TimedOut};

llvm::Error unknown() {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "not known");
}

/// Knows outcomes and the branch, nothing else.
class Known : public Facts {
public:
  std::map<NodeId, Outcome> outcomes;
  std::optional<std::string> branch;

  llvm::Expected<Value> context(llvm::StringRef) override {
    if (branch) return Value{*branch};
    return unknown();
  }
  llvm::Expected<Value> secret(SecretId) override { return unknown(); }
  llvm::Expected<Value> param(Id<Param>) override { return unknown(); }
  llvm::Expected<Value> output(OutputId) override { return unknown(); }
  llvm::Expected<Value> reportField(OutputId, llvm::StringRef) override { return unknown(); }
  llvm::Expected<Value> stepOutput(llvm::StringRef, llvm::StringRef) override { return unknown(); }
  llvm::Expected<int> servicePort(ServiceId, int) override { return unknown(); }
  llvm::Expected<Outcome> outcomeOf(NodeId node) override {
    if (auto found = outcomes.find(node); found != outcomes.end()) return found->second;
    return unknown();
  }
  llvm::Expected<Value> metric(NodeId, llvm::StringRef) override { return unknown(); }
};

struct Graph {
  Plan plan;
  Known facts;
  NodeId a = job("a"), b = job("b"), c = job("c", {a, b});

  NodeId job(const std::string &name, std::vector<NodeId> needs = {}) {
    Node node;
    node.name = name;
    node.needs = std::move(needs);
    node.node = Job{};
    return plan.nodes.add(std::move(node));
  }
  void onlyOnMain() {
    ExprId branch = plan.exprs.add({ValueType::String, ContextRef{"git.branch"}, false, false, {}});
    ExprId main = plan.exprs.add({ValueType::String, Literal{{std::string("main")}}, false, false, {}});
    plan.nodes[c].when =
        plan.exprs.add({ValueType::Bool, Compare{CompareOp::Equal, branch, main}, false, false, {}});
  }
  Decision decided(Outcome ofA, Outcome ofB) {
    facts.outcomes = {{a, ofA}, {b, ofB}};
    return decide(plan, c, Target::Local, facts);
  }
};

TEST(Decide, RunsOnlyAfterSuccessAlone) {
  Graph graph;
  for (Outcome a : allOutcomes)
    for (Outcome b : allOutcomes) {
      Decision decision = graph.decided(a, b);
      EXPECT_EQ(decision.runs, a == Outcome::Success && b == Outcome::Success);
      EXPECT_EQ(decision.runs, decision.reason.empty());
      EXPECT_EQ(decision.outcome, Outcome::Skipped);
    }
}

TEST(Decide, NamesTheFirstNeedThatDidNotSucceed) {
  Graph graph;
  EXPECT_EQ(graph.decided(Outcome::Failure, Outcome::Skipped).reason, "`a` failed");
  EXPECT_EQ(graph.decided(Outcome::Success, Outcome::Skipped).reason, "`b` was skipped");
  EXPECT_EQ(graph.decided(Outcome::Cancelled, Outcome::Success).reason, "`a` was cancelled");
  EXPECT_EQ(graph.decided(Outcome::Success, Outcome::TimedOut).reason, "`b` timed out");
}

TEST(Decide, AsksTheConditionLast) {
  Graph graph;
  graph.onlyOnMain();
  graph.facts.branch = "main";
  EXPECT_TRUE(graph.decided(Outcome::Success, Outcome::Success).runs);
  EXPECT_EQ(graph.decided(Outcome::Failure, Outcome::Success).reason, "`a` failed");
  graph.facts.branch = "topic";
  EXPECT_EQ(graph.decided(Outcome::Success, Outcome::Success).reason, "its condition does not hold");
  graph.facts.branch.reset();
  Decision decision = graph.decided(Outcome::Success, Outcome::Success);
  EXPECT_FALSE(decision.runs);
  EXPECT_EQ(decision.outcome, Outcome::Failure);
  EXPECT_EQ(decision.reason, "its condition: not known");
  EXPECT_EQ(graph.decided(Outcome::Failure, Outcome::Success).outcome, Outcome::Skipped);
}

TEST(Decide, ReactionsDoWhatIsSaidOfTheOutcome) {
  Graph graph;
  StepId step = graph.plan.steps.add({});
  Node node;
  node.name = "on a";
  node.needs = {graph.a};
  node.node = Reaction{graph.a, {{{Outcome::Failure, Outcome::TimedOut}, step}, {{Outcome::Success}, {}}}};
  NodeId reaction = graph.plan.nodes.add(std::move(node));
  for (Outcome outcome : allOutcomes) {
    graph.facts.outcomes = {{graph.a, outcome}};
    Decision decision = decide(graph.plan, reaction, Target::Local, graph.facts);
    EXPECT_EQ(decision.runs, outcome == Outcome::Failure || outcome == Outcome::TimedOut);
    EXPECT_EQ(decision.step.has_value(), decision.runs);
    if (!decision.runs) {
      EXPECT_EQ(decision.reason, "nothing to do on " + toText(outcome).str());
    }
  }
}

} // namespace
