#include "fmt/format.h"
#include "runtime/cli/commands.h"
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

} // namespace

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
