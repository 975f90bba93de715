// A whole run, read from its events: what every report written afterwards is made of (export.h).
#pragma once

#include "runtime/store/events.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <vector>

namespace pipelang::report {

/// Times are milliseconds since 1970; 0: never.
struct StepRecord {
  int index = 0; ///< In its job, from 0.
  int attempt = 1;
  std::string name;
  std::int64_t started = 0, ended = 0;
  std::optional<plan::Outcome> outcome; ///< Empty: it never ended.
  int exitCode = 0;
  std::string reason;
};

struct PhaseRecord {
  std::string phase, message;
  std::int64_t started = 0, ended = 0;
};

struct NodeRecord {
  std::string name;
  std::string kind; ///< `job`, `gate`, `deployment`, `reaction`; guessed where the journal does not tell.
  std::vector<std::string> needs;
  std::optional<plan::Outcome> outcome; ///< Empty: it never ended.
  std::string reason;
  std::int64_t started = 0, ended = 0;
  std::int64_t ready = 0; ///< When all it needs had ended; from then to `started` it waited for a free place.
  int attempts = 1;
  std::vector<StepRecord> steps; ///< Of all attempts, as they began.
  std::vector<store::ServiceReady> services;
  std::vector<store::Checked> checks;
  std::vector<PhaseRecord> phases;
  std::map<std::string, double> measured;
  std::optional<store::Traffic> traffic;
  std::vector<std::string> notes;
  std::string cache;     ///< Of a pure job: `hit`, `miss`, `off`; else empty.
  std::string cacheNote; ///< Why.
  bool critical = false; ///< On the path that decided how long the run took.

  bool ran() const { return started != 0; }
  bool failed() const { return outcome == plan::Outcome::Failure || outcome == plan::Outcome::TimedOut; }
};

struct RunRecord {
  store::RunStarted run;
  std::int64_t started = 0;
  std::int64_t ended = 0;               ///< Of the last event where the run never ended.
  std::optional<plan::Outcome> outcome; ///< Empty: it runs, or its runner was killed.
  std::vector<NodeRecord> nodes;        ///< Each after all it needs.
  std::vector<std::string> notes;       ///< Of no node.
  /// Indexes of nodes: the one that ended last, before it what it waited for longest, and so on; the first
  /// node first. What it waited for is one of its needs or, where these had ended long before and others had
  /// all places, the one that gave it its place.
  std::vector<std::size_t> criticalPath;

  const NodeRecord *find(llvm::StringRef name) const;
};

RunRecord readRecord(llvm::ArrayRef<store::Event> events);

/// `2026-11-22T21:45:07Z`
std::string utcTime(std::int64_t milliseconds);
/// Steps of the last attempt.
std::vector<const StepRecord *> lastAttempt(const NodeRecord &node);

} // namespace pipelang::report
