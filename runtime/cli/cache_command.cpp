#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/cli/run_setup.h"
#include "runtime/host/scratch.h"
#include "runtime/store/cache.h"

namespace pipelang::cli {
namespace {

/// Runs whose folders stay when `clean` is asked.
constexpr std::size_t keptRuns = 20;
constexpr int keptDays = 30;
constexpr std::int64_t keptBytes = std::int64_t{5} * 1024 * 1024 * 1024;

std::string size(std::int64_t bytes) {
  const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(units); ++unit)
    value /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

/// What the events of a run say about one node.
struct Story {
  std::optional<store::Cached> cached;
  std::optional<store::NodeEnded> ended;
  bool started = false;
  bool isJob = true;
};

std::string answer(const std::string &job, const Story &story) {
  if (story.cached && story.cached->result == "hit")
    return fmt::format("`{}` was taken from the cache: {}", job, story.cached->reason);
  if (story.started && story.cached) return fmt::format("`{}` ran: {}", job, story.cached->reason);
  if (story.started && !story.isJob)
    return fmt::format("`{}` ran: gates, deployments and reactions always do", job);
  if (story.started) return fmt::format("`{}` ran: it is not `pure`, so it runs every time", job);
  if (story.ended) return fmt::format("`{}` did not run: {}", job, story.ended->reason);
  return fmt::format("`{}` has not run: the run never came to it", job);
}

} // namespace

int whyCommand(const Parsed &parsed) {
  const std::string &job = parsed.arguments[0];
  Parsed ofRun = parsed;
  ofRun.arguments.erase(ofRun.arguments.begin());
  int status = success;
  const std::optional<PastRun> past = pastRun(ofRun, status);
  if (!past) return status;
  std::map<std::string, Story> stories;
  std::vector<std::string> names;
  for (const store::Event &event : past->events) {
    if (const auto *run = std::get_if<store::RunStarted>(&event.node)) {
      names = run->nodes;
      for (const auto &[name, facts] : run->graph)
        stories[name].isJob = facts.kind == "job";
    }
    if (const auto *cached = std::get_if<store::Cached>(&event.node)) stories[cached->node].cached = *cached;
    if (const auto *ended = std::get_if<store::NodeEnded>(&event.node)) stories[ended->node].ended = *ended;
    if (const auto *started = std::get_if<store::NodeStarted>(&event.node))
      stories[started->node].started = true;
  }
  std::vector<std::string> chosen;
  for (const std::string &name : names)
    if (name == job || llvm::StringRef(name).startswith(job + "[")) chosen.push_back(name);
  if (chosen.empty()) {
    const std::string nearest = nearestName(job, names);
    return fail(wrongUsage, fmt::format("run {} has no `{}`{}", past->id, job,
                                        nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest)));
  }
  for (const std::string &name : chosen)
    fmt::print("{}\n", answer(name, stories[name]));
  return success;
}

int cacheCommand(const Parsed &parsed) {
  if (parsed.arguments[0] != "stats")
    return fail(wrongUsage,
                fmt::format("`cache {}` is not known; there is `cache stats`", parsed.arguments[0]));
  const store::Cache cache(cacheDirectory(findState()));
  const store::CacheStatistics statistics = cache.statistics();
  fmt::print("{}\n{} results, {} contents, {}\n", cache.directory(), statistics.results, statistics.contents,
             size(statistics.bytes));
  return success;
}

int cleanCommand(const Parsed &parsed) {
  const std::string state = findState();
  host::Files &files = host::realHost().files;
  const bool all = parsed.has("--all");
  store::Cache cache(cacheDirectory(state));
  const std::int64_t freed = cache.collect(all ? 0 : keptDays, all ? 0 : keptBytes);
  std::vector<std::string> runs = store::listRuns(state);
  std::size_t removed = 0;
  llvm::Expected<std::string> scratch =
      host::scratchRoot(llvm::StringRef(state).drop_back(sizeof "/.piperun" - 1).str());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const store::RunFolder folder = store::folderOf(state, runs[i]);
    const std::optional<store::RunHold> hold = store::holdRun(folder);
    if (!hold || !files.exists(folder.journal())) continue; // it goes on, or is about to begin
    if (scratch) llvm::consumeError(files.removeTree(*scratch + "/" + runs[i]));
    if (!all && i + keptRuns >= runs.size()) continue;
    if (llvm::Error error = files.removeTree(folder.path))
      return fail(worldRefused, llvm::toString(std::move(error)));
    ++removed;
  }
  if (!scratch) llvm::consumeError(scratch.takeError());
  fmt::print("{} runs removed, {} of the cache freed\n", removed, size(freed));
  return success;
}

} // namespace pipelang::cli
