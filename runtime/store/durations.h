// How long nodes took when they last succeeded: the schedule starts long ways first. Gathered from the events
// of each run and kept beside the runs, so that nobody reads whole journals for it.
#pragma once

#include "compiler/support/quantities.h"
#include "runtime/store/events.h"
#include <optional>

namespace pipelang::store {

class Durations {
public:
  /// Of `pipeline` of the plan `plan`; `state` is the absolute path of `.piperun`. What cannot be read counts
  /// as not known.
  Durations(llvm::StringRef state, llvm::StringRef plan, llvm::StringRef pipeline);

  std::optional<Duration> of(const std::string &node) const;

  /// Learns from the events of a run. A result of the cache says nothing about how long its job takes.
  void take(const Event &event);
  /// Trouble is none: the next run begins without them.
  void save() const;

private:
  const std::string path_;
  std::map<std::string, std::int64_t> known_; ///< Milliseconds.
  std::map<std::string, std::int64_t> began_; ///< Of nodes that run: milliseconds since 1970.
  bool isNew_ = false;
};

} // namespace pipelang::store
