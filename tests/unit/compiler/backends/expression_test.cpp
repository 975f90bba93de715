// What the GitHub renderer makes of late values and plan::evaluate come to the same. The cases are left
// where PIPELANG_EMIT_TO says, and tests/conformance/check_expressions.mjs lets GitHub's evaluator judge.
#include "compiler/backends/github/expression.h"
#include "compiler/plan/context.h"
#include "compiler/plan/evaluate.h"
#include "tests/unit/compiler/backends/plan_builder.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

using namespace pipelang;
using plan::ValueType;

namespace {

/// GitHub compares without regard to case, so no two of these differ in case alone.
const std::vector<std::string> texts = {"",          "0",          "1",     "1.0",  "false", "true",
                                        "null",      "main",       "a{b}c", "it's", "a b",   "{0}",
                                        "caf\u00e9", "\U0001F600", "[]",    "refs", "v1.2"};

llvm::Error missing(const char *what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), what);
}

/// A run of branch `main`, pushed.
class FixedFacts : public plan::Facts {
public:
  explicit FixedFacts(const plan::Plan &plan) : plan_(plan) {}

  llvm::Expected<plan::Value> context(llvm::StringRef key) override {
    static const std::map<std::string, plan::Value> facts = {
        {"git.commit", {std::string("0123abc")}},       {"git.branch", {std::string("main")}},
        {"git.ref", {std::string("refs/heads/main")}},  {"git.tag", {std::string()}},
        {"event.name", {std::string("push")}},          {"run.number", {std::int64_t(7)}},
        {"git.pull_request.number", {std::int64_t(0)}}, {"git.pull_request.head", {std::string()}}};
    auto found = facts.find(key.str());
    if (found == facts.end()) return missing("context");
    return found->second;
  }
  llvm::Expected<plan::Value> output(plan::OutputId id) override {
    const auto &value = std::get<plan::ValueOutput>(plan_.outputs[id].node);
    return std::get<plan::Literal>(plan_.exprs[value.value].node).value;
  }
  llvm::Expected<plan::Outcome> outcomeOf(plan::NodeId) override { return plan::Outcome::Success; }
  llvm::Expected<int> servicePort(plan::ServiceId, int port) override { return port; }
  llvm::Expected<plan::Value> secret(plan::SecretId) override { return missing("secret"); }
  llvm::Expected<plan::Value> param(Id<plan::Param>) override { return missing("param"); }
  llvm::Expected<plan::Value> reportField(plan::OutputId, llvm::StringRef) override {
    return missing("report");
  }
  llvm::Expected<plan::Value> stepOutput(llvm::StringRef, llvm::StringRef) override {
    return missing("step");
  }
  llvm::Expected<plan::Value> metric(plan::NodeId, llvm::StringRef) override { return missing("metric"); }

private:
  const plan::Plan &plan_;
};

class Generator {
public:
  explicit Generator(test::PlanBuilder &builder) : b(builder) {
    source = b.job("source", {});
    for (const std::string &value : texts)
      outputs[ValueType::String].push_back(output({value}, ValueType::String));
    for (std::int64_t value : {0, 1, -3, 42})
      outputs[ValueType::Int].push_back(output({value}, ValueType::Int));
    for (bool value : {false, true})
      outputs[ValueType::Bool].push_back(output({value}, ValueType::Bool));
  }

  plan::ExprId make(ValueType type, int depth) {
    if (depth <= 0) return leaf(type);
    if (pick(6) == 0) return conditional(type, depth);
    if (type == ValueType::Bool) return condition(depth);
    if (type == ValueType::Int || pick(2)) return leaf(type);
    plan::Concat concat;
    for (unsigned i = pick(4); i > 0; --i)
      concat.parts.push_back(make(ValueType::String, depth - 1));
    return b.expr(concat);
  }

private:
  unsigned pick(unsigned count) { return static_cast<unsigned>(random()) % count; }

  plan::ExprId output(plan::Value value, ValueType type) {
    std::string name = "o" + std::to_string(b.plan.outputs.size());
    plan::OutputId id = b.output(source, name, plan::ValueOutput{b.expr(plan::Literal{value}, type)});
    return b.expr(plan::OutputRef{id}, type);
  }

