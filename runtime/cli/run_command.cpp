#include "compiler/plan/graph.h"
#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/deploy/deploy.h"
#include "runtime/exec/context.h"
#include "runtime/exec/deploy_run.h"
#include "runtime/exec/run.h"
#include "runtime/exec/secrets.h"
#include "runtime/host/scratch.h"
#include "runtime/report/report.h"
#include <thread>
#include <unistd.h>

namespace pipelang::cli {
namespace {

/// Everything a run needs, from its options and the world. Empty where a message has been printed and
/// `status` set.
struct Prepared {
  exec::RunOptions options;
  exec::GivenFacts given;
  exec::SecretForms secrets;
};

/// A word as it may stand in a shell's line.
std::string quoted(const std::string &word) {
  if (!word.empty() &&
      word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@") ==
          std::string::npos)
    return word;
  std::string text = "'";
  for (const char c : word)
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string eventFor(const Parsed &parsed, const plan::Pipeline &pipeline) {
  if (parsed.has("--event")) return parsed.value("--event");
  for (const plan::Trigger &trigger : pipeline.triggers)
    if (trigger.event == "push") return "push";
  return pipeline.triggers.empty() ? "push" : pipeline.triggers.front().event;
}

/// Error: an event the pipeline does not start on.
llvm::Error checkEvent(const std::string &event, const plan::Pipeline &pipeline) {
  std::vector<std::string> events;
  for (const plan::Trigger &trigger : pipeline.triggers) {
    if (trigger.event == event) return llvm::Error::success();
    events.push_back(trigger.event);
  }
  if (events.empty()) return llvm::Error::success();
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 fmt::format("pipeline `{}` does not start on `{}`; it starts on `{}`",
                                             pipeline.name, event, fmt::join(events, "`, `")));
}

llvm::Error readParams(const Parsed &parsed, const plan::Plan &plan, exec::GivenFacts &given) {
  for (const std::string &param : parsed.values("--param")) {
    auto [name, text] = llvm::StringRef(param).split('=');
    for (std::size_t i = 0; i < plan.params.size(); ++i) {
      const Id<plan::Param> id = plan.params.idAt(i);
      if (plan.params[id].name != name) continue;
      llvm::Expected<plan::Value> value = paramValue(plan.params[id], text);
      if (!value) return value.takeError();
      given.params[id] = std::move(*value);
    }
  }
  return llvm::Error::success();
}

llvm::Error readSecretsInto(const Parsed &parsed, const plan::Plan &plan, const Selection &selection,
                            Prepared &prepared) {
  std::string file;
  if (parsed.has("--secrets")) {
    llvm::Expected<std::string> text = host::realHost().files.read(parsed.value("--secrets"));
    if (!text) return text.takeError();
    file = std::move(*text);
  }
  auto values =
      exec::readSecrets(plan, exec::secretsFor(plan, selection.nodes), host::realHost().environ, file);
  if (!values) return values.takeError();
  std::vector<std::string> texts;
  for (const auto &[id, value] : *values)
    texts.push_back(value);
  prepared.secrets = exec::SecretForms(texts);
  prepared.given.secrets = std::move(*values);
  return llvm::Error::success();
}

/// Durations of the nodes in the last run of the same pipeline: the schedule starts long ways first.
std::map<plan::NodeId, Duration> expectedDurations(const plan::Plan &plan, const Selection &selection,
                                                   const std::string &state,
                                                   const std::vector<std::string> &runs) {
  std::map<std::string, Duration> known;
  for (auto run = runs.rbegin(); run != runs.rend() && run - runs.rbegin() < 5; ++run) {
    llvm::Expected<store::LoadedJournal> journal = store::loadJournal(store::folderOf(state, *run).journal());
    if (!journal) {
      llvm::consumeError(journal.takeError());
      continue;
    }
    const store::RunSummary summary = store::summarize(journal->events);
    if (summary.plan != plan.name || summary.pipeline != plan.pipelines[selection.pipeline].name) continue;
    for (const store::NodeSummary &node : summary.nodes)
      if (node.outcome == plan::Outcome::Success)
        known.emplace(node.name, Duration::fromMilliseconds(node.ended - node.started));
  }
  std::map<plan::NodeId, Duration> expected;
  for (const plan::NodeId node : selection.nodes)
    if (const auto found = known.find(plan.nodes[node].name); found != known.end())
      expected[node] = found->second;
  return expected;
}

std::optional<Prepared> prepare(const Parsed &parsed, const Loaded &loaded, const Selection &selection,
                                int &status) {
  const plan::Pipeline &pipeline = loaded.plan.pipelines[selection.pipeline];
  const std::string event = eventFor(parsed, pipeline);
  Prepared prepared;
  exec::RunOptions &options = prepared.options;
  options.nodes = selection.nodes;
  options.parallel = std::max(2u, std::thread::hardware_concurrency());
  if (parsed.has("--jobs") &&
      (llvm::StringRef(parsed.value("--jobs")).getAsInteger(10, options.parallel) || options.parallel < 1)) {
    status = fail(wrongUsage, fmt::format("`-j {}` is no number of jobs", parsed.value("--jobs")));
    return std::nullopt;
  }
  llvm::Error wrong = checkEvent(event, pipeline);
  if (!wrong) wrong = readParams(parsed, loaded.plan, prepared.given);
  if (!wrong) wrong = readSecretsInto(parsed, loaded.plan, selection, prepared);
  if (wrong) {
    status = fail(wrongUsage, llvm::toString(std::move(wrong)));
    return std::nullopt;
  }
  options.inPlace = parsed.has("--in-place");
  options.keepWork = parsed.has("--keep-work");
  options.projectRoot = loaded.projectRoot;
  options.stateDirectory = loaded.projectRoot + "/.piperun";
  options.programPath = programPath();
  const std::vector<std::string> runs = store::listRuns(options.stateDirectory);
  options.expected = expectedDurations(loaded.plan, selection, options.stateDirectory, runs);
  llvm::Expected<std::string> run =
      store::createRun(options.stateDirectory, host::realHost().clock.wallMilliseconds());
  llvm::Expected<std::string> scratch = host::scratchRoot(loaded.projectRoot);
  if (!run || !scratch) {
    status = fail(worldRefused, llvm::toString(llvm::joinErrors(run.takeError(), scratch.takeError())));
    return std::nullopt;
  }
  options.run = *run;
  options.scratch = *scratch + "/" + *run;
  prepared.given.context = exec::readContext(
      {loaded.projectRoot, event, parsed.value("--branch"), *run, static_cast<std::int64_t>(runs.size()) + 1},
      host::realHost());
  return prepared;
}

std::unique_ptr<report::Report> makeReport(const Parsed &parsed, const exec::RunOptions &options,
                                           const std::string &words, bool &live) {
  const host::Environ &environ = host::realHost().environ;
  report::ReportOptions report;
  report.folder = store::folderOf(options.stateDirectory, options.run);
  report.again = words;
  report.color = wantColor(parsed.value("--color", "auto"), STDOUT_FILENO);
  report.quiet = parsed.has("--quiet");
  report.verbose = parsed.has("--verbose");
  report.groups = environ.count("GITHUB_ACTIONS") > 0;
  live = false;
  if (parsed.value("--format") == "json") return report::ndjsonReport();
  const auto terminal = environ.find("TERM");
  live = ::isatty(STDOUT_FILENO) == 1 && terminal != environ.end() && terminal->second != "dumb";
  return live ? report::terminalReport(std::move(report)) : report::plainReport(std::move(report));
}

const char *kindOf(const plan::Node &node) {
  return node.asJob() ? "job" : node.asGate() ? "gate" : node.asDeployment() ? "deployment" : "reaction";
}

store::RunStarted startedEvent(const Loaded &loaded, const Selection &selection, const Prepared &prepared) {
  const plan::Pipeline &pipeline = loaded.plan.pipelines[selection.pipeline];
  store::RunStarted started{prepared.options.run,
                            loaded.plan.name,
                            pipeline.name,
                            prepared.given.context.at("git.commit").toText(),
                            prepared.given.context.at("git.branch").toText(),
                            {},
                            {}};
  const std::set<plan::NodeId> chosen(selection.nodes.begin(), selection.nodes.end());
  for (const plan::NodeId id : plan::topologicalOrder(loaded.plan, pipeline)) {
    if (chosen.count(id) == 0) continue;
    const plan::Node &node = loaded.plan.nodes[id];
    started.nodes.push_back(node.name);
    store::NodeFacts &facts = started.graph[node.name];
    facts.kind = kindOf(node);
    for (const plan::NodeId before : plan::predecessors(node))
      if (chosen.count(before) > 0) facts.needs.push_back(loaded.plan.nodes[before].name);
  }
  return started;
}

/// The words that run FILE PIPELINE again.
std::string againWords(const Parsed &parsed, const plan::Plan &plan, const Selection &selection) {
  std::string words = "piperun " + quoted(parsed.arguments.front());
  if (plan.pipelines.size() > 1) words += " " + plan.pipelines[selection.pipeline].name;
  for (const char *option : {"--param", "--event", "--branch", "--secrets"})
    for (const std::string &value : parsed.values(option))
      words += fmt::format(" {} {}", option, quoted(value));
  return words;
}

/// The pipeline that has a node of this name.
llvm::Expected<Selection> selectAnywhere(const plan::Plan &plan, const std::string &name) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < plan.pipelines.size(); ++i) {
    llvm::Expected<Selection> found = select(plan, plan.pipelines[plan.pipelines.idAt(i)].name, {name});
    if (found) return found;
    llvm::consumeError(found.takeError());
  }
  for (const plan::Node &node : plan.nodes)
    if (node.asGate() || node.asDeployment()) known.push_back(node.name);
  const std::string nearest = nearestName(name, known);
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      fmt::format("there is no `{}` in any pipeline{}", name,
                  nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest)));
}

