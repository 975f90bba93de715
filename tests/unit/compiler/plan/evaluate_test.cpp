#include "compiler/plan/context.h"
#include "compiler/plan/evaluate.h"
#include "compiler/plan/functions.h"
#include "compiler/plan/names.h"
#include "sample_plan.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::plan;

namespace {

/// Facts by name; whatever is not there is an error. Counts how often each is asked for.
class FakeFacts : public Facts {
public:
  std::map<std::string, Value> values;
  std::map<std::string, int> asked;

  llvm::Expected<Value> get(const std::string &name) {
    ++asked[name];
    if (auto found = values.find(name); found != values.end()) return found->second;
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "no " + name);
  }
  llvm::Expected<Value> context(llvm::StringRef key) override { return get(key.str()); }
  llvm::Expected<Value> secret(SecretId) override { return get("secret"); }
  llvm::Expected<Value> param(Id<Param>) override { return get("param"); }
  llvm::Expected<Value> output(OutputId) override { return get("output"); }
  llvm::Expected<Value> reportField(OutputId, llvm::StringRef field) override {
    return get("report." + field.str());
  }
  llvm::Expected<Value> stepOutput(llvm::StringRef action, llvm::StringRef name) override {
    return get(action.str() + "." + name.str());
  }
  llvm::Expected<int> servicePort(ServiceId, int containerPort) override { return containerPort + 10'000; }
  llvm::Expected<Outcome> outcomeOf(NodeId) override { return Outcome::TimedOut; }
  llvm::Expected<Value> metric(NodeId, llvm::StringRef name) override { return get("metric." + name.str()); }
};

class Evaluate : public ::testing::Test {
protected:
  SamplePlan s;
  FakeFacts facts;

  ExprId lit(Value value) { return s.expr(value.type(), Literal{value}); }
  ExprId truth(bool value) { return lit(Value{value}); }
  ExprId missing() { return s.expr(ValueType::Bool, ContextRef{"missing"}); }
  std::string say(ExprId expr, Target target = Target::Local) {
    auto value = evaluate(s.plan, expr, target, facts);
    return value ? value->toText() : "error: " + llvm::toString(value.takeError());
  }
  std::string apply(const char *function, std::vector<Value> arguments) {
    Apply call{function, {}};
    for (const Value &argument : arguments)
      call.arguments.push_back(lit(argument));
    return say(s.expr(ValueType::None, call));
  }
};

Value text(const char *value) {
  return Value{std::string(value)};
}
Value number(std::int64_t value) {
  return Value{value};
}

} // namespace

TEST_F(Evaluate, Leaves) {
  facts.values = {{"git.commit", text("abc")},
                  {"secret", text("s")},
                  {"param", number(3)},
                  {"output", text("o")},
                  {"report.lines", Value{Percent::whole(84)}},
                  {"a.b", text("step")},
                  {"metric.p95", Value{Duration{250}}},
                  {"git.pull_request.title", text("t")}};
  EXPECT_EQ(say(s.expr(ValueType::String, ContextRef{"git.commit"})), "abc");
  EXPECT_EQ(say(s.expr(ValueType::String, SecretRef{})), "s");
  EXPECT_EQ(say(s.expr(ValueType::Int, ParamRef{})), "3");
  EXPECT_EQ(say(s.expr(ValueType::String, OutputRef{s.coverage})), "o");
  EXPECT_EQ(say(s.lines), "84%");
  EXPECT_EQ(say(s.expr(ValueType::String, StepOutput{"a", "b"})), "step");
  EXPECT_EQ(say(s.expr(ValueType::Int, ServicePort{ServiceId(0), 5432})), "15432");
  EXPECT_EQ(say(s.expr(ValueType::Outcome, OutcomeOf{s.gate})), "timed_out");
  EXPECT_EQ(say(s.expr(ValueType::Duration, Metric{s.api, "p95"})), "250ms");
  ExprId record = s.expr(ValueType::Record, ContextRef{"git.pull_request"});
  EXPECT_EQ(say(s.expr(ValueType::String, FieldOf{record, "title"})), "t");
  EXPECT_EQ(say(missing()), "error: no missing");
  EXPECT_EQ(say(s.expr(ValueType::Int, FieldOf{s.bound, "lines"})),
            "error: `lines` is asked of something that has no fields");
}

