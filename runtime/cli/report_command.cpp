#include "compiler/driver/version.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/host/host.h"
#include "runtime/report/console.h"
#include "runtime/report/export.h"
#include "runtime/report/otlp.h"
#include "runtime/report/report.h"
#include <cstdio>
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

/// A collector that is not there is no failure of the run.
void sendTo(const std::string &url, const report::RunRecord &record) {
  host::Host &host = host::realHost();
  const auto headers = host.environ.find("OTEL_EXPORTER_OTLP_HEADERS");
  const report::OtlpTarget target{
      url, report::otlpHeaders(headers == host.environ.end() ? "" : headers->second), driver::version};
  if (llvm::Error error = report::sendSpans(record, target, host))
    std::fputs(("warning: the spans were not sent: " + llvm::toString(std::move(error)) + "\n").c_str(),
               stderr);
}

int writeReports(const Parsed &parsed, const store::RunFolder &folder,
                 const std::vector<store::Event> &events) {
  const report::RunRecord record = report::readRecord(events);
  int status = success;
  const auto write = [&](const std::string &path, const std::string &text) {
    status = std::max(status, put(path, text));
  };
  if (parsed.has("--html")) write(parsed.value("--html"), report::htmlReport(record, folder));
  if (parsed.has("--junit")) write(parsed.value("--junit"), report::junitReport(record, folder));
  if (parsed.has("--trace")) write(parsed.value("--trace"), report::traceReport(record));
  if (parsed.has("--otlp")) sendTo(parsed.value("--otlp"), record);
  return status;
}

} // namespace

std::vector<Option> reportOptions() {
  return {
      {"--html", "", "FILE", "one page: timeline, gates, deployments, logs"},
      {"--junit", "", "FILE", "steps and requirements as test cases (`-`: the standard output)"},
      {"--trace", "", "FILE", "a trace for Perfetto or chrome://tracing, with the critical path"},
      {"--otlp", "", "URL", "sends spans to the OpenTelemetry collector at URL (http://localhost:4318)"},
  };
}

std::vector<Option> reportCommandOptions() {
  std::vector<Option> options = reportOptions();
  options.push_back({"--ndjson", "", "", "the events, one a line (docs/events.md)"});
  return options;
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
  int status = success;
  const std::optional<PastRun> run = pastRun(parsed, status);
  if (!run) return status;
  if (parsed.has("--ndjson")) {
    report::Console out(STDOUT_FILENO);
    for (const store::Event &event : run->events)
      out.write(report::jsonLine(event));
  }
  bool named = parsed.has("--ndjson");
  for (const Option &option : reportOptions())
    named = named || parsed.has(option.name);
  if (named) return writeReports(parsed, run->folder, run->events);
  const std::string page = run->folder.path + "/report.html";
  status = put(page, report::htmlReport(report::readRecord(run->events), run->folder));
  if (status == success) fmt::print("{}\n", page);
  return status;
}

} // namespace pipelang::cli