int runOne(const Parsed &parsed, bool (*isIt)(const plan::Node &), const char *what) {
  int status = success;
  std::optional<Loaded> loaded = load(parsed, parsed.arguments[0], status);
  if (!loaded) return status;
  llvm::Expected<Selection> selection = selectAnywhere(loaded->plan, parsed.arguments[1]);
  if (!selection) return fail(wrongUsage, llvm::toString(selection.takeError()));
  for (const plan::NodeId node : selection->nodes)
    if (loaded->plan.nodes[node].name == parsed.arguments[1] && !isIt(loaded->plan.nodes[node]))
      return fail(wrongUsage, fmt::format("`{}` is no {}", parsed.arguments[1], what));
  return runSelection(parsed, *loaded, *selection, againWords(parsed, loaded->plan, *selection));
}

} // namespace

int runSelection(const Parsed &parsed, const Loaded &loaded, const Selection &selection,
                 const std::string &words) {
  int status = success;
  std::optional<Prepared> prepared = prepare(parsed, loaded, selection, status);
  if (!prepared) return status;
  const exec::RunOptions &options = prepared->options;
  const store::RunFolder folder = store::folderOf(options.stateDirectory, options.run);
  llvm::Expected<std::unique_ptr<store::Journal>> journal = store::Journal::create(folder.journal());
  if (!journal) return fail(worldRefused, llvm::toString(journal.takeError()));
  bool live = false;
  std::unique_ptr<report::Report> report = makeReport(parsed, options, words, live);
  if (parsed.has("--events")) {
    auto both = report::withEvents(std::move(report), parsed.value("--events"));
    if (!both) return fail(worldRefused, llvm::toString(both.takeError()));
    report = std::move(*both);
  }
  std::function<void()> tick;
  if (live) tick = [&report] { report->tick(); };
  const store::RunStarted started = startedEvent(loaded, selection, *prepared);
  const exec::RunResult result =
      exec::execute(loaded.plan, options, std::move(prepared->given), prepared->secrets, host::realHost(),
                    **journal, *report, started, tick);
  const int reported = writeReports(parsed, folder);
  if (!result.worldRefused.empty()) return fail(worldRefused, result.worldRefused);
  if (result.signal != 0) return 128 + result.signal;
  return result.outcome == plan::Outcome::Success ? reported : failed;
}

