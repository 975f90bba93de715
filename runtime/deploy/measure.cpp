#include "runtime/deploy/measure.h"
#include <algorithm>
#include <cmath>

namespace pipelang::deploy {

static double milliseconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  const std::size_t index = std::clamp<std::size_t>(rank, 1, values.size()) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
  return values[index];
}

/// The chance of `failures` or fewer where `mean` are expected.
static double poissonAtMost(std::int64_t failures, double mean) {
  double term = -mean; // of k = 0, as a logarithm
  double sum = std::exp(term);
  for (std::int64_t k = 1; k <= failures; ++k) {
    term += std::log(mean) - std::log(static_cast<double>(k));
    sum += std::exp(term);
  }
  return sum;
}

double failureBound95(std::int64_t requests, std::int64_t failures) {
  if (requests <= 0) return 1;
  double mean = 3;
  if (failures > 0) {
    const auto count = static_cast<double>(failures);
    double low = count, high = count + 5 * std::sqrt(count) + 5;
    for (int i = 0; i < 60; ++i) {
      mean = (low + high) / 2;
      (poissonAtMost(failures, mean) > 0.05 ? low : high) = mean;
    }
  }
  return std::min(1.0, mean / static_cast<double>(requests));
}

Measurements measure(llvm::ArrayRef<Sample> samples, std::int64_t switched) {
  Measurements result;
  std::vector<double> before, after;
  std::int64_t firstNew = 0, lastOld = switched, lastOldOnNew = switched;
  for (const Sample &sample : samples) {
    ++result.requests;
    result.failures += !sample.complete;
    const bool baseline = switched == 0 || sample.ended < switched;
    if (sample.complete && (baseline || sample.due >= switched))
      (baseline ? before : after).push_back(milliseconds(sample.ended - sample.due));
    if (baseline || !sample.complete) continue;
    if (sample.who == Sample::Who::New && (firstNew == 0 || sample.ended < firstNew)) firstNew = sample.ended;
    if (sample.who != Sample::Who::Old) continue;
    lastOld = std::max(lastOld, sample.ended);
    if (sample.connected > switched) lastOldOnNew = std::max(lastOldOnNew, sample.ended);
  }
  result.failureBound95 = failureBound95(result.requests, result.failures);
  result.firstNewAnswer = firstNew ? milliseconds(firstNew - switched) : 0;
  result.switchover = milliseconds(lastOldOnNew - switched);
  result.drainTail = milliseconds(lastOld - switched);
  result.p50 = quantile(after, 0.50);
  result.p95 = quantile(std::move(after), 0.95);
  result.baselineP95 = quantile(std::move(before), 0.95);
  result.measured = result.requests > 0;
  return result;
}

store::Traffic trafficOf(llvm::ArrayRef<Sample> samples, std::int64_t switched) {
  constexpr std::int64_t unit = 100; // milliseconds
  store::Traffic traffic;
  traffic.slice = unit;
  if (samples.empty()) return traffic;
  std::int64_t first = samples.front().ended, last = first;
  for (const Sample &sample : samples) {
    first = std::min(first, sample.ended);
    last = std::max(last, sample.ended);
  }
  const std::int64_t zero = switched != 0 ? switched : first;
  const std::int64_t span = (last - first) / 1'000'000;
  const std::int64_t slice = (span / 199 / unit + 1) * unit;
  const auto sliceOf = [&](std::int64_t at) { // rounded down, also before the switch
    const std::int64_t milliseconds = (at - zero) / 1'000'000;
    return milliseconds >= 0 && at >= zero ? milliseconds / slice
                                           : -((zero - at - 1) / 1'000'000 / slice) - 1;
  };
  const std::int64_t begin = sliceOf(first);
  const auto count = static_cast<std::size_t>(sliceOf(last) - begin + 1);
  traffic.slice = static_cast<int>(slice);
  traffic.from = begin * slice;
  for (std::vector<std::int64_t> *counts : {&traffic.before, &traffic.after, &traffic.failed})
    counts->resize(count);
  for (const Sample &sample : samples) {
    const auto at = static_cast<std::size_t>(sliceOf(sample.ended) - begin);
    const bool isNew = sample.who == Sample::Who::New ||
                       (sample.who == Sample::Who::Unknown && switched != 0 && sample.ended >= switched);
    ++(!sample.complete ? traffic.failed : isNew ? traffic.after : traffic.before)[at];
  }
  return traffic;
}

} // namespace pipelang::deploy