  plan::ExprId leaf(ValueType type) {
    const auto &late = outputs[type];
    if (pick(3) == 0) return late[pick(late.size())];
    static const char *facts[] = {"git.commit", "git.branch", "git.ref",
                                  "git.tag",    "event.name", "git.pull_request.head"};
    switch (type) {
    case ValueType::Bool: return b.expr(plan::Literal{plan::Value{pick(2) == 0}}, type);
    case ValueType::Int:
      if (pick(3) == 0)
        return b.expr(plan::ContextRef{pick(2) ? "run.number" : "git.pull_request.number"}, type);
      return b.number(static_cast<std::int64_t>(pick(5)) - 1);
    default: return pick(2) ? b.context(facts[pick(std::size(facts))]) : b.text(texts[pick(texts.size())]);
    }
  }

  plan::ExprId conditional(ValueType type, int depth) {
    plan::ExprId test = make(ValueType::Bool, depth - 1);
    plan::ExprId left = make(type, depth - 1);
    return b.expr(plan::Conditional{test, left, make(type, depth - 1)}, type);
  }

  plan::ExprId condition(int depth) {
    std::vector<plan::ExprId> operands;
    switch (pick(6)) {
    case 0: return b.expr(plan::Not{make(ValueType::Bool, depth - 1)}, ValueType::Bool);
    case 1:
    case 2: {
      for (unsigned i = pick(4); i > 0; --i)
        operands.push_back(make(ValueType::Bool, depth - 1));
      if (pick(2)) return b.expr(plan::AllOf{operands}, ValueType::Bool);
      return b.expr(plan::AnyOf{operands}, ValueType::Bool);
    }
    case 3: {
      static const char *functions[] = {"contains", "starts_with", "ends_with"};
      plan::ExprId text = make(ValueType::String, depth - 1);
      return b.expr(plan::Apply{functions[pick(3)], {text, make(ValueType::String, depth - 1)}},
                    ValueType::Bool);
    }
    default: {
      bool numbers = pick(2);
      ValueType type = numbers ? ValueType::Int : ValueType::String;
      auto op = static_cast<plan::CompareOp>(pick(numbers ? 6 : 2));
      plan::ExprId left = make(type, depth - 1);
      return b.expr(plan::Compare{op, left, make(type, depth - 1)}, ValueType::Bool);
    }
    }
  }

  test::PlanBuilder &b;
  plan::NodeId source;
  std::map<ValueType, std::vector<plan::ExprId>> outputs;
  std::mt19937 random{20260101}; ///< Fixed: the same cases every time.
};

llvm::json::Object needsOf(const plan::Plan &plan, const backends::github::Names &names) {
  llvm::json::Object outputs;
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
    plan::OutputId id(i);
    const auto &value = std::get<plan::ValueOutput>(plan.outputs[id].node);
    outputs[names.outputOf(id)] = std::get<plan::Literal>(plan.exprs[value.value].node).value.toText();
  }
  return llvm::json::Object{
      {"source", llvm::json::Object{{"result", "success"}, {"outputs", std::move(outputs)}}}};
}

} // namespace

TEST(GithubExpression, MeansWhatThePlanMeans) {
  test::PlanBuilder b;
  Generator generator(b);
  std::vector<plan::ExprId> cases;
  constexpr ValueType types[] = {ValueType::String, ValueType::Bool, ValueType::Int};
  for (int i = 0; i < 6000; ++i)
    cases.push_back(generator.make(types[i % 3], 1 + i % 4));

  plan::NodeId reader = b.job("reader", {}, {plan::NodeId(0)});
  backends::github::Names names(b.plan, b.pipeline());
  Diagnostics diagnostics;
  backends::github::Scope scope{b.plan, b.pipeline(), names, diagnostics, reader, ""};
  FixedFacts facts(b.plan);
  llvm::json::Array lines;
  for (plan::ExprId id : cases) {
    auto expected = plan::evaluate(b.plan, id, plan::Target::Github, facts);
    ASSERT_TRUE(bool(expected)) << llvm::toString(expected.takeError());
    auto expression = backends::github::renderExpression(scope, id, backends::github::Key::JobIf);
    ASSERT_TRUE(expression);
    EXPECT_EQ(expression->find('\n'), std::string::npos);
    lines.push_back(llvm::json::Object{{"expression", *expression}, {"expected", expected->toText()}});
  }
  EXPECT_TRUE(diagnostics.all().empty());
  if (const char *folder = std::getenv("PIPELANG_EMIT_TO")) {
    std::error_code error;
    llvm::raw_fd_ostream file(std::string(folder) + "/expressions.json", error);
    ASSERT_FALSE(error) << error.message();
    file << llvm::json::Value(
        llvm::json::Object{{"needs", needsOf(b.plan, names)}, {"cases", std::move(lines)}});
  }
}
