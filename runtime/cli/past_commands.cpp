#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/deploy/deploy.h"
#include "runtime/exec/deploy_run.h"
#include "runtime/host/host.h"
#include "runtime/report/run_view.h"
#include <ctime>
#include <unistd.h>

namespace pipelang::cli {
namespace {

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

std::string outcomeText(const store::RunSummary &summary) {
  if (!summary.outcome) return "did not end (running, or its runner was killed)";
  return plan::toText(*summary.outcome).str();
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

/// Deployments that a command is about: the named one, or all that are here.
llvm::Expected<std::vector<std::string>> deploymentsFor(const Parsed &parsed, const std::string &state) {
  const std::vector<std::string> all = host::realHost().files.list(state + "/deployments");
  if (parsed.arguments.empty()) return all;
  const std::string name = store::folderName(parsed.arguments[0]);
  if (std::find(all.begin(), all.end(), name) != all.end()) return std::vector<std::string>{name};
  const std::string nearest = nearestName(name, all);
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      fmt::format("nothing called `{}` is deployed here{}", parsed.arguments[0],
                  nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest)));
}

} // namespace

int statusCommand(const Parsed &parsed) {
  int status = success;
  const std::optional<PastRun> run = pastRun(parsed, status);
  if (!run) return status;
  const report::Paint paint = paintFor(parsed);
  report::RunView view;
  for (const store::Event &event : run->events)
    view.take(event);
  const store::RunSummary summary = store::summarize(run->events);
  fmt::print("{}\n", report::headLine(view.run(), paint));
  for (const report::NodeView &node : view.nodes()) {
    if (!node.outcome) {
      fmt::print("  {}  {}\n", node.name, node.running ? "was running" : "had not started");
      continue;
    }
    fmt::print("{}\n", report::nodeLine(node, view.widestName(), paint));
    for (const store::Checked &check : node.checks)
      fmt::print("{}\n", report::checkLine(check, paint));
    fmt::print("{}", report::measuredTable(node.measured, paint));
  }
  if (summary.outcome)
    fmt::print("{}\n", report::summaryLine(view, *summary.outcome, summary.ended, paint));
  else
    fmt::print("{}\n", outcomeText(summary));
  if (parsed.arguments.empty()) printDeployments(findState());
  return success;
}

int logsCommand(const Parsed &parsed) {
  int status = success;
  const std::optional<PastRun> run = pastRun(parsed, status);
  if (!run) return status;
  const std::vector<std::string> wanted = parsed.values("--job");
  std::set<std::pair<std::string, int>> bad;
  std::vector<std::string> names;
  for (const store::Event &event : run->events) {
    if (const auto *started = std::get_if<store::RunStarted>(&event.node)) names = started->nodes;
    const auto *ended = std::get_if<store::StepEnded>(&event.node);
    if (ended && ended->outcome != plan::Outcome::Success && ended->outcome != plan::Outcome::Skipped)
      bad.insert({ended->node, ended->step});
  }
  for (const std::string &job : wanted)
    if (std::find(names.begin(), names.end(), job) == names.end()) {
      const std::string nearest = nearestName(job, names);
      return fail(wrongUsage,
                  fmt::format("run {} has no job `{}`{}", run->id, job,
                              nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest)));
    }
  const store::RunFolder &folder = run->folder;
  const report::Paint paint = paintFor(parsed);
  const auto show = [&](const std::string &node, const std::string &title, const std::string &path) {
    llvm::Expected<std::string> text = host::realHost().files.read(path);
    if (!text) {
      llvm::consumeError(text.takeError());
      return;
    }
    if (text->empty()) return;
    fmt::print("{}\n{}{}", paint.bold(fmt::format("▸ {}: {}", node, title)), *text,
               llvm::StringRef(*text).endswith("\n") ? "" : "\n");
  };
  for (const store::Event &event : run->events) {
    const auto *step = std::get_if<store::StepStarted>(&event.node);
    const auto *node = std::get_if<store::NodeStarted>(&event.node);
    const std::string name = step ? step->node : node ? node->node : "";
    if (name.empty() || (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()))
      continue;
    if (step && parsed.has("--failed") && bad.count({step->node, step->step}) == 0) continue;
    if (step)
      show(name, step->name, folder.log(name, step->step, step->attempt));
    else if (!parsed.has("--failed"))
      show(name, "services", folder.log(name, -1, 1));
  }
  return success;
}

int historyCommand(const Parsed &parsed) {
  const std::string state = findState();
  std::size_t limit = 20;
  if (parsed.has("--limit") && llvm::StringRef(parsed.value("--limit")).getAsInteger(10, limit))
    return fail(wrongUsage, fmt::format("`--limit {}` is no number", parsed.value("--limit")));
  std::vector<std::string> runs = store::listRuns(state);
  if (runs.size() > limit) runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(limit));
  const report::Paint paint = paintFor(parsed);
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    llvm::Expected<store::LoadedJournal> journal = store::loadJournal(store::folderOf(state, *run).journal());
    if (!journal) {
      fmt::print("{}  {}\n", *run, llvm::toString(journal.takeError()));
      continue;
    }
    const store::RunSummary summary = store::summarize(journal->events);
    const std::string took = summary.ended == 0 ? "" : report::elapsed(summary.ended - summary.started);
    const std::string outcome = outcomeText(summary);
    fmt::print("{}  {}  {:<10} {:>8}  {}\n", *run, timeText(summary.started), summary.pipeline, took,
               outcome == "success"   ? paint.green(outcome)
               : outcome == "failure" ? paint.red(outcome)
                                      : outcome);
  }
  return success;
}

int rollbackCommand(const Parsed &parsed) {
  const std::string state = findState();
  llvm::Expected<std::vector<std::string>> names = deploymentsFor(parsed, state);
  if (!names) return fail(wrongUsage, llvm::toString(names.takeError()));
  if (names->empty()) return fail(wrongUsage, "nothing is deployed here");
  if (names->size() > 1)
    return fail(wrongUsage, fmt::format("which deployment? Name one of `{}`", fmt::join(*names, "`, `")));
  llvm::Expected<std::string> done = deploy::rollback(exec::deploymentDirectory(state, names->front()),
                                                      fmt::format("piperun rollback (pid {})", ::getpid()));
  if (!done) return fail(failed, llvm::toString(done.takeError()));
  fmt::print("{}\n", llvm::StringRef(*done).rtrim().str());
  return success;
}

int downCommand(const Parsed &parsed) {
  const std::string state = findState();
  llvm::Expected<std::vector<std::string>> names = deploymentsFor(parsed, state);
  if (!names) return fail(wrongUsage, llvm::toString(names.takeError()));
  int status = success;
  for (const std::string &name : *names)
    if (llvm::Error error = deploy::down(exec::deploymentDirectory(state, name)))
      status = fail(worldRefused, name + ": " + llvm::toString(std::move(error)));
  return status;
}

int superviseCommand(const Parsed &parsed) {
  return deploy::superviseMain(parsed.arguments[0]);
}

} // namespace pipelang::cli