TEST_F(Evaluate, AndOrAndConditionalsEvaluateOnlyWhatTheyNeed) {
  auto all = [&](std::vector<ExprId> operands) { return say(s.expr(ValueType::Bool, AllOf{operands})); };
  auto any = [&](std::vector<ExprId> operands) { return say(s.expr(ValueType::Bool, AnyOf{operands})); };
  EXPECT_EQ(all({}), "true");
  EXPECT_EQ(any({}), "false");
  EXPECT_EQ(all({truth(true), truth(true)}), "true");
  EXPECT_EQ(all({truth(false), missing()}), "false");
  EXPECT_EQ(all({truth(true), missing()}), "error: no missing");
  EXPECT_EQ(any({truth(true), missing()}), "true");
  EXPECT_EQ(any({truth(false), truth(false)}), "false");
  EXPECT_EQ(any({truth(false), missing()}), "error: no missing");
  EXPECT_EQ(say(s.expr(ValueType::Bool, Conditional{truth(true), lit(number(1)), missing()})), "1");
  EXPECT_EQ(say(s.expr(ValueType::Bool, Conditional{truth(false), missing(), lit(number(2))})), "2");
  EXPECT_EQ(say(s.expr(ValueType::Bool, Not{truth(true)})), "false");
  EXPECT_EQ(say(s.expr(ValueType::Bool, Not{lit(number(0))})), "error: a condition must be a bool, not int");
}

TEST_F(Evaluate, Targets) {
  ExprId both = s.expr(ValueType::Int, ByTarget{lit(number(1)), lit(number(2))});
  EXPECT_EQ(say(both, Target::Github), "1");
  EXPECT_EQ(say(both, Target::Local), "2");
  ExprId github = s.expr(ValueType::Int, ByTarget{lit(number(1)), {}});
  EXPECT_EQ(say(github, Target::Local), "error: the value is only there on GitHub");
}

TEST_F(Evaluate, TextsAreBoundedAndEachPartIsWorkedOutOnce) {
  facts.values["git.commit"] = text("0123456789abcdef");
  ExprId twice = s.expr(ValueType::String, ContextRef{"git.commit"});
  for (int i = 0; i < 10; ++i)
    twice = s.expr(ValueType::String, Concat{{twice, twice}});
  EXPECT_EQ(say(twice).size(), 16u << 10);
  EXPECT_EQ(facts.asked["git.commit"], 1);
  for (int i = 0; i < 30; ++i)
    twice = s.expr(ValueType::String, Concat{{twice, twice}});
  EXPECT_EQ(say(twice), "error: a text gets longer than 1 MiB");
  EXPECT_EQ(say(s.expr(ValueType::String, Concat{{lit(Value{})}})),
            "error: a value that is not there stands in a text");
}

TEST_F(Evaluate, Functions) {
  EXPECT_EQ(apply("contains", {text("abc"), text("bc")}), "true");
  EXPECT_EQ(apply("contains", {text("abc"), text("BC")}), "false");
  EXPECT_EQ(apply("contains", {Value{ValueList{number(1), number(2)}}, number(2)}), "true");
  EXPECT_EQ(apply("starts_with", {text("abc"), text("ab")}), "true");
  EXPECT_EQ(apply("starts_with", {text("a"), text("ab")}), "false");
  EXPECT_EQ(apply("ends_with", {text("abc"), text("bc")}), "true");
  EXPECT_EQ(apply("ends_with", {text("c"), text("bc")}), "false");
  EXPECT_EQ(apply("matches", {text("v1.2"), text("v[0-9]+\\.[0-9]+")}), "true");
  EXPECT_EQ(apply("matches", {text("xv1.2"), text("v[0-9]+\\.[0-9]+")}), "false");
  EXPECT_EQ(apply("matches", {text("ab"), text("a|b")}), "false"); // the whole text, not a part of it
  EXPECT_EQ(apply("matches", {text("a\nb"), text("a")}), "false"); // `$` is the end, not a line's
  EXPECT_EQ(apply("validate", {text("v1"), text("v[0-9]")}), "v1");
  EXPECT_EQ(apply("validate", {text("$(x)"), text("v[0-9]")}),
            "error: `validate`: the value does not match `v[0-9]`");
  EXPECT_EQ(apply("validate", {text("x"), text("(")}).substr(0, 45),
            "error: `validate`: `(` is no regular expressi");
  EXPECT_EQ(apply("coalesce", {Value{}, text(""), text("c")}), "c");
  EXPECT_EQ(apply("coalesce", {number(0), text("c")}), "0");
  EXPECT_EQ(apply("text", {Value{Percent::whole(90)}}), "90%");
  EXPECT_EQ(apply("lower", {text("AbC")}), "abc");
  EXPECT_EQ(apply("upper", {text("AbC")}), "ABC");
  EXPECT_EQ(apply("trim", {text(" a\n")}), "a");
  EXPECT_EQ(apply("length", {text("abc")}), "3");
  EXPECT_EQ(apply("length", {Value{ValueList{number(1)}}}), "1");
  EXPECT_EQ(apply("lower", {number(1)}), "error: `lower`: argument 1 must be a text, not int");
  EXPECT_EQ(apply("lower", {}), "error: `lower` has 0 arguments");
  EXPECT_EQ(apply("nothing", {}), "error: there is no function `nothing`");
}

