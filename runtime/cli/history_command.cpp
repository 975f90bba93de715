#include "compiler/plan/evaluate.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/deploy/deploy.h"
#include "runtime/exec/deploy_run.h"
#include "runtime/host/host.h"
#include "runtime/report/record.h"
#include "runtime/report/run_view.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <ctime>
#include <unistd.h>

namespace pipelang::cli {
namespace {

namespace json = llvm::json;

report::Paint paintFor(const Parsed &parsed) {
  return {wantColor(parsed.value("--color", "auto"), STDOUT_FILENO)};
}

std::string timeText(std::int64_t milliseconds) {
  const std::time_t seconds = milliseconds / 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
  return text;
}

std::string painted(const std::string &word, const report::Paint &paint) {
  if (word == "success") return paint.green(word);
  if (word == "failure" || word == "killed") return paint.red(word);
  return paint.yellow(word);
}

void printJson(const json::Value &value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::formatv("{0:2}\n", value);
  fmt::print("{}", text);
}

std::string utf8(const std::string &text) {
  return json::isUTF8(text) ? text : json::fixUTF8(text);
}

json::Object runJson(const report::RunRecord &record, const std::string &id, const store::RunFolder &folder) {
  json::Object object{{"run", id},
                      {"plan", utf8(record.run.plan)},
                      {"pipeline", utf8(record.run.pipeline)},
                      {"branch", utf8(record.run.branch)},
                      {"commit", utf8(record.run.commit)},
                      {"started", report::utcTime(record.started)},
                      {"duration_ms", record.ended - record.started},
                      {"outcome", outcomeWord(record.outcome, folder)}};
  json::Object counts;
  std::map<std::string, std::int64_t> numbers;
  for (const report::NodeRecord &node : record.nodes)
    ++numbers[node.outcome ? plan::toText(*node.outcome).str() : "unfinished"];
  for (const auto &[word, number] : numbers)
    counts[word] = number;
  object["nodes"] = std::move(counts);
  return object;
}

json::Value nodeJson(const report::NodeRecord &node) {
  json::Object object{{"node", utf8(node.name)},
                      {"kind", node.kind},
                      {"outcome", node.outcome ? plan::toText(*node.outcome).str()
                                  : node.ran() ? "unfinished"
                                               : "waiting"},
                      {"critical_path", node.critical}};
  if (!node.reason.empty()) object["reason"] = utf8(node.reason);
  if (node.ran()) {
    object["started"] = report::utcTime(node.started);
    object["duration_ms"] = node.ended - node.started;
  }
  json::Array checks;
  for (const store::Checked &check : node.checks)
    checks.push_back(json::Object{{"requirement", utf8(check.requirement)},
                                  {"verdict", check.verdict},
                                  {"value", utf8(check.value)},
                                  {"bound", utf8(check.bound)},
                                  {"message", utf8(check.message)}});
  if (!checks.empty()) object["checks"] = std::move(checks);
  json::Object measured;
  for (const auto &[name, value] : node.measured)
    measured[name] = value;
  if (!measured.empty()) object["measured"] = std::move(measured);
  return object;
}

json::Array deploymentsJson(const std::string &state) {
  json::Array deployments;
  for (const std::string &name : host::realHost().files.list(state + "/deployments")) {
    llvm::Expected<deploy::Status> status = deploy::status(exec::deploymentDirectory(state, name));
    if (!status) {
      deployments.push_back(json::Object{{"name", name}, {"error", llvm::toString(status.takeError())}});
      continue;
    }
    if (!status->running) continue;
    json::Array versions;
    for (const deploy::VersionStatus &version : status->versions)
      versions.push_back(json::Object{{"colour", version.colour},
                                      {"release", utf8(version.release)},
                                      {"state", version.state},
                                      {"live", version.live},
                                      {"port", version.port}});
    deployments.push_back(
        json::Object{{"name", name}, {"url", status->url}, {"versions", std::move(versions)}});
  }
  return deployments;
}

void printDeployments(const std::string &state) {
  for (const std::string &name : host::realHost().files.list(state + "/deployments")) {
    llvm::Expected<deploy::Status> status = deploy::status(exec::deploymentDirectory(state, name));
    if (!status)
      fmt::print("\ndeployment {}: {}\n", name, llvm::toString(status.takeError()));
    else if (status->running)
      fmt::print("\ndeployment {}\n{}", name, deploy::toText(*status));
  }
}

int statusAsJson(const PastRun &run, bool withDeployments) {
  const report::RunRecord record = report::readRecord(run.events);
  json::Object object = runJson(record, run.id, run.folder);
  json::Array nodes;
  for (const report::NodeRecord &node : record.nodes)
    nodes.push_back(nodeJson(node));
  object["nodes"] = std::move(nodes);
  if (withDeployments) object["deployments"] = deploymentsJson(findState());
  printJson(std::move(object));
  return success;
}

void printNode(const report::NodeView &node, const report::RunView &view, bool going,
               const report::Paint &paint) {
  if (!node.outcome) {
    const std::string since = node.running && going
                                  ? report::elapsed(host::realHost().clock.wallMilliseconds() - node.started)
                                  : "";
    fmt::print("{} {:<{}}  {}\n", node.running && going ? paint.yellow("▸") : paint.dim("·"), node.name,
               view.widestName(),
               node.running ? going ? since + "  " + (node.step ? node.step->name : "") : "was running"
               : going      ? "waits"
                            : "had not started");
    return;
  }
  fmt::print("{}\n", report::nodeLine(node, view.widestName(), paint));
  for (const store::Checked &check : node.checks)
    fmt::print("{}\n", report::checkLine(check, paint));
  fmt::print("{}", report::measuredTable(node.measured, paint));
}

/// One line of `history`.
std::string historyLine(const report::RunRecord &record, const std::string &id,
                        const store::RunFolder &folder, const report::Paint &paint) {
  const std::string word = outcomeWord(record.outcome, folder);
  std::vector<std::string> failed;
  std::size_t good = 0;
  for (const report::NodeRecord &node : record.nodes) {
    good += node.outcome == plan::Outcome::Success;
    if (node.failed()) failed.push_back(node.name);
  }
  const std::int64_t now = host::realHost().clock.wallMilliseconds();
  std::string line = fmt::format(
      "{}  {}  {:<10} {:>10}  {}", id, timeText(record.started), record.run.pipeline,
      report::elapsed((word == "running" ? now : record.ended) - record.started), painted(word, paint));
  line += std::string(word.size() < 10 ? 10 - word.size() : 0, ' ');
  line += fmt::format("  {:>7}", fmt::format("{}/{}", good, record.nodes.size()));
  if (!record.run.branch.empty()) line += "  " + record.run.branch;
  if (!record.run.commit.empty()) line += paint.dim(" " + record.run.commit.substr(0, 8));
  if (!failed.empty()) {
    if (failed.size() > 3) failed = {failed[0], failed[1], fmt::format("{} more", failed.size() - 2)};
    line += paint.red(fmt::format("  ✗ {}", fmt::join(failed, ", ")));
  }
  return line;
}

} // namespace

int statusCommand(const Parsed &parsed) {
  int status = success;
  const std::optional<PastRun> run = pastRun(parsed, status);
  if (!run) return status;
  if (parsed.value("--format") == "json") return statusAsJson(*run, parsed.arguments.empty());
  const report::Paint paint = paintFor(parsed);
  report::RunView view;
  for (const store::Event &event : run->events)
    view.take(event);
  const store::RunSummary summary = store::summarize(run->events);
  const std::string word = outcomeWord(summary.outcome, run->folder);
  fmt::print("{}\n", report::headLine(view.run(), paint));
  for (const report::NodeView &node : view.nodes())
    printNode(node, view, word == "running", paint);
  if (summary.outcome)
    fmt::print("{}\n", report::summaryLine(view, *summary.outcome, summary.ended, paint));
  else if (word == "running")
    fmt::print("{} for {} (piperun logs --follow)\n", painted(word, paint),
               report::elapsed(host::realHost().clock.wallMilliseconds() - summary.started));
  else
    fmt::print("{}: its runner is gone, and it never ended (piperun resume goes on with it)\n",
               painted(word, paint));
  if (parsed.arguments.empty()) printDeployments(findState());
  return success;
}

int historyCommand(const Parsed &parsed) {
  const std::string state = findState();
  const bool asJson = parsed.value("--format") == "json";
  std::size_t limit = 20;
  if (parsed.has("--limit") && llvm::StringRef(parsed.value("--limit")).getAsInteger(10, limit))
    return fail(wrongUsage, fmt::format("`--limit {}` is no number", parsed.value("--limit")));
  std::vector<std::string> runs = store::listRuns(state);
  if (runs.size() > limit) runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(limit));
  const report::Paint paint = paintFor(parsed);
  json::Array all;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    const store::RunFolder folder = store::folderOf(state, *run);
    llvm::Expected<store::LoadedJournal> journal = store::loadJournal(folder.journal());
    if (!journal) {
      const std::string why = llvm::toString(journal.takeError());
      if (asJson)
        all.push_back(json::Object{{"run", *run}, {"error", utf8(why)}});
      else
        fmt::print("{}  {}\n", *run, why);
      continue;
    }
    const report::RunRecord record = report::readRecord(journal->events);
    if (asJson)
      all.push_back(runJson(record, *run, folder));
    else
      fmt::print("{}\n", historyLine(record, *run, folder, paint));
  }
  if (asJson) printJson(std::move(all));
  return success;
}

} // namespace pipelang::cli
