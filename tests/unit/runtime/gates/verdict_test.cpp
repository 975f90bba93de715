#include "../../compiler/plan/sample_plan.h"
#include "runtime/gates/readers.h"
#include "runtime/gates/render.h"
#include "runtime/gates/verdict.h"
#include "llvm/Support/JSON.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::gates;
using plan::CompareOp;
using plan::Value;
using plan::ValueType;

namespace {

llvm::Error failure(const char *what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), what);
}

/// Only report fields and one metric; `lines` is what a test says it is.
class ReportFacts : public plan::Facts {
public:
  std::function<llvm::Expected<Value>()> lines;

  llvm::Expected<Value> context(llvm::StringRef) override { return failure("no context"); }
  llvm::Expected<Value> secret(plan::SecretId) override { return Value{std::string("hunter2")}; }
  llvm::Expected<Value> param(Id<plan::Param>) override { return Value{}; }
  llvm::Expected<Value> output(plan::OutputId) override { return failure("no output"); }
  llvm::Expected<Value> reportField(plan::OutputId, llvm::StringRef) override { return lines(); }
  llvm::Expected<Value> stepOutput(llvm::StringRef, llvm::StringRef) override { return failure("no step"); }
  llvm::Expected<int> servicePort(plan::ServiceId, int) override { return failure("no port"); }
  llvm::Expected<plan::Outcome> outcomeOf(plan::NodeId) override { return failure("no outcome"); }
  llvm::Expected<Value> metric(plan::NodeId, llvm::StringRef) override {
    return llvm::make_error<plan::NotFoundOut>("there were no requests");
  }
};

class VerdictTest : public ::testing::Test {
protected:
  plan::SamplePlan s;
  ReportFacts facts;

  Value percent(std::int64_t millionths) { return Value{Percent{millionths}}; }
  plan::Requirement &requirement() { return std::get<plan::Gate>(s.plan.nodes[s.gate].node).requirements[0]; }
  GateResult judge() {
    return evaluate(s.plan, std::get<plan::Gate>(s.plan.nodes[s.gate].node).requirements, facts,
                    [](plan::OutputId) { return std::string("coverage.xml"); });
  }
  /// `verdict: message` of the first requirement.
  std::string say(std::function<llvm::Expected<Value>()> lines) {
    facts.lines = std::move(lines);
    RequirementResult first = judge().requirements.at(0);
    return toText(first.verdict).str() + ": " + first.message;
  }
  std::string sayShare(std::int64_t millionths) {
    return say([=, this] { return percent(millionths); });
  }
};

} // namespace

TEST_F(VerdictTest, FailWarnAndPassMeetAtTheBounds) {
  EXPECT_EQ(sayShare(84'200'000), "fail: coverage.xml: unit[3.11].coverage.lines is 84.2%, must be >= 90%");
  EXPECT_EQ(sayShare(89'999'999), "fail: coverage.xml: unit[3.11].coverage.lines is 89.99%, must be >= 90%");
  EXPECT_EQ(sayShare(90'000'000), "warn: coverage.xml: unit[3.11].coverage.lines is 90%, should be >= 95%");
  EXPECT_EQ(sayShare(94'999'999),
            "warn: coverage.xml: unit[3.11].coverage.lines is 94.99%, should be >= 95%");
  EXPECT_EQ(sayShare(95'000'000), "pass: coverage.xml: unit[3.11].coverage.lines is 95% (>= 90%)");
  requirement().target = {};
  EXPECT_EQ(sayShare(90'000'000), "pass: coverage.xml: unit[3.11].coverage.lines is 90% (>= 90%)");
}

TEST_F(VerdictTest, ASharesShownDigitsNeverCrossTheBound) {
  requirement().op = CompareOp::LessEqual; // cut to 90%, this would look as if it held
  requirement().target = {};
  EXPECT_EQ(sayShare(90'000'001),
            "fail: coverage.xml: unit[3.11].coverage.lines is 90.000001%, must be <= 90%");
}

