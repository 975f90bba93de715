#include "compiler/support/quantities.h"
#include "gtest/gtest.h"

using namespace pipelang;

namespace {

std::string scaled(llvm::StringRef numeral, std::int64_t unit) {
  auto result = scaleNumeral(numeral, unit);
  return result ? std::to_string(*result) : "error: " + llvm::toString(result.takeError());
}

TEST(Quantities, ScalesDecimalsExactly) {
  EXPECT_EQ(scaled("5", 60'000), "300000");
  EXPECT_EQ(scaled("1.5", 1000), "1500");
  EXPECT_EQ(scaled("0.1", Percent::scale), "100000");
  EXPECT_EQ(scaled("99.999999", Percent::scale), "99999999");
  EXPECT_EQ(scaled("1_000", 1), "1000");
  EXPECT_EQ(scaled("-2.5", 1000), "-2500");
  EXPECT_EQ(scaled("0", 1), "0");
}

TEST(Quantities, RefusesWhatIsNotExact) {
  EXPECT_EQ(scaled("0.0001", 1000), "error: not a whole number of the smallest unit");
  EXPECT_EQ(scaled("9223372036854775807", 1), "9223372036854775807");
  EXPECT_EQ(scaled("9223372036854775808", 1), "error: out of range");
  EXPECT_EQ(scaled("9223372036854775807", 2), "error: out of range");
  EXPECT_EQ(scaled("99999999999999999999999999", 1), "error: out of range");
  EXPECT_EQ(scaled("1x", 1), "error: not a number");
  EXPECT_EQ(scaled("", 1), "error: not a number");
  EXPECT_EQ(scaled(".5", 1), "error: not a number");
}

TEST(Quantities, WritesTheShortestExactSpelling) {
  EXPECT_EQ(toText(Duration::fromSeconds(90)), "90s");
  EXPECT_EQ(toText(Duration::fromMinutes(5)), "5min");
  EXPECT_EQ(toText(Duration::fromMinutes(120)), "2h");
  EXPECT_EQ(toText(Duration{}), "0ms");
  EXPECT_EQ(toText(Bytes{512ll << 20}), "512MiB");
  EXPECT_EQ(toText(Bytes{2'000'000}), "2MB");
  EXPECT_EQ(toText(Bytes{1025}), "1025B");
  EXPECT_EQ(toText(Percent::whole(90)), "90%");
  EXPECT_EQ(toText(Percent{84'200'000}), "84.2%");
  EXPECT_EQ(toText(Percent{-500'000}), "-0.5%");
  EXPECT_EQ(toText(Cpu{500}), "500m");
  EXPECT_EQ(toText(Cpu{2000}), "2cpu");
  EXPECT_EQ(toText(Rate{200 * Rate::perSecond}), "200/s");
  EXPECT_EQ(toText(Rate{Rate::perSecond / 2}), "30/min");
}

TEST(Quantities, EverySpellingOfAUnitIsFound) {
  for (const char *text : {"ms",  "s",   "min", "h", "d", "B",   "kB", "MB",   "GB", "TB", "KiB",
                           "MiB", "GiB", "TiB", "%", "m", "cpu", "/s", "/min", "/h", ""})
    EXPECT_TRUE(unitFromText(text).has_value()) << text;
  EXPECT_FALSE(unitFromText("M").has_value());
  EXPECT_FALSE(unitFromText("Mi").has_value());
  EXPECT_FALSE(unitFromText("sec").has_value());
}

TEST(Quantities, VersionsAreOrderedByTheirParts) {
  EXPECT_TRUE(compareVersions("3.9", "3.10") < 0);
  EXPECT_TRUE(compareVersions("3.1", "3.10") < 0);
  EXPECT_TRUE(compareVersions("3.10", "3.10") == 0);
  EXPECT_TRUE(compareVersions("3.10", "3.10.1") < 0);
  EXPECT_TRUE(compareVersions("20", "18.1") > 0);
}

} // namespace
