#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/host/host.h"
#include "runtime/report/console.h"
#include "runtime/report/run_view.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <fcntl.h>
#include <set>
#include <unistd.h>

namespace pipelang::cli {
namespace {

/// A log file of a step, or of a node's services.
struct Log {
  std::string node;
  std::string title;
  int step = -1;
  int attempt = 1;
  std::string path;
};

/// Reads what has been added to a file since the last time.
class Tail {
public:
  explicit Tail(const Log &log) : log_(log) {}
  const Log &log() const { return log_; }

  /// Calls `line` with each whole line; with the last, unfinished one too where the file is over.
  template <typename Take> void read(bool over, Take take) {
    const int file = ::open(log_.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      char buffer[64 * 1024];
      for (ssize_t got; (got = ::pread(file, buffer, sizeof buffer, at_)) > 0; at_ += got)
        lines(llvm::StringRef(buffer, static_cast<std::size_t>(got)), take);
      ::close(file);
    }
    if (over && !rest_.empty()) {
      take(log_, rest_);
      rest_.clear();
    }
  }

private:
  template <typename Take> void lines(llvm::StringRef text, Take take) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      rest_ += text.take_front(end);
      if (end == llvm::StringRef::npos) return;
      take(log_, rest_);
      rest_.clear();
      text = text.drop_front(end + 1);
    }
  }
  Log log_;
  off_t at_ = 0;
  std::string rest_; ///< A line that has not ended.
};

/// What the options choose.
class Choice {
public:
  Choice(const Parsed &parsed, const PastRun &run)
      : jobs_(parsed.values("--job")), failed_(parsed.has("--failed")) {
    for (const store::Event &event : run.events) {
      const auto *ended = std::get_if<store::StepEnded>(&event.node);
      if (ended && ended->outcome != plan::Outcome::Success && ended->outcome != plan::Outcome::Skipped)
        bad_.insert({ended->node, ended->step});
    }
  }
  /// The log that this event begins, where it is wanted.
  std::optional<Log> logOf(const store::Event &event, const store::RunFolder &folder) const {
    if (const auto *step = std::get_if<store::StepStarted>(&event.node)) {
      if (!wanted(step->node) || (failed_ && bad_.count({step->node, step->step}) == 0)) return std::nullopt;
      return Log{step->node, step->name, step->step, step->attempt,
                 folder.log(step->node, step->step, step->attempt)};
    }
    if (const auto *node = std::get_if<store::NodeStarted>(&event.node))
      if (wanted(node->node) && !failed_)
        return Log{node->node, "services", -1, 1, folder.log(node->node, -1, 1)};
    return std::nullopt;
  }

private:
  bool wanted(const std::string &node) const {
    return jobs_.empty() || std::find(jobs_.begin(), jobs_.end(), node) != jobs_.end();
  }
  std::vector<std::string> jobs_;
  bool failed_;
  std::set<std::pair<std::string, int>> bad_;
};

std::string lineJson(const Log &log, llvm::StringRef text) {
  const auto utf8 = [](llvm::StringRef each) {
    return llvm::json::isUTF8(each) ? each.str() : llvm::json::fixUTF8(each);
  };
  std::string line;
  llvm::raw_string_ostream(line) << llvm::json::Value(llvm::json::Object{{"node", utf8(log.node)},
                                                                         {"step", log.step},
                                                                         {"name", utf8(log.title)},
                                                                         {"attempt", log.attempt},
                                                                         {"text", utf8(text)}});
  return line + "\n";
}

/// Logs one after the other, each under its name.
void showAll(const PastRun &run, const Choice &choice, bool asJson, const report::Paint &paint,
             report::Console &out) {
  for (const store::Event &event : run.events) {
    const std::optional<Log> log = choice.logOf(event, run.folder);
    if (!log) continue;
    bool first = true;
    Tail(*log).read(true, [&](const Log &of, const std::string &line) {
      if (first && !asJson) out.write(paint.bold(fmt::format("▸ {}: {}", of.node, of.title)) + "\n");
      first = false;
      out.write(asJson ? lineJson(of, line) : line + "\n");
    });
  }
}

/// Lines as they come, each with the name of its job, until the run is over or nobody works on it.
int follow(PastRun run, const Choice &choice, bool asJson, const report::Paint &paint, report::Console &out) {
  std::vector<Tail> tails;
  std::size_t known = 0, widest = 0;
  for (int round = 0; !out.gone(); ++round) {
    bool over = false;
    for (; known < run.events.size(); ++known) {
      const store::Event &event = run.events[known];
      over = over || std::holds_alternative<store::RunEnded>(event.node);
      if (const auto *started = std::get_if<store::RunStarted>(&event.node))
        for (const std::string &name : started->nodes)
          widest = std::max(widest, name.size());
      if (std::optional<Log> log = choice.logOf(event, run.folder)) tails.emplace_back(*log);
    }
    if (!over && round % 10 == 9) over = !isRunning(run.folder);
    for (Tail &tail : tails)
      tail.read(over, [&](const Log &of, const std::string &line) {
        out.write(asJson ? lineJson(of, line)
                         : paint.dim(fmt::format("{:<{}} │ ", of.node, widest)) + line + "\n");
      });
    if (over) return success;
    host::realHost().clock.sleep(Duration::fromMilliseconds(100));
    llvm::Expected<store::LoadedJournal> journal = store::loadJournal(run.folder.journal());
    if (!journal) return fail(worldRefused, llvm::toString(journal.takeError()));
    run.events = std::move(journal->events);
  }
  return success;
}

/// Error: a job that the run does not have, with the nearest.
llvm::Error checkJobs(const std::vector<std::string> &wanted, const PastRun &run) {
  std::vector<std::string> names;
  for (const store::Event &event : run.events)
    if (const auto *started = std::get_if<store::RunStarted>(&event.node)) names = started->nodes;
  for (const std::string &job : wanted) {
    if (std::find(names.begin(), names.end(), job) != names.end()) continue;
    const std::string nearest = nearestName(job, names);
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        fmt::format("run {} has no job `{}`{}", run.id, job,
                    nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest)));
  }
  return llvm::Error::success();
}

} // namespace

int logsCommand(const Parsed &parsed) {
  int status = success;
  std::optional<PastRun> run = pastRun(parsed, status);
  if (!run) return status;
  if (llvm::Error wrong = checkJobs(parsed.values("--job"), *run))
    return fail(wrongUsage, llvm::toString(std::move(wrong)));
  if (parsed.has("--follow") && parsed.has("--failed"))
    return fail(wrongUsage, "`--failed` is known when a step has ended: not with `--follow`");
  const Choice choice(parsed, *run);
  const bool asJson = parsed.value("--format") == "json";
  const report::Paint paint{wantColor(parsed.value("--color", "auto"), STDOUT_FILENO)};
  report::Console out(STDOUT_FILENO);
  if (parsed.has("--follow")) return follow(std::move(*run), choice, asJson, paint, out);
  showAll(*run, choice, asJson, paint, out);
  return success;
}

} // namespace pipelang::cli