/// Every function is called above: this names those that are not.
TEST_F(Evaluate, EveryFunctionIsInTheTable) {
  for (const char *name : {"contains", "starts_with", "ends_with", "matches", "validate", "coalesce", "text",
                           "lower", "upper", "trim", "length", "sum", "min", "max", "fits"})
    EXPECT_NE(findFunction(name), nullptr) << name;
  EXPECT_EQ(functions().size(), 15u);
}

TEST(Compare, EveryOperatorOnEveryOrder) {
  struct Kind {
    Value less, more;
  };
  const Kind kinds[] = {{number(1), number(2)},
                        {text("a"), text("b")},
                        {Value{Duration{1}}, Value{Duration{2}}},
                        {Value{Bytes{1}}, Value{Bytes{2}}},
                        {Value{Percent{1}}, Value{Percent{2}}},
                        {Value{Cpu{1}}, Value{Cpu{2}}},
                        {Value{Rate{1}}, Value{Rate{2}}},
                        {Value{VersionValue{"3.9"}}, Value{VersionValue{"3.10"}}}};
  auto holds = [](const char *op, const Value &left, const Value &right) {
    return llvm::cantFail(compare(*enumFromName<CompareOp>(op), left, right));
  };
  for (const Kind &kind : kinds)
    for (const char *op : {"==", "!=", "<", "<=", ">", ">="}) {
      llvm::StringRef name = op;
      EXPECT_EQ(holds(op, kind.less, kind.more), name == "!=" || name == "<" || name == "<=") << op;
      EXPECT_EQ(holds(op, kind.less, kind.less), name == "==" || name == "<=" || name == ">=") << op;
      EXPECT_EQ(holds(op, kind.more, kind.less), name == "!=" || name == ">" || name == ">=") << op;
    }
}

TEST(Compare, KindsWithoutOrderAndDifferentKinds) {
  auto say = [](CompareOp op, const Value &left, const Value &right) -> std::string {
    auto result = compare(op, left, right);
    return result ? (*result ? "true" : "false") : llvm::toString(result.takeError());
  };
  EXPECT_EQ(say(CompareOp::Equal, Value{true}, Value{true}), "true");
  EXPECT_EQ(say(CompareOp::Less, Value{true}, Value{true}), "bool has no order");
  EXPECT_EQ(say(CompareOp::NotEqual, Value{ValueList{number(1)}}, Value{ValueList{}}), "true");
  EXPECT_EQ(say(CompareOp::Greater, Value{ValueList{}}, Value{ValueList{}}), "list has no order");
  EXPECT_EQ(say(CompareOp::Equal, Value{}, Value{}), "true");
  EXPECT_EQ(say(CompareOp::Equal, Value{}, text("")), "false");
  EXPECT_EQ(say(CompareOp::NotEqual, number(1), Value{}), "true");
  EXPECT_EQ(say(CompareOp::Less, Value{}, number(1)), "cannot compare none with int");
  EXPECT_EQ(say(CompareOp::Equal, number(1), text("1")), "cannot compare int with string");
  EXPECT_EQ(say(CompareOp::Less, Value{Percent::whole(1)}, number(1)), "cannot compare percent with int");
}

TEST(Context, TheTable) {
  std::set<std::string> keys;
  for (const ContextFact &fact : contextFacts()) {
    EXPECT_TRUE(keys.insert(fact.key).second) << fact.key;
    EXPECT_FALSE(llvm::StringRef(fact.github).contains("${{")) << fact.key;
    EXPECT_EQ(fact.absent().type(), fact.type) << fact.key;
  }
  EXPECT_EQ(findContext("git.nothing"), nullptr);
  EXPECT_FALSE(findContext("git.branch")->untrusted({"push"}));
  EXPECT_TRUE(findContext("git.branch")->untrusted({"push", "pull_request"}));
  EXPECT_TRUE(findContext("git.pull_request.title")->untrusted({"push"}));
  EXPECT_FALSE(findContext("git.commit")->untrusted({"pull_request"}));
}

TEST(Outcomes, TextsGoBothWays) {
  for (const char *name : {"success", "failure", "skipped", "cancelled", "timed_out"})
    EXPECT_EQ(toText(*outcomeFromText(name)), name);
  EXPECT_EQ(outcomeFromText("done"), std::nullopt);
}
