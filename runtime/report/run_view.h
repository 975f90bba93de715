// The state of a run as its events tell it, and the lines people read about it. Both views use it.
#pragma once

#include "compiler/support/boxed.h"
#include "runtime/report/report.h"
#include <deque>

namespace pipelang::report {

struct StepView {
  int index = 0;
  int attempt = 1;
  std::string name;
  std::int64_t started = 0; ///< Milliseconds since 1970.
  std::string lastLine;
  std::optional<plan::Outcome> outcome;
};

struct NodeView {
  std::string name;
  bool running = false;
  std::optional<plan::Outcome> outcome;
  std::string reason;
  std::int64_t started = 0, ended = 0;
  Boxed<StepView> step; ///< The one that runs, or ran last; none where all went well.
  std::string phase;    ///< Of a deployment.
  std::vector<store::Checked> checks;
  std::map<std::string, double> measured;

  bool failed() const { return outcome == plan::Outcome::Failure || outcome == plan::Outcome::TimedOut; }
};

/// Colours, or none.
struct Paint {
  bool color = false;
  std::string green(const std::string &text) const { return with("32", text); }
  std::string red(const std::string &text) const { return with("31", text); }
  std::string yellow(const std::string &text) const { return with("33", text); }
  std::string dim(const std::string &text) const { return with("2", text); }
  std::string bold(const std::string &text) const { return with("1", text); }

private:
  std::string with(const char *code, const std::string &text) const;
};

class RunView {
public:
  /// Brings the state up to date.
  void take(const store::Event &event);

  const NodeView *find(const std::string &name) const;
  const std::vector<NodeView> &nodes() const { return nodes_; }
  const store::RunStarted &run() const { return run_; }
  std::int64_t startedAt() const { return started_; }
  std::size_t widestName() const { return widest_; }   ///< In columns.
  std::size_t fromCache() const { return fromCache_; } ///< Nodes whose result was taken from a cache.

private:
  NodeView &node(const std::string &name);

  store::RunStarted run_;
  std::int64_t started_ = 0;
  std::size_t widest_ = 0, fromCache_ = 0;
  std::vector<NodeView> nodes_;
  std::map<std::string, std::size_t> indexes_;
};

/// `3.2s`, `4min 10s`
std::string elapsed(std::int64_t milliseconds);
/// `✓ quality       3.2s`, with the reason where it did not succeed.
std::string nodeLine(const NodeView &node, std::size_t width, const Paint &paint);
/// `    ✓ unit.coverage.lines is 94.2% (>= 90%)`
std::string checkLine(const store::Checked &check, const Paint &paint);
/// What a deployment measured, as a table; each line ends in a line feed.
std::string measuredTable(const std::map<std::string, double> &values, const Paint &paint);
/// What failed, with the end of its log and the command to run it again; and how it all ended.
std::string failures(const RunView &view, const ReportOptions &options, const Paint &paint);
std::string summaryLine(const RunView &view, plan::Outcome outcome, std::int64_t endedAt, const Paint &paint);
/// `ci of sprint-reports, main at 1a2b3c4d · run 20261122-214507-1`
std::string headLine(const store::RunStarted &run, const Paint &paint);
/// The last `lines` lines of a file, at most 16 KiB of it.
std::string tailOf(const std::string &path, std::size_t lines);
/// Without escape sequences and control characters; what came after the last carriage return.
std::string printable(llvm::StringRef line);

} // namespace pipelang::report