TEST_F(VerdictTest, WhatIsNotToldIsNotEvaluated) {
  EXPECT_EQ(say([] { return Value{}; }), "not_evaluated: coverage.xml: unit[3.11].coverage.lines was not "
                                         "evaluated: the report does not tell it, "
                                         "must be >= 90%");
  requirement().subject = s.expr(ValueType::Percent, plan::Metric{s.api, "error_rate"});
  EXPECT_EQ(say([] { return Value{}; }),
            "not_evaluated: slo.error_rate(api) was not evaluated: there were no requests, must be >= 90%");
}

TEST_F(VerdictTest, WhatCannotBeReadIsAnError) {
  EXPECT_EQ(
      say([]() -> llvm::Expected<Value> { return failure("the file is empty"); }),
      "error: coverage.xml: unit[3.11].coverage.lines cannot be read: the file is empty, must be >= 90%");
  EXPECT_EQ(
      say([] { return Value{std::int64_t(3)}; }),
      "error: coverage.xml: unit[3.11].coverage.lines cannot be judged: cannot compare int with percent");
  requirement().bound = s.expr(ValueType::Percent, plan::ContextRef{"git.branch"});
  EXPECT_EQ(sayShare(95'000'000),
            "error: coverage.xml: unit[3.11].coverage.lines cannot be judged: its bound no context");
  requirement().bound = s.bound;
  requirement().target = s.expr(ValueType::Percent, plan::ParamRef{});
  EXPECT_EQ(sayShare(95'000'000),
            "not_evaluated: coverage.xml: unit[3.11].coverage.lines cannot be judged: its bound is not told");
}

TEST_F(VerdictTest, NothingDangerousIsShown) {
  requirement().target = {};
  requirement().op = CompareOp::Equal;
  requirement().bound = s.text("x");
  EXPECT_EQ(say([] { return Value{std::string("a\x1b[2Jb\n")}; }),
            "fail: coverage.xml: unit[3.11].coverage.lines is a?[2Jb?, must be == x");
  requirement().subject = s.expr(ValueType::String, plan::SecretRef{plan::SecretId(0)});
  s.plan.exprs[requirement().subject].secret = true;
  s.plan.secrets.add({"token", {}, {}});
  EXPECT_EQ(judge().requirements[0].value, "(secret)");
}

TEST_F(VerdictTest, TheWorstWins) {
  const Verdict all[] = {Verdict::Pass, Verdict::Warn, Verdict::NotEvaluated, Verdict::Error, Verdict::Fail};
  auto expr = [&](Verdict verdict) -> plan::ExprId {
    switch (verdict) {
    case Verdict::Pass: return s.expr(ValueType::Percent, plan::Literal{percent(96'000'000)});
    case Verdict::Warn: return s.expr(ValueType::Percent, plan::Literal{percent(91'000'000)});
    case Verdict::Fail: return s.expr(ValueType::Percent, plan::Literal{percent(1)});
    case Verdict::NotEvaluated: return s.expr(ValueType::None, plan::Literal{Value{}});
    case Verdict::Error: return s.expr(ValueType::String, plan::OutputRef{s.coverage});
    }
    return {};
  };
  auto &requirements = std::get<plan::Gate>(s.plan.nodes[s.gate].node).requirements;
  const plan::Requirement model = requirements[0];
  for (Verdict first : all)
    for (Verdict second : all) {
      requirements = {model, model};
      requirements[0].subject = expr(first);
      requirements[1].subject = expr(second);
      GateResult result = judge();
      EXPECT_EQ(result.requirements[0].verdict, first);
      EXPECT_EQ(result.requirements[1].verdict, second);
      EXPECT_EQ(result.verdict, std::max(first, second));
      EXPECT_EQ(result.passes(), std::max(first, second) <= Verdict::Warn);
    }
  requirements.clear();
  EXPECT_EQ(judge().verdict, Verdict::NotEvaluated);
  EXPECT_FALSE(judge().passes());
}

// ---------------------------------------------------------------- renderings

