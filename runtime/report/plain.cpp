#include "fmt/format.h"
#include "runtime/report/run_view.h"
#include "runtime/report/screen.h"
#include <fcntl.h>
#include <unistd.h>

namespace pipelang::report {
namespace {

/// Groups of lines, one for each step, in the order the steps end. The step that began first among those
/// that run has the console and is shown live; the others wait in their log files.
class PlainReport final : public Report {
public:
  explicit PlainReport(ReportOptions options)
      : options_(std::move(options)), paint_{options_.color}, screen_(options_.descriptor) {}

  void take(const store::Event &event) override {
    view_.take(event);
    std::visit([this, &event](const auto &node) { show(node, event.at); }, event.node);
  }

  /// Who looks at a log wants to know that it goes on: after 10 s of silence, then twice as long each time.
  void tick() override {
    const std::int64_t now = options_.now();
    if (spoken_ == 0 || now - spoken_ < patience_ || options_.quiet) return;
    std::vector<std::string> running;
    for (const NodeView &node : view_.nodes())
      if (node.running)
        running.push_back(
            fmt::format("{} {}{}", node.name, elapsed(now - node.started),
                        node.step && !node.step->name.empty() ? " (" + node.step->name + ")" : ""));
    if (running.empty()) return;
    const std::int64_t patience = patience_ * 2;
    line(paint_.dim(fmt::format("  still running: {}", fmt::join(running, ", "))));
    patience_ = patience;
  }

private:
  static constexpr std::int64_t firstPatience = 10'000; ///< Milliseconds.
  struct StepKey {
    std::string node;
    int step;
    bool operator==(const StepKey &) const = default;
  };
  struct Shown {
    StepKey key;
    std::string name;
    std::string log;
  };

  void write(llvm::StringRef text) {
    screen_.write(text);
    spoken_ = options_.now();
    patience_ = firstPatience;
  }
  void print(const std::string &line) { write(line + "\n"); }

  void open(const Shown &step) {
    const std::string title = fmt::format("{}: {}", step.key.node, step.name);
    print(options_.groups ? "::group::" + title : paint_.bold("▸ " + title));
  }
  void close(const std::string &line) {
    if (!endsLine_) print("");
    endsLine_ = true;
    if (options_.groups) print("::endgroup::");
    if (!line.empty()) print(line);
  }
  void copy(llvm::StringRef text) {
    if (text.empty()) return;
    write(text);
    endsLine_ = text.endswith("\n");
  }
  void copyLog(const std::string &path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    char buffer[64 * 1024];
    for (ssize_t got; (got = ::read(file, buffer, sizeof buffer)) > 0;)
      copy(llvm::StringRef(buffer, static_cast<std::size_t>(got)));
    ::close(file);
  }

  void show(const store::RunStarted &run, std::int64_t) {
    if (!options_.quiet) print(headLine(run, paint_));
  }
  void show(const store::NodeStarted &, std::int64_t) {}
  void show(const store::StepStarted &step, std::int64_t) {
    if (options_.quiet) return;
    running_.push_back({{step.node, step.step},
                        printable(step.name),
                        options_.folder.log(step.node, step.step, step.attempt)});
    if (running_.size() == 1) open(running_.front());
  }
  void show(const store::Output &output, std::int64_t) {
    if (options_.quiet) return;
    if (!running_.empty() && running_.front().key == StepKey{output.node, output.step}) copy(output.text);
  }
  void show(const store::StepEnded &step, std::int64_t at) {
    if (options_.quiet) return;
    const StepKey key{step.node, step.step};
    if (step.outcome == plan::Outcome::Skipped) return;
    const NodeView *node = view_.find(step.node);
    const std::int64_t started = node && node->step ? node->step->started : at;
    const std::string line =
        step.outcome == plan::Outcome::Success
            ? paint_.dim(fmt::format("  {}", elapsed(at - started)))
            : paint_.red(fmt::format("  {} after {}", step.reason, elapsed(at - started)));
    ended_.push_back({key, line});
    while (!running_.empty() && giveBack()) {
    }
  }
  /// Ends the console's owner if it has ended and hands the console on. The next owner's output so far is
  /// in its log.
  bool giveBack() {
    for (std::size_t i = 0; i < ended_.size(); ++i) {
      if (!(ended_[i].first == running_.front().key)) continue;
      close(ended_[i].second);
      ended_.erase(ended_.begin() + static_cast<std::ptrdiff_t>(i));
      running_.pop_front();
      if (!running_.empty()) {
        open(running_.front());
        copyLog(running_.front().log);
      }
      return true;
    }
    return false;
  }

  void show(const store::ServiceReady &service, std::int64_t) {
    line(fmt::format("  {}: service {} is ready on port {}", service.node, service.service, service.port));
  }
  void show(const store::Checked &check, std::int64_t) {
    if (!options_.quiet || check.verdict != "pass") line(checkLine(check, paint_));
  }
  void show(const store::PhaseEntered &phase, std::int64_t) {
    line(fmt::format("  {}: {}{}", phase.node, phase.phase,
                     phase.message.empty() ? "" : ": " + phase.message));
  }
  void show(const store::Measured &measured, std::int64_t) {
    if (!endsLine_) print("");
    endsLine_ = true;
    write(fmt::format("  {}: measured\n{}", measured.node, measuredTable(measured.values, paint_)));
  }
  void show(const store::Traffic &, std::int64_t) {}
  void show(const store::Cached &, std::int64_t) {}
  void show(const store::NodeEnded &ended, std::int64_t) {
    const NodeView *node = view_.find(ended.node);
    if (node && (!options_.quiet || node->failed())) line(nodeLine(*node, view_.widestName(), paint_));
  }
  void show(const store::Note &note, std::int64_t) {
    line("  " + (note.node.empty() ? "" : note.node + ": ") + note.text);
  }
  void show(const store::RunEnded &ended, std::int64_t at) {
    if (options_.groups) annotate();
    write(failures(view_, options_, paint_));
    if (!options_.quiet || ended.outcome != plan::Outcome::Success)
      print(summaryLine(view_, ended.outcome, at, paint_));
  }

  /// What failed, as GitHub shows it beside the run's summary.
  void annotate() {
    for (const NodeView &node : view_.nodes())
      if (node.failed())
        print(fmt::format("::error title={}::{}", annotation(node.name, true), annotation(node.reason)));
  }
  static std::string annotation(llvm::StringRef text, bool property = false) {
    std::string escaped;
    for (const char c : text)
      if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
        escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
      else
        escaped += c;
    return escaped;
  }

  /// A line of its own, also while a step has the console.
  void line(const std::string &text) {
    if (options_.quiet && text.find("✗") == std::string::npos && text.find("◷") == std::string::npos) return;
    if (!endsLine_) print("");
    endsLine_ = true;
    print(text);
  }

  const ReportOptions options_;
  const Paint paint_;
  RunView view_;
  std::deque<Shown> running_;
  std::vector<std::pair<StepKey, std::string>> ended_;
  bool endsLine_ = true;
  std::int64_t spoken_ = 0; ///< When something was written last, milliseconds since 1970.
  std::int64_t patience_ = firstPatience;
  Screen screen_;
};

} // namespace

std::unique_ptr<Report> plainReport(ReportOptions options) {
  return std::make_unique<PlainReport>(std::move(options));
}

} // namespace pipelang::report
