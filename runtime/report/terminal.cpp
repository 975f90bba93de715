#include "fmt/format.h"
#include "runtime/report/live_lines.h"
#include "runtime/report/screen.h"
#include <sys/ioctl.h>

namespace pipelang::report {
namespace {

/// What a terminal that is held up is not shown later: the logs have it.
constexpr std::size_t mostHeldBack = 1024 * 1024;

/// What has ended scrolls away above; below stands what runs, and what waits. Redrawn ten times a second,
/// never faster than the terminal takes it.
class TerminalReport final : public Report {
public:
  explicit TerminalReport(ReportOptions options)
      : options_(std::move(options)), paint_{options_.color}, screen_(options_.descriptor) {}

  void take(const store::Event &event) override {
    view_.take(event);
    std::visit([this, &event](const auto &node) { add(node, event.at); }, event.node);
    if (above_.size() > mostHeldBack) {
      above_.erase(0, above_.find('\n', above_.size() - mostHeldBack / 2) + 1);
      leftOut_ = true;
    }
  }

  void tick() override {
    if (ended_ || !screen_.idle()) return; // it is still busy with the last picture
    const TerminalSize size = terminalSize();
    screen_.write(picture(liveLines(view_, size, options_.now(), ++ticks_, paint_), size));
  }

private:
  TerminalSize terminalSize() const {
    winsize size{};
    if (::ioctl(options_.descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
      return {};
    return {size.ws_col, size.ws_row};
  }

  void above(const std::string &line) { above_ += line + "\n"; }

  void add(const store::RunStarted &run, std::int64_t) { above(headLine(run, paint_)); }
  void add(const store::NodeStarted &, std::int64_t) {}
  void add(const store::StepStarted &step, std::int64_t) {
    if (options_.verbose) above(paint_.bold(fmt::format("▸ {}: {}", step.node, printable(step.name))));
  }
  void add(const store::Output &output, std::int64_t) {
    if (!options_.verbose) return;
    llvm::SmallVector<llvm::StringRef> lines;
    llvm::StringRef(output.text).rtrim("\n").split(lines, '\n');
    for (const llvm::StringRef line : lines)
      above(paint_.dim(fmt::format("{:<{}} │ ", output.node, view_.widestName())) + printable(line));
  }
  void add(const store::StepEnded &, std::int64_t) {}
  void add(const store::ServiceReady &, std::int64_t) {}
  void add(const store::Checked &, std::int64_t) {}
  void add(const store::PhaseEntered &, std::int64_t) {}
  void add(const store::Measured &, std::int64_t) {}
  void add(const store::Traffic &, std::int64_t) {}
  void add(const store::Cached &, std::int64_t) {}
  void add(const store::NodeEnded &ended, std::int64_t) {
    const NodeView *node = view_.find(ended.node);
    if (!node || (options_.quiet && !node->failed())) return;
    above(nodeLine(*node, view_.widestName(), paint_));
    for (const store::Checked &check : node->checks)
      above(checkLine(check, paint_));
    above_ += measuredTable(node->measured, paint_);
  }
  void add(const store::Note &note, std::int64_t) {
    above(paint_.yellow("  " + (note.node.empty() ? "" : note.node + ": ") + printable(note.text)));
  }
  void add(const store::RunEnded &ended, std::int64_t at) {
    above_ += failures(view_, options_, paint_);
    above(summaryLine(view_, ended.outcome, at, paint_));
    ended_ = true;
    screen_.write(picture({}, terminalSize()));
  }

  /// Over what stood there: what is new above, then `below`. The cursor stays after it.
  std::string picture(std::vector<Line> below, const TerminalSize &size) {
    std::string text = "\x1b[?25l"; // no cursor jumping about
    if (const std::size_t rows = std::min(rowsOf(drawn_, size.columns), size.rows); rows > 0)
      text += fmt::format("\x1b[{}A", rows);
    text += "\r\x1b[J";
    if (leftOut_) text += paint_.dim("  … what came here is in the logs: the terminal was held up") + "\n";
    text += above_;
    for (const Line &line : below)
      text += line.text + "\n";
    text += "\x1b[?25h";
    above_.clear();
    leftOut_ = false;
    drawn_ = std::move(below);
    return text;
  }

  const ReportOptions options_;
  const Paint paint_;
  Screen screen_;
  RunView view_;
  std::string above_; ///< Of no picture yet.
  std::vector<Line> drawn_;
  std::size_t ticks_ = 0;
  bool leftOut_ = false, ended_ = false;
};

} // namespace

std::unique_ptr<Report> terminalReport(ReportOptions options) {
  return std::make_unique<TerminalReport>(std::move(options));
}

} // namespace pipelang::report
