#include "fmt/format.h"
#include "runtime/host/host.h"
#include "runtime/report/run_view.h"
#include "runtime/report/screen.h"
#include <sys/ioctl.h>
#include <unistd.h>

namespace pipelang::report {
namespace {

/// What has ended scrolls away above; below stands what runs, and what waits. Redrawn ten times a second,
/// in one write.
class TerminalReport final : public Report {
public:
  explicit TerminalReport(ReportOptions options) : options_(std::move(options)), paint_{options_.color} {}

  void take(const store::Event &event) override {
    view_.take(event);
    std::visit([this, &event](const auto &node) { add(node, event.at); }, event.node);
    now_ = std::max(now_, event.at);
  }

  void tick() override {
    now_ = host::realHost().clock.wallMilliseconds();
    ++ticks_;
    draw(true);
  }

private:
  struct Size {
    std::size_t columns = 80, rows = 24;
  };
  static Size terminalSize() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
    return {size.ws_col, size.ws_row};
  }

  /// At most `columns` code points; colours are added after.
  static std::string cut(const std::string &text, std::size_t columns) {
    std::size_t points = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
      if (++points > columns) return columns == 0 ? "" : cut(text, columns - 1) + "…";
    }
    return text;
  }

  void add(const store::RunStarted &run, std::int64_t) { above_ += headLine(run, paint_) + "\n"; }
  void add(const store::NodeStarted &, std::int64_t) {}
  void add(const store::StepStarted &step, std::int64_t) {
    if (options_.verbose)
      above_ += paint_.bold(fmt::format("▸ {}: {}", step.node, printable(step.name))) + "\n";
  }
  void add(const store::Output &output, std::int64_t) {
    if (!options_.verbose) return;
    llvm::SmallVector<llvm::StringRef> lines;
    llvm::StringRef(output.text).rtrim("\n").split(lines, '\n');
    for (const llvm::StringRef line : lines)
      above_ +=
          paint_.dim(fmt::format("{:<{}} │ ", output.node, view_.widestName())) + printable(line) + "\n";
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
    if (!node || (options_.quiet && ended.outcome != plan::Outcome::Failure)) return;
    above_ += nodeLine(*node, view_.widestName(), paint_) + "\n";
    for (const store::Checked &check : node->checks)
      above_ += checkLine(check, paint_) + "\n";
    if (!node->measured.empty()) above_ += measuredTable(node->measured, paint_);
  }
  void add(const store::Note &note, std::int64_t) {
    above_ += paint_.yellow("  " + (note.node.empty() ? "" : note.node + ": ") + note.text) + "\n";
  }
  void add(const store::RunEnded &ended, std::int64_t at) {
    above_ += failures(view_, options_, paint_);
    above_ += summaryLine(view_, ended.outcome, at, paint_) + "\n";
    draw(false);
  }

  std::string runningLine(const NodeView &node, const Size &size) const {
    static const char *const spinner[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    const std::string time = elapsed(now_ - node.started);
    std::string what = !node.phase.empty() ? node.phase : node.step ? node.step->name : "starting";
    const std::size_t used = 2 + view_.widestName() + 2 + 10 + 2;
    const std::size_t room = size.columns > used + 1 ? size.columns - used - 1 : 0;
    const std::string last = node.phase.empty() && node.step ? node.step->lastLine : "";
    what = cut(what, last.empty() ? room : room / 2);
    const std::size_t left = room > what.size() + 3 ? room - what.size() - 3 : 0;
    return fmt::format("{} {:<{}}  {:<10}  {}{}", paint_.yellow(spinner[ticks_ % 10]), node.name,
                       view_.widestName(), time, what,
                       last.empty() || left < 8 ? "" : paint_.dim(" │ " + cut(last, left)));
  }

  std::string waitingLine(const Size &size) const {
    std::vector<std::string> names;
    for (const NodeView &node : view_.nodes())
      if (!node.running && !node.outcome) names.push_back(node.name);
    if (names.empty()) return {};
    return paint_.dim(cut(fmt::format("  waiting: {}", fmt::join(names, ", ")), size.columns - 1));
  }

  void draw(bool live) {
    const Size size = terminalSize();
    std::string below;
    std::size_t lines = 0;
    if (live) {
      for (const NodeView &node : view_.nodes())
        if (node.running && lines + 3 < size.rows) {
          below += runningLine(node, size) + "\n";
          ++lines;
        }
      if (const std::string waiting = waitingLine(size); !waiting.empty()) {
        below += waiting + "\n";
        ++lines;
      }
    }
    std::string text = "\x1b[?25l"; // no cursor jumping about
    if (drawn_ > 0) text += fmt::format("\x1b[{}A", drawn_);
    text += "\r\x1b[J" + above_ + below + "\x1b[?25h";
    screen_.write(text);
    above_.clear();
    drawn_ = lines;
  }

  const ReportOptions options_;
  const Paint paint_;
  RunView view_;
  std::string above_; ///< Not yet written.
  std::size_t drawn_ = 0;
  std::size_t ticks_ = 0;
  std::int64_t now_ = 0;
  Screen screen_;
};

} // namespace

std::unique_ptr<Report> terminalReport(ReportOptions options) {
  return std::make_unique<TerminalReport>(std::move(options));
}

} // namespace pipelang::report
