#include "compiler/plan/graph.h"
#include "compiler/plan/params.h"
#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/started_with.h"
#include "runtime/deploy/deploy.h"
#include "runtime/exec/context.h"
#include "runtime/exec/deploy_run.h"
#include "runtime/host/scratch.h"
#include <unistd.h>

namespace pipelang::cli {
namespace {

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
      llvm::Expected<plan::Value> value = plan::readParam(plan, id, text);
      if (!value) return value.takeError();
      given.params[id] = std::move(*value);
    }
  }
  return llvm::Error::success();
}

std::optional<Prepared> prepare(const Parsed &parsed, const Loaded &loaded, const Selection &selection,
                                int &status) {
  const plan::Pipeline &pipeline = loaded.plan.pipelines[selection.pipeline];
  const std::string event = eventFor(parsed, pipeline);
  Prepared prepared;
  exec::RunOptions &options = prepared.options;
  prepared.pipeline = selection.pipeline;
  options.nodes = selection.nodes;
  llvm::Error wrong = readMachineOptions(parsed, loaded.projectRoot, options);
  if (!wrong) wrong = checkEvent(event, pipeline);
  if (!wrong) wrong = readParams(parsed, loaded.plan, prepared.given);
  if (!wrong) wrong = readSecretsInto(parsed, loaded.plan, prepared);
  if (wrong) {
    status = fail(wrongUsage, llvm::toString(std::move(wrong)));
    return std::nullopt;
  }
  options.inPlace = parsed.has("--in-place");
  const std::vector<std::string> runs = store::listRuns(options.stateDirectory);
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

/// The words that run FILE PIPELINE again.
std::string againWords(const Parsed &parsed, const plan::Plan &plan, const Selection &selection) {
  std::string words = "piperun " + quoted(parsed.arguments.front());
  if (plan.pipelines.size() > 1) words += " " + plan.pipelines[selection.pipeline].name;
  for (const char *option : {"--param", "--event", "--branch", "--secrets", "--secret-command"})
    for (const std::string &value : parsed.values(option))
      words += fmt::format(" {} {}", option, quoted(value));
  if (parsed.has("--in-place")) words += " --in-place";
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

/// `deploy --plan`: nothing runs, and nothing is written.
int deploymentPlan(const Parsed &parsed) {
  int status = success;
  std::optional<Loaded> loaded = load(parsed, parsed.arguments[0], status);
  if (!loaded) return status;
  const plan::Plan &plan = loaded->plan;
  llvm::Expected<Selection> selection = selectAnywhere(plan, parsed.arguments[1]);
  if (!selection) return fail(wrongUsage, llvm::toString(selection.takeError()));
  exec::GivenFacts given;
  if (llvm::Error error = readParams(parsed, plan, given))
    return fail(wrongUsage, llvm::toString(std::move(error)));
  given.context =
      exec::readContext({loaded->projectRoot, eventFor(parsed, plan.pipelines[selection->pipeline]),
                         parsed.value("--branch"), "plan", 1},
                        host::realHost());
  exec::RunFacts facts(plan, std::move(given));
  for (const plan::NodeId node : selection->nodes)
    if (plan.nodes[node].name == parsed.arguments[1] && plan.nodes[node].asDeployment()) {
      fmt::print("{}", exec::effectsOfDeployment(plan, node, facts, loaded->projectRoot + "/.piperun"));
      return success;
    }
  return fail(wrongUsage, fmt::format("`{}` is no deployment", parsed.arguments[1]));
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
                 const std::string &words, const Adjust &adjust) {
  int status = success;
  std::optional<Prepared> prepared = prepare(parsed, loaded, selection, status);
  if (!prepared) return status;
  if (adjust) adjust(*prepared);
  prepared->again = words;
  const store::RunFolder folder = store::folderOf(prepared->options.stateDirectory, prepared->options.run);
  const std::optional<store::RunHold> hold = store::holdRun(folder);
  if (llvm::Error error = saveStart(folder, loaded.plan, *prepared))
    return fail(worldRefused, llvm::toString(std::move(error)));
  llvm::Expected<std::unique_ptr<store::Journal>> journal = store::Journal::create(folder.journal());
  if (!journal) return fail(worldRefused, llvm::toString(journal.takeError()));
  return carryOut(parsed, loaded.plan, std::move(*prepared), **journal);
}

int runLoaded(const Parsed &parsed, const Loaded &loaded, const Adjust &adjust) {
  llvm::Expected<Selection> selection =
      select(loaded.plan, parsed.arguments.size() > 1 ? parsed.arguments[1] : "", parsed.values("--job"));
  if (!selection) return fail(wrongUsage, llvm::toString(selection.takeError()));
  if (parsed.has("--dry-run")) {
    fmt::print("{}", describeSelection(loaded.plan, *selection));
    return success;
  }
  return runSelection(parsed, loaded, *selection, againWords(parsed, loaded.plan, *selection), adjust);
}

int runCommand(const Parsed &parsed) {
  int status = success;
  std::optional<Loaded> loaded = load(parsed, parsed.arguments[0], status);
  return loaded ? runLoaded(parsed, *loaded) : status;
}

int gateCommand(const Parsed &parsed) {
  if (parsed.has("--inputs")) return gateFromInputs(parsed);
  return runOne(
      parsed, [](const plan::Node &node) { return node.asGate() != nullptr; }, "gate");
}

int deployCommand(const Parsed &parsed) {
  if (parsed.has("--inputs")) return deployFromInputs(parsed);
  if (parsed.has("--plan")) return deploymentPlan(parsed);
  return runOne(
      parsed, [](const plan::Node &node) { return node.asDeployment() != nullptr; }, "deployment");
}

} // namespace pipelang::cli