static GateResult sampleResult() {
  GateResult result;
  result.verdict = Verdict::Fail;
  result.requirements.push_back({Verdict::Fail,
                                 "lines >= 90%",
                                 "84.2%",
                                 ">= 90%",
                                 ">= 95%",
                                 "coverage.xml",
                                 "coverage.xml: lines is 84.2%, must be >= 90%",
                                 {Id<SourceFile>(0), 5, 9}});
  result.requirements.push_back(
      {Verdict::Pass, "failed == 0", "0", "== 0", "", "junit.xml", "junit.xml: failed is 0 (== 0)", {}});
  result.requirements.push_back(
      {Verdict::NotEvaluated, "high == 0", "", "== 0", "", "a|b.json", "a|b.json: high & <low>", {}});
  return result;
}
static std::string rendered(const char *format) {
  return render(sampleResult(), "quality", {std::string("ci.pipe")}, *resultFormatFromText(format));
}

TEST(Render, Text) {
  EXPECT_EQ(rendered("text"), "gate quality: fail\n"
                              "  fail          coverage.xml: lines is 84.2%, must be >= 90%\n"
                              "  pass          junit.xml: failed is 0 (== 0)\n"
                              "  not_evaluated a|b.json: high & <low>\n");
}

TEST(Render, Junit) {
  EXPECT_EQ(rendered("junit"), R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="1" skipped="0">
  <testsuite name="quality" tests="3" failures="1" errors="1" skipped="0">
    <testcase classname="quality" name="lines &gt;= 90%"><failure message="coverage.xml: lines is 84.2%, must be &gt;= 90%"/></testcase>
    <testcase classname="quality" name="failed == 0"/>
    <testcase classname="quality" name="high == 0"><error message="a|b.json: high &amp; &lt;low&gt;"/></testcase>
  </testsuite>
</testsuites>
)");
}

TEST(Render, Markdown) {
  EXPECT_EQ(rendered("markdown"), R"(### Gate quality: fail

| Verdict | Requirement | Found | Bound | Target | Evidence |
|---|---|---|---|---|---|
| fail | lines \>= 90% | 84.2% | \>= 90% | \>= 95% | coverage.xml |
| pass | failed == 0 | 0 | == 0 |  | junit.xml |
| not\_evaluated | high == 0 |  | == 0 |  | a\|b.json |

- coverage.xml: lines is 84.2%, must be \>= 90%
- a\|b.json: high \& \<low\>
)");
}

TEST(Render, JsonAndSarifAreWellFormedAndSaySo) {
  auto json = llvm::cantFail(llvm::json::parse(rendered("json")));
  const llvm::json::Object &gate = *json.getAsObject();
  EXPECT_EQ(gate.getString("verdict")->str(), std::string("fail"));
  EXPECT_EQ(gate.getArray("requirements")->size(), 3u);
  EXPECT_EQ((*gate.getArray("requirements"))[0].getAsObject()->getString("value")->str(),
            std::string("84.2%"));

  auto sarif = llvm::cantFail(llvm::json::parse(rendered("sarif")));
  const llvm::json::Object &run = *(*sarif.getAsObject()->getArray("runs"))[0].getAsObject();
  ASSERT_EQ(run.getArray("results")->size(), 2u); // what passed is no finding
  const llvm::json::Object &first = *(*run.getArray("results"))[0].getAsObject();
  EXPECT_EQ(first.getString("level")->str(), std::string("error"));
  const llvm::json::Object &place =
      *(*first.getArray("locations"))[0].getAsObject()->getObject("physicalLocation");
  EXPECT_EQ(place.getObject("artifactLocation")->getString("uri")->str(), std::string("ci.pipe"));
  EXPECT_EQ(place.getObject("region")->getInteger("byteOffset").getValueOr(0), 5);
}

TEST(Render, ItsOwnReportsReadBack) {
  auto read = readReport("junit", rendered("junit"));
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(fieldOf(*read, "failed").toText(), "2");
  auto findings = readReport("sarif", rendered("sarif"));
  ASSERT_TRUE(bool(findings)) << llvm::toString(findings.takeError());
  EXPECT_EQ(fieldOf(*findings, "high").toText(), "2");
}

TEST(Render, UnknownFormats) {
  EXPECT_EQ(resultFormatFromText("yaml"), std::nullopt);
}
