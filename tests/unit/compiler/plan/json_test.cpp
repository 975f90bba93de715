#include "compiler/plan/json.h"
#include "random_plan.h"
#include "sample_plan.h"
#include "llvm/Support/JSON.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::plan;

static std::string errorOf(llvm::Expected<Plan> plan) {
  return plan ? "" : llvm::toString(plan.takeError());
}

/// The sample's JSON with the first `from` replaced.
static std::string edited(const std::string &from, const std::string &to) {
  std::string text = toJson(SamplePlan().plan);
  std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(PlanJson, RandomPlansComeBackByteForByte) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    std::string text = toJson(RandomPlan(seed).make());
    auto read = fromJsonUnchecked(text);
    ASSERT_TRUE(bool(read)) << "seed " << seed << ": " << llvm::toString(read.takeError());
    ASSERT_EQ(toJson(*read), text) << "seed " << seed;
  }
}

TEST(PlanJson, AValidPlanComesBack) {
  std::string text = toJson(SamplePlan().plan);
  auto read = fromJson(text);
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ(toJson(*read), text);
  EXPECT_EQ(text.back(), '\n');
}

TEST(PlanJson, ErrorsSayWhere) {
  EXPECT_EQ(errorOf(fromJson("")), "the file is empty");
  EXPECT_EQ(errorOf(fromJson("[]")), "must be an object");
  EXPECT_EQ(errorOf(fromJson("{}")), "not a plan: the key `format` is missing");
  EXPECT_EQ(errorOf(fromJson(R"({"format": 99})")),
            "format 99 of the plan is not the format 1 that this program reads");
  EXPECT_EQ(errorOf(fromJson(edited("\"15min\"", "\"15\""))),
            "nodes[0].node.timeout: must be a duration such as `5min`");
  EXPECT_EQ(errorOf(fromJson(edited("\"15min\"", "900"))),
            "nodes[0].node.timeout: must be a duration such as `5min`");
  EXPECT_EQ(errorOf(fromJson(edited("\"runner\"", "\"runer\""))), "nodes[0].node: unknown key `runer`");
  EXPECT_EQ(errorOf(fromJson(edited("\"language\"", "\"more\": 1, \"language\""))),
            "steps[0].bodies.any[0].node: unknown key `more`");
  EXPECT_EQ(errorOf(fromJson(edited("\"kind\": \"script\"", "\"kind\": \"skript\""))),
            "steps[0].bodies.any[0].node: `kind` must be one of script, exec, uses, native");
  EXPECT_EQ(errorOf(fromJson(edited("\"steps\": [0]", "\"steps\": [7]"))),
            "nodes[0].node.steps[0]: id 7 is out of range");
  EXPECT_EQ(errorOf(fromJson(edited("\"steps\": [0]", "\"steps\": [-1]"))),
            "nodes[0].node.steps[0]: must be an integer from 0 to 4294967294");
}

TEST(PlanJson, EveryPrefixIsAnError) {
  std::string text = toJson(SamplePlan().plan);
  for (std::size_t length = 0; length + 2 < text.size(); length += 7)
    EXPECT_NE(errorOf(fromJson(llvm::StringRef(text).take_front(length))), "") << length;
}

TEST(PlanJson, DeepNestingIsAnError) {
  EXPECT_EQ(errorOf(fromJson(std::string(1'000'000, '['))),
            "not JSON we read: nested deeper than 400 levels");
}

TEST(PlanJson, AnyMemberTakenAwayOrDoubledInKindIsAnErrorOrValid) {
  // Mutations never crash: each gives a plan or a message.
  std::string text = toJson(SamplePlan().plan);
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string mutated = text;
    for (int edits = 1 + static_cast<int>(random() % 3); edits > 0; --edits)
      mutated[random() % mutated.size()] = static_cast<char>(random());
    auto read = fromJson(mutated);
    if (!read) {
      EXPECT_FALSE(llvm::toString(read.takeError()).empty());
    }
  }
}
