// Events -> what people and programs see while a run goes on: a live view on a terminal, plain grouped
// lines elsewhere, or NDJSON.
#pragma once

#include "runtime/store/runs.h"
#include <functional>
#include <memory>

namespace pipelang::report {

struct ReportOptions {
  store::RunFolder folder; ///< Log files are read again for groups and failures.
  std::string again;       ///< The command that runs this once more, without `--job`.
  bool color = false;
  bool quiet = false;                ///< Only what failed, and the end.
  bool verbose = false;              ///< On a terminal too: what every step prints.
  bool groups = false;               ///< `::group::` lines, as GitHub folds them.
  int descriptor = 1;                ///< Where to.
  std::function<std::int64_t()> now; ///< Milliseconds since 1970.
};

/// Takes events from any thread, one at a time. tick() and take() are never called at once.
class Report : public store::EventSink {
public:
  /// Ten times a second: what only shows that time goes by.
  virtual void tick() {}
};

std::unique_ptr<Report> plainReport(ReportOptions options);
/// For a terminal.
std::unique_ptr<Report> terminalReport(ReportOptions options);
/// One event a line, as docs/events.md describes them.
std::unique_ptr<Report> ndjsonReport();
/// Says nothing.
std::unique_ptr<Report> silentReport();
/// `report`, and each event as a line of the file `path`, as it happens. Error: it cannot be written.
llvm::Expected<std::unique_ptr<Report>> withEvents(std::unique_ptr<Report> report, const std::string &path);

/// An event and a line feed.
std::string jsonLine(const store::Event &event);

} // namespace pipelang::report
