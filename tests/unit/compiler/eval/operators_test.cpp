// Arithmetic is exact: what overflows or leaves a rest is reported, never rounded or wrapped.
#include "compiler/eval/evaluator.h"
#include "gtest/gtest.h"

namespace pipelang::eval {
namespace {

struct Exact : testing::Test {
  sema::Program program;
  Diagnostics diagnostics;
  Reporter reporter{program, diagnostics};

  Value compute(ast::BinaryOp op, Value left, Value right) {
    return arithmetic(reporter, op, left, right, Span{Id<SourceFile>(0), 0, 1});
  }
  std::string codes() const {
    std::string codes;
    for (const Diagnostic &diagnostic : diagnostics.all())
      codes += diagnostic.code + " ";
    return codes;
  }
};

Value number(std::int64_t n) {
  return {n, {}};
}
Value seconds(std::int64_t n) {
  return {Duration::fromSeconds(n), {}};
}

TEST_F(Exact, quantitiesKeepTheirUnit) {
  EXPECT_EQ(*compute(ast::BinaryOp::Add, seconds(90), seconds(30)).as<Duration>(), Duration::fromMinutes(2));
  EXPECT_EQ(*compute(ast::BinaryOp::Multiply, number(3), seconds(20)).as<Duration>(),
            Duration::fromMinutes(1));
  EXPECT_EQ(*compute(ast::BinaryOp::Divide, seconds(120), seconds(60)).as<std::int64_t>(), 2);
  EXPECT_EQ(*compute(ast::BinaryOp::Divide, seconds(120), number(2)).as<Duration>(),
            Duration::fromMinutes(1));
  EXPECT_EQ(codes(), "");
}

TEST_F(Exact, aRestIsReported) {
  EXPECT_TRUE(compute(ast::BinaryOp::Divide, seconds(90), seconds(60)).isError());
  EXPECT_EQ(codes(), "P0802 ");
}

TEST_F(Exact, zeroDoesNotDivide) {
  EXPECT_TRUE(compute(ast::BinaryOp::Divide, number(1), number(0)).isError());
  EXPECT_EQ(codes(), "P0801 ");
}

TEST_F(Exact, nothingWrapsAround) {
  EXPECT_TRUE(compute(ast::BinaryOp::Add, number(INT64_MAX), number(1)).isError());
  EXPECT_TRUE(compute(ast::BinaryOp::Subtract, number(INT64_MIN), number(1)).isError());
  EXPECT_TRUE(compute(ast::BinaryOp::Multiply, seconds(INT64_MAX / 2000), number(3)).isError());
  EXPECT_TRUE(compute(ast::BinaryOp::Divide, number(INT64_MIN), number(-1)).isError());
  EXPECT_EQ(codes(), "P0803 P0803 P0803 P0803 ");
}

TEST_F(Exact, versionsAreOrderedByTheirParts) {
  auto version = [](const char *spelling) { return Value{plan::VersionValue{spelling}, {}}; };
  EXPECT_EQ(order(version("3.9"), version("3.10")), -1);
  EXPECT_EQ(order(version("3.10"), version("3.10")), 0);
  EXPECT_EQ(order(version("4"), version("3.10")), 1);
  EXPECT_FALSE(equal(version("3.1"), version("3.10")));
  EXPECT_EQ(order(version("3"), number(3)), std::nullopt);
}

TEST(Labels, joinKeepsTheFirstPlaceAndEverySecret) {
  Labels labels;
  labels.secrets = {plan::SecretId(2)};
  labels.secretAt = {Id<SourceFile>(0), 5, 6};
  Labels other;
  other.untrusted = true;
  other.untrustedAt = {Id<SourceFile>(0), 7, 8};
  other.secrets = {plan::SecretId(1), plan::SecretId(2)};
  other.secretAt = {Id<SourceFile>(0), 9, 10};
  labels.join(other);
  EXPECT_TRUE(labels.untrusted);
  EXPECT_EQ(labels.untrustedAt.begin, 7u);
  EXPECT_EQ(labels.secretAt.begin, 5u);
  EXPECT_EQ(labels.secrets, (std::vector<plan::SecretId>{plan::SecretId(1), plan::SecretId(2)}));
}

TEST(Labels, ofAListAreThoseOfItsElements) {
  Value secret = Value::ofText("x");
  secret.labels.secrets = {plan::SecretId(0)};
  EXPECT_TRUE(allLabels(Value::ofList({Value::ofText("a"), secret})).secret());
  EXPECT_FALSE(allLabels(Value::ofList({Value::ofText("a")})).any());
}

} // namespace
} // namespace pipelang::eval
