// When a job runs, given how those before it ended and whether the run was cancelled: the `if` of the
// workflow says what a run here does. The cases are left where PIPELANG_EMIT_TO says, for
// tests/conformance/check_expressions.mjs.
#include "compiler/plan/decide.h"
#include "compiler/plan/evaluate.h"
#include "compiler/plan/graph.h"
#include "compiler/plan/outcomes.h"
#include "tests/unit/compiler/backends/plan_builder.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

using namespace pipelang;
using plan::Outcome;
using plan::ValueType;

namespace {

llvm::Error missing() {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "not asked for here");
}

/// A push to main, and how two jobs ended.
class EndedFacts : public plan::Facts {
public:
  std::map<plan::NodeId, Outcome> outcomes;

  llvm::Expected<plan::Value> context(llvm::StringRef key) override {
    return plan::Value{std::string(key == "git.branch" ? "main" : "")};
  }
  llvm::Expected<Outcome> outcomeOf(plan::NodeId node) override { return outcomes.at(node); }
  llvm::Expected<plan::Value> output(plan::OutputId) override { return missing(); }
  llvm::Expected<int> servicePort(plan::ServiceId, int) override { return missing(); }
  llvm::Expected<plan::Value> secret(plan::SecretId) override { return missing(); }
  llvm::Expected<plan::Value> param(Id<plan::Param>) override { return missing(); }
  llvm::Expected<plan::Value> reportField(plan::OutputId, llvm::StringRef) override { return missing(); }
  llvm::Expected<plan::Value> stepOutput(llvm::StringRef, llvm::StringRef) override { return missing(); }
  llvm::Expected<plan::Value> metric(plan::NodeId, llvm::StringRef) override { return missing(); }
};

/// Random conditions over the outcomes of two jobs.
class Conditions {
public:
  Conditions(test::PlanBuilder &builder, plan::NodeId a, plan::NodeId b) : b_(builder), nodes_{a, b} {}

  plan::ExprId make(int depth) {
    if (depth <= 0) return leaf();
    switch (random_() % 4) {
    case 0: return b_.expr(plan::Not{make(depth - 1)}, ValueType::Bool);
    case 1: return b_.expr(plan::AllOf{{make(depth - 1), make(depth - 1)}}, ValueType::Bool);
    case 2: return b_.expr(plan::AnyOf{{make(depth - 1), make(depth - 1)}}, ValueType::Bool);
    default: return leaf();
    }
  }

private:
  plan::ExprId leaf() {
    if (random_() % 6 == 0)
      return b_.equal(b_.context("git.branch"), b_.text(random_() % 2 ? "main" : "other"));
    plan::ExprId subject = b_.expr(plan::OutcomeOf{nodes_[random_() % 2]}, ValueType::Outcome);
    std::string wanted = plan::toText(plan::allOutcomes()[random_() % 5]).str();
    plan::ExprId literal = b_.expr(plan::Literal{plan::Value{wanted}}, ValueType::Outcome);
    return b_.equal(subject, literal);
  }

  test::PlanBuilder &b_;
  plan::NodeId nodes_[2];
  std::mt19937 random_{20260201}; ///< Fixed: the same cases every time.
};

/// GitHub knows no `timed_out`.
std::string resultOf(Outcome outcome) {
  return outcome == Outcome::TimedOut ? "cancelled" : plan::toText(outcome).str();
}

/// Ends that GitHub can tell apart: something was cancelled only where the run was, and a job of such a run
/// that ran out of time has the same `result` as a cancelled one.
bool isPossible(const std::map<plan::NodeId, Outcome> &ends, bool cancelled) {
  return llvm::all_of(ends, [&](const auto &end) {
    return end.second != (cancelled ? Outcome::TimedOut : Outcome::Cancelled);
  });
}

} // namespace

TEST(GithubConditions, RunWhatARunHereRuns) {
  test::PlanBuilder b;
  plan::NodeId first = b.job("a", {}), second = b.job("b", {});
  Conditions conditions(b, first, second);
  std::vector<plan::NodeId> jobs;
  for (int i = 0; i < 120; ++i) {
    plan::NodeId job = b.job("job" + std::to_string(i), {b.script("true")},
                             i % 3 ? std::vector<plan::NodeId>() : std::vector{first});
    b.plan.nodes[job].awaits = i % 3 ? std::vector{first, second} : std::vector{second};
    b.plan.nodes[job].when = conditions.make(1 + i % 4);
    jobs.push_back(job);
  }
  b.plan.emits = {{plan::EmitGithub{Id<plan::Pipeline>(0), "ci.yml"}, {}}};
  Diagnostics diagnostics;
  FileSet files = backends::emitAll(b.plan, "", diagnostics);
  ASSERT_FALSE(diagnostics.hasErrors());
  auto workflow = readYaml(files.at("ci.yml").content.text);
  ASSERT_TRUE(bool(workflow));

  llvm::json::Array cases;
  EndedFacts facts;
  for (plan::NodeId job : jobs) {
    const Document *expression = workflow->find("jobs")->find(b.plan.nodes[job].name)->find("if");
    ASSERT_TRUE(expression && expression->asString());
    for (Outcome one : plan::allOutcomes())
      for (Outcome other : plan::allOutcomes())
        for (bool cancelled : {false, true}) {
          facts.outcomes = {{first, one}, {second, other}};
          if (!isPossible(facts.outcomes, cancelled)) continue;
          bool runs = plan::decide(b.plan, job, plan::Target::Local, facts).runs &&
                      (!cancelled || plan::runsAfterCancel(b.plan, b.plan.nodes[job]));
          cases.push_back(llvm::json::Object{
              {"expression", *expression->asString()},
              {"expected", runs ? "true" : "false"},
              {"cancelled", cancelled},
              {"needs", llvm::json::Object{{"a", llvm::json::Object{{"result", resultOf(one)}}},
                                           {"b", llvm::json::Object{{"result", resultOf(other)}}}}}});
        }
  }
  EXPECT_GT(cases.size(), 3000u);
  if (const char *folder = std::getenv("PIPELANG_EMIT_TO")) {
    std::error_code error;
    llvm::raw_fd_ostream file(std::string(folder) + "/conditions.json", error);
    ASSERT_FALSE(error) << error.message();
    file << llvm::json::Value(llvm::json::Object{{"cases", std::move(cases)}});
  }
}
