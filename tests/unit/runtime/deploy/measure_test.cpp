// What single requests add up to.
#include "runtime/deploy/measure.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace pipelang::deploy;
using Who = Sample::Who;

namespace {

constexpr std::int64_t ms = 1'000'000;

/// Times in milliseconds.
Sample sample(std::int64_t due, std::int64_t ended, std::int64_t connected, Who who, bool complete = true) {
  return {due * ms, ended * ms, connected * ms, complete, who};
}

} // namespace

TEST(Measure, NothingSentIsNothingMeasured) {
  EXPECT_FALSE(measure({}, 0).measured);
}

TEST(Measure, TimesAreRelativeToTheSwitch) {
  const std::vector<Sample> samples = {
      sample(900, 910, 900, Who::Old),    // the baseline
      sample(990, 1040, 990, Who::Old),   // in flight when it happened: the drain tail
      sample(1001, 1003, 1001, Who::Old), // opened after the switch: the switchover
      sample(1002, 1007, 990, Who::New),  // a kept-alive connection that moved
      sample(1004, 1006, 1004, Who::New), // the first answer of the new one
  };
  const auto m = measure(samples, 1000 * ms);
  EXPECT_EQ(m.requests, 5);
  EXPECT_EQ(m.failures, 0);
  EXPECT_DOUBLE_EQ(m.firstNewAnswer, 6);
  EXPECT_DOUBLE_EQ(m.switchover, 3);
  EXPECT_DOUBLE_EQ(m.drainTail, 40);
  EXPECT_DOUBLE_EQ(m.baselineP95, 10);
  EXPECT_DOUBLE_EQ(m.p50, 2);
  EXPECT_DOUBLE_EQ(m.p95, 5);
}

TEST(Measure, NoOldAnswerAfterTheSwitchIsNoSwitchover) {
  const auto m = measure({sample(1, 2, 1, Who::Old), sample(11, 12, 11, Who::New)}, 10 * ms);
  EXPECT_DOUBLE_EQ(m.switchover, 0);
  EXPECT_DOUBLE_EQ(m.drainTail, 0);
}

TEST(Measure, AFailureIsCountedAndSaysNothingElse) {
  const auto m = measure({sample(11, 9000, 11, Who::New, false), sample(11, 13, 11, Who::New)}, 10 * ms);
  EXPECT_EQ(m.failures, 1);
  EXPECT_DOUBLE_EQ(m.p95, 2);
  EXPECT_DOUBLE_EQ(m.firstNewAnswer, 3);
}

TEST(Measure, TheBoundIsThreeOverNOrPoissons) {
  EXPECT_DOUBLE_EQ(failureBound95(12000, 0), 3.0 / 12000);
  EXPECT_DOUBLE_EQ(failureBound95(0, 0), 1);
  EXPECT_DOUBLE_EQ(failureBound95(2, 2), 1);
  // Tables: 4.744 for 1, 7.754 for 3, 16.962 for 10.
  EXPECT_NEAR(failureBound95(1000, 1), 0.004744, 1e-6);
  EXPECT_NEAR(failureBound95(1000, 3), 0.007754, 1e-6);
  EXPECT_NEAR(failureBound95(1000, 10), 0.016962, 1e-6);
}

TEST(Measure, QuantilesAreNearestRanks) {
  EXPECT_DOUBLE_EQ(quantile({}, 0.95), 0);
  EXPECT_DOUBLE_EQ(quantile({7}, 0.95), 7);
  std::vector<double> hundred;
  for (int i = 100; i >= 1; --i)
    hundred.push_back(i);
  EXPECT_DOUBLE_EQ(quantile(hundred, 0.50), 50);
  EXPECT_DOUBLE_EQ(quantile(hundred, 0.95), 95);
  EXPECT_DOUBLE_EQ(quantile(hundred, 1), 100);
}

TEST(Traffic, CountsWhoAnsweredInSlicesAroundTheSwitch) {
  const auto t = trafficOf({sample(900, 910, 900, Who::Old), sample(990, 1040, 990, Who::Old),
                            sample(1001, 1090, 1001, Who::New), sample(1120, 1130, 1120, Who::New, false),
                            sample(1120, 1300, 1120, Who::Unknown)},
                           1000 * ms);
  EXPECT_EQ(t.slice, 100);
  EXPECT_EQ(t.from, -100);
  EXPECT_EQ(t.before, (std::vector<std::int64_t>{1, 1, 0, 0, 0}));
  EXPECT_EQ(t.after, (std::vector<std::int64_t>{0, 1, 0, 0, 1}));
  EXPECT_EQ(t.failed, (std::vector<std::int64_t>{0, 0, 1, 0, 0}));
}

TEST(Traffic, HasAtMost200Slices) {
  std::vector<Sample> samples;
  for (std::int64_t at = 1; at < 1'000'000; at += 777)
    samples.push_back(sample(at, at, at, Who::Old));
  const auto t = trafficOf(samples, 500'000 * ms);
  EXPECT_LE(t.before.size(), 200u);
  EXPECT_GT(t.before.size(), 150u);
  EXPECT_EQ(t.from % t.slice, 0);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < t.before.size(); ++i)
    sum += t.before[i] + t.after[i] + t.failed[i];
  EXPECT_EQ(sum, static_cast<std::int64_t>(samples.size()));
  EXPECT_TRUE(trafficOf({}, 0).before.empty());
}
