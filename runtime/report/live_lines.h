// What stands below on a terminal while a run goes on: what runs, what waits for what, and how far it is.
#pragma once

#include "runtime/report/run_view.h"

namespace pipelang::report {

struct TerminalSize {
  std::size_t columns = 80, rows = 24;
};

/// A line with its colours, and how many columns it takes.
struct Line {
  std::string text;
  std::size_t columns = 0;
};

/// Fewer lines than the screen has rows, each narrower than it. `now` in milliseconds since 1970; `tick`
/// turns the spinner.
std::vector<Line> liveLines(const RunView &view, const TerminalSize &size, std::int64_t now, std::size_t tick,
                            const Paint &paint);

/// Columns that `text` takes on a terminal. It has no escape sequences.
std::size_t columnsOf(llvm::StringRef text);
/// `text`, or as much of it as fits with `…`.
std::string fitted(llvm::StringRef text, std::size_t columns);
/// Rows that lines take after the terminal got another width: it breaks those that are too long.
std::size_t rowsOf(llvm::ArrayRef<Line> lines, std::size_t columns);

} // namespace pipelang::report
