// From single requests to what a deployment says about itself.
#pragma once

#include "runtime/deploy/deploy.h"
#include "llvm/ADT/ArrayRef.h"

namespace pipelang::deploy {

/// One request of the load. Times in monotonic nanoseconds.
struct Sample {
  enum class Who { Unknown, Old, New };
  std::int64_t due =
      0; ///< When it was to be sent; latency counts from here, so that a late sender hides nothing.
  std::int64_t ended = 0;
  std::int64_t connected = 0; ///< When its connection was opened; 0: none ever was.
  bool complete = false;      ///< A whole 2xx answer. Everything else is a failure.
  Who who = Who::Unknown;
};

/// `switched`: the instant of the switch, 0 where there was none yet. `firstNewAnswer`, `switchover` and
/// `drainTail` stay 0 where no answer says who gave it.
Measurements measure(llvm::ArrayRef<Sample> samples, std::int64_t switched);

/// Answers in slices of time, at most 200 of them. An answer that does not say who gave it counts by when it
/// came: before the switch or after it. `switched` as above; without a switch times count from the first.
store::Traffic trafficOf(llvm::ArrayRef<Sample> samples, std::int64_t switched);

/// An upper bound, at 95 %, of the share of requests that fail, where `failures` of `requests` did: 3/n
/// where none failed, else the exact Poisson bound. 1 where there were none.
double failureBound95(std::int64_t requests, std::int64_t failures);

/// By nearest rank; `share` from 0 to 1. Empty: 0.
double quantile(std::vector<double> values, double share);

} // namespace pipelang::deploy
