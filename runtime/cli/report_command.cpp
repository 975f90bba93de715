#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/host/host.h"
#include "runtime/report/console.h"
#include "runtime/report/export.h"
#include "runtime/report/report.h"
#include <unistd.h>

namespace pipelang::cli {
namespace {

/// Whole or not at all; `-` is the standard output. Returns the exit status.
int put(const std::string &path, const std::string &text) {
  if (path == "-") {
    report::Console(STDOUT_FILENO).write(text);
    return success;
  }
  llvm::Error error = host::realHost().files.write(path, text);
  return error ? fail(worldRefused, llvm::toString(std::move(error))) : success;
}

int writeReports(const Parsed &parsed, const store::RunFolder &folder,
                 const std::vector<store::Event> &events) {
  const report::RunRecord record = report::readRecord(events);
  int status = success;
  const auto write = [&](const std::string &path, const std::string &text) {
    status = std::max(status, put(path, text));
  };
  if (parsed.has("--junit")) write(parsed.value("--junit"), report::junitReport(record, folder));
  if (parsed.has("--trace")) write(parsed.value("--trace"), report::traceReport(record));
  return status;
}

} // namespace

std::vector<Option> reportOptions() {
  return {
      {"--junit", "", "FILE", "steps and requirements as test cases (`-`: the standard output)"},
      {"--trace", "", "FILE", "a trace for Perfetto or chrome://tracing, with the critical path"},
  };
}

std::vector<Option> reportCommandOptions() {
  std::vector<Option> options = reportOptions();
  options.push_back({"--ndjson", "", "", "the events, one a line (docs/events.md)"});
  return options;
}

std::optional<PastRun> pastRun(const Parsed &parsed, int &status) {
  const std::string state = findState();
  llvm::Expected<std::string> id = store::findRun(state, parsed.arguments.empty() ? "" : parsed.arguments[0]);
  if (!id) {
    status = fail(wrongUsage, llvm::toString(id.takeError()));
    return std::nullopt;
  }
  const store::RunFolder folder = store::folderOf(state, *id);
  llvm::Expected<store::LoadedJournal> journal = store::loadJournal(folder.journal());
  if (!journal) {
    status = fail(worldRefused, llvm::toString(journal.takeError()));
    return std::nullopt;
  }
  return PastRun{*id, folder, std::move(journal->events)};
}

int writeReports(const Parsed &parsed, const store::RunFolder &folder) {
  bool wanted = false;
  for (const Option &option : reportOptions())
    wanted = wanted || parsed.has(option.name);
  if (!wanted) return success;
  llvm::Expected<store::LoadedJournal> journal = store::loadJournal(folder.journal());
  if (!journal) return fail(worldRefused, llvm::toString(journal.takeError()));
  return writeReports(parsed, folder, journal->events);
}

int reportCommand(const Parsed &parsed) {
  if (parsed.options.empty())
    return fail(wrongUsage, "which report? One of --junit FILE, --trace FILE, --ndjson");
  int status = success;
  const std::optional<PastRun> run = pastRun(parsed, status);
  if (!run) return status;
  if (parsed.has("--ndjson")) {
    report::Console out(STDOUT_FILENO);
    for (const store::Event &event : run->events)
      out.write(report::jsonLine(event));
  }
  return writeReports(parsed, run->folder, run->events);
}

} // namespace pipelang::cli
