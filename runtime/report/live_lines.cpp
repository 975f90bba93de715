#include "runtime/report/live_lines.h"
#include "fmt/format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Unicode.h"
#include <algorithm>

namespace pipelang::report {
namespace {

constexpr std::size_t mostWaiting = 3;
constexpr std::size_t timeColumns = 9;

/// Bytes of the character that begins with `lead`.
std::size_t lengthOf(unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/// A line that grows to the right until it is full.
class Builder {
public:
  explicit Builder(std::size_t columns) : columns_(columns) {}

  std::size_t left() const { return columns_ - line_.columns; }
  Builder &add(llvm::StringRef text, const Paint &paint = {},
               std::string (Paint::*colour)(const std::string &) const = nullptr) {
    const std::string shown = fitted(text, left());
    line_.columns += columnsOf(shown);
    line_.text += colour ? (paint.*colour)(shown) : shown;
    return *this;
  }
  /// `text`, and blanks up to `width` columns.
  Builder &column(llvm::StringRef text, std::size_t width) {
    const std::string shown = fitted(text, width);
    add(shown);
    return add(std::string(width - columnsOf(shown), ' '));
  }
  Line take() { return std::move(line_); }

private:
  std::size_t columns_;
  Line line_;
};

struct Counts {
  std::size_t running = 0, ended = 0, failed = 0;
};
Counts countsOf(const RunView &view) {
  Counts counts;
  for (const NodeView &node : view.nodes()) {
    counts.running += node.running;
    counts.ended += node.outcome.has_value();
    counts.failed += node.failed();
  }
  return counts;
}

Line runningLine(const NodeView &node, std::size_t nameColumns, std::size_t columns, std::int64_t now,
                 std::size_t tick, const Paint &paint) {
  static const char *const spinner[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  Builder line(columns);
  line.add(spinner[tick % 10], paint, &Paint::yellow).add(" ");
  line.column(node.name, nameColumns).add("  ").column(elapsed(now - node.started), timeColumns);
  const bool hasStep = node.phase.empty() && node.step;
  const std::string last = hasStep ? node.step->lastLine : "";
  const std::string what = !node.phase.empty()                   ? node.phase
                           : hasStep && !node.step->name.empty() ? node.step->name
                           : hasStep                             ? "services"
                                                                 : "starting";
  line.add(last.empty() ? what : fitted(what, line.left() / 2));
  if (!last.empty() && line.left() >= 11) line.add(" │ " + last, paint, &Paint::dim);
  return line.take();
}

/// `deploy  waits for quality, unit[3.12]`
Line waitingLine(const RunView &view, const NodeView &node, std::size_t nameColumns, std::size_t columns,
                 const Paint &paint) {
  std::vector<std::string> needs;
  const auto facts = view.run().graph.find(node.name);
  if (facts != view.run().graph.end())
    for (const std::string &need : facts->second.needs)
      if (const NodeView *before = view.find(need); before && !before->outcome) needs.push_back(need);
  const std::string why = !needs.empty()             ? fmt::format("waits for {}", fmt::join(needs, ", "))
                          : view.run().graph.empty() ? "waits"
                                                     : "waits for a free place";
  Builder text(columns);
  text.add("· ").column(node.name, nameColumns).add("  ").add(why);
  Line line = text.take();
  line.text = paint.dim(line.text);
  return line;
}

bool waits(const NodeView &node) {
  return !node.running && !node.outcome && !llvm::StringRef(node.name).startswith("on ");
}

Line statusLine(const RunView &view, const Counts &counts, std::size_t columns, std::int64_t now,
                const Paint &paint) {
  Builder line(columns);
  line.add(fmt::format("  {} of {} done", counts.ended, view.nodes().size()), paint, &Paint::bold);
  if (counts.failed > 0) line.add(" · ").add(fmt::format("{} failed", counts.failed), paint, &Paint::red);
  line.add(fmt::format(" · {}", elapsed(std::max<std::int64_t>(now - view.startedAt(), 0))));
  return line.take();
}

Line dimLine(const std::string &text, std::size_t columns, const Paint &paint) {
  return Builder(columns).add(text, paint, &Paint::dim).take();
}

} // namespace

std::size_t columnsOf(llvm::StringRef text) {
  const int width = llvm::sys::unicode::columnWidthUTF8(text);
  return width >= 0 ? static_cast<std::size_t>(width) : text.size();
}

std::string fitted(llvm::StringRef text, std::size_t columns) {
  const std::string utf8 = llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
  if (columnsOf(utf8) <= columns) return utf8;
  std::string shown;
  std::size_t used = 1; // the dots
  for (std::size_t i = 0; i < utf8.size();) {
    const std::string character = utf8.substr(i, lengthOf(static_cast<unsigned char>(utf8[i])));
    used += columnsOf(character);
    if (used > columns) break;
    shown += character;
    i += character.size();
  }
  return columns == 0 ? "" : shown + "…";
}

std::size_t rowsOf(llvm::ArrayRef<Line> lines, std::size_t columns) {
  std::size_t rows = 0;
  for (const Line &line : lines)
    rows += std::max<std::size_t>(1, (line.columns + columns - 1) / std::max<std::size_t>(columns, 1));
  return rows;
}

std::vector<Line> liveLines(const RunView &view, const TerminalSize &size, std::int64_t now, std::size_t tick,
                            const Paint &paint) {
  // The last column stays free: some terminals go to the next row when it is filled.
  const std::size_t columns = size.columns > 1 ? size.columns - 1 : 1;
  const std::size_t nameColumns = std::min(view.widestName(), columns / 3);
  const Counts counts = countsOf(view);
  const std::size_t room = size.rows > 4 ? size.rows - 3 : 0; // without the status line
  std::vector<Line> lines;
  std::size_t more = 0, waiting = 0;
  for (const NodeView &node : view.nodes())
    waiting += waits(node);
  const std::size_t forWaiting = std::min({waiting, mostWaiting + 1, room / 3});
  for (const NodeView &node : view.nodes()) {
    if (!node.running) continue;
    if (lines.size() + forWaiting + 1 < room)
      lines.push_back(runningLine(node, nameColumns, columns, now, tick, paint));
    else
      ++more;
  }
  if (more > 0 && lines.size() < room)
    lines.push_back(dimLine(fmt::format("  and {} more run", more), columns, paint));
  std::size_t told = 0;
  for (const NodeView &node : view.nodes())
    if (waits(node) && told < forWaiting && (told + 1 < forWaiting || told + 1 == waiting) &&
        lines.size() < room) {
      lines.push_back(waitingLine(view, node, nameColumns, columns, paint));
      ++told;
    }
  if (waiting > told && lines.size() < room)
    lines.push_back(dimLine(fmt::format("  {}{} wait", told > 0 ? "and " : "",
                                        std::to_string(waiting - told) + (told > 0 ? " more" : "")),
                            columns, paint));
  lines.push_back(statusLine(view, counts, columns, now, paint));
  return lines;
}

} // namespace pipelang::report