int runCommand(const Parsed &parsed) {
  int status = success;
  std::optional<Loaded> loaded = load(parsed, parsed.arguments[0], status);
  if (!loaded) return status;
  llvm::Expected<Selection> selection =
      select(loaded->plan, parsed.arguments.size() > 1 ? parsed.arguments[1] : "", parsed.values("--job"));
  if (!selection) return fail(wrongUsage, llvm::toString(selection.takeError()));
  if (parsed.has("--dry-run")) {
    fmt::print("{}", describeSelection(loaded->plan, *selection));
    return success;
  }
  return runSelection(parsed, *loaded, *selection, againWords(parsed, loaded->plan, *selection));
}

int gateCommand(const Parsed &parsed) {
  if (parsed.has("--inputs")) return gateFromInputs(parsed);
  return runOne(
      parsed, [](const plan::Node &node) { return node.asGate() != nullptr; }, "gate");
}

int deployCommand(const Parsed &parsed) {
  if (parsed.has("--inputs")) return deployFromInputs(parsed);
  if (parsed.has("--plan")) return fail(wrongUsage, "`deploy --plan` is not supported yet");
  return runOne(
      parsed, [](const plan::Node &node) { return node.asDeployment() != nullptr; }, "deployment");
}

} // namespace pipelang::cli
