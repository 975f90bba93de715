#include "fmt/format.h"
#include "runtime/cli/started_with.h"
#include "runtime/deploy/control.h"
#include "runtime/exec/context.h"
#include "runtime/exec/deploy_run.h"
#include "runtime/host/abandoned.h"
#include "runtime/host/scratch.h"
#include <algorithm>

namespace pipelang::cli {
namespace {

/// The run to go on with: the named one, or the last.
struct Interrupted {
  std::string state, run;
  store::RunFolder folder;
  std::vector<store::Event> events;
};

llvm::Error wrong(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), why);
}

/// Nodes of the run by their names, and those of them that have succeeded.
llvm::Error selectAgain(const plan::Plan &plan, const store::RunSummary &summary, Prepared &prepared) {
  for (std::size_t i = 0; i < plan.pipelines.size(); ++i)
    if (plan.pipelines[plan.pipelines.idAt(i)].name == summary.pipeline)
      prepared.pipeline = plan.pipelines.idAt(i);
  if (!prepared.pipeline.valid()) return wrong("its plan has no pipeline `" + summary.pipeline + "`");
  std::map<std::string, const store::NodeSummary *> known;
  for (const store::NodeSummary &node : summary.nodes)
    known[node.name] = &node;
  for (const plan::NodeId id : plan.pipelines[prepared.pipeline].nodes) {
    const auto found = known.find(plan.nodes[id].name);
    if (found == known.end()) continue;
    prepared.options.nodes.push_back(id);
    if (found->second->outcome == plan::Outcome::Success) prepared.options.done.insert(id);
  }
  std::sort(prepared.options.nodes.begin(), prepared.options.nodes.end());
  return llvm::Error::success();
}

/// Attempts that each node has had: their logs stay.
void countAttempts(const plan::Plan &plan, const std::vector<store::Event> &events, Prepared &prepared) {
  std::map<std::string, int> attempts;
  for (const store::Event &event : events)
    if (const auto *step = std::get_if<store::StepStarted>(&event.node))
      attempts[step->node] = std::max(attempts[step->node], step->attempt);
  for (const plan::NodeId id : prepared.options.nodes)
    if (const auto found = attempts.find(plan.nodes[id].name); found != attempts.end())
      prepared.options.earlierAttempts[id] = found->second;
}

/// What is done was done with these files: results of two commits must not be mixed.
llvm::Error checkCommit(const Prepared &prepared) {
  const exec::ContextOptions options{prepared.options.projectRoot, "push", "", "", 1};
  const std::string now = exec::readContext(options, host::realHost()).at("git.commit").toText();
  const std::string then = prepared.given.context.at("git.commit").toText();
  if (now == then) return llvm::Error::success();
  return wrong(fmt::format("run {} is about commit {}, and the project is at {}: go back there, or run anew",
                           prepared.options.run, then.substr(0, 12), now.substr(0, 12)));
}

llvm::Error prepareAgain(const Parsed &parsed, const Interrupted &interrupted, const plan::Plan &plan,
                         Prepared &prepared) {
  const std::string project = llvm::StringRef(interrupted.state).drop_back(sizeof "/.piperun" - 1).str();
  prepared.options.run = interrupted.run;
  if (llvm::Error error = readMachineOptions(parsed, project, prepared.options)) return error;
  if (llvm::Error error = loadStart(interrupted.folder, plan, prepared)) return error;
  if (llvm::Error error = selectAgain(plan, store::summarize(interrupted.events), prepared)) return error;
  if (llvm::Error error = checkCommit(prepared)) return error;
  countAttempts(plan, interrupted.events, prepared);
  if (llvm::Error error = readSecretsInto(parsed, plan, prepared)) return error;
  llvm::Expected<std::string> scratch = host::scratchRoot(project);
  if (!scratch) return scratch.takeError();
  prepared.options.scratch = *scratch + "/" + interrupted.run;
  return host::realHost().files.removeTree(prepared.options.scratch); // what the killed run left
}

} // namespace

int resumeCommand(const Parsed &parsed) {
  Interrupted interrupted;
  interrupted.state = findState();
  llvm::Expected<std::string> run =
      store::findRun(interrupted.state, parsed.arguments.empty() ? "" : parsed.arguments[0]);
  if (!run) return fail(wrongUsage, llvm::toString(run.takeError()));
  interrupted.run = *run;
  interrupted.folder = store::folderOf(interrupted.state, *run);
  const std::optional<store::RunHold> hold = store::holdRun(interrupted.folder);
  if (!hold) return fail(wrongUsage, fmt::format("run {} is still going on", *run));
  host::removeAbandonedWrites(interrupted.state + "/durations"); // kept at the very end of a run
  llvm::Expected<store::LoadedJournal> loaded = store::loadJournal(interrupted.folder.journal());
  if (!loaded) return fail(worldRefused, llvm::toString(loaded.takeError()));
  interrupted.events = std::move(loaded->events);
  if (interrupted.events.empty())
    return fail(worldRefused,
                fmt::format("run {} cannot be resumed: {}; run anew", *run,
                            loaded->whole
                                ? "it was ended before it began anything"
                                : "its journal is damaged from the beginning, so nothing is known of it"));
  if (store::summarize(interrupted.events).outcome == plan::Outcome::Success) {
    fmt::print("run {} has succeeded: nothing is left to do\n", *run);
    return success;
  }
  llvm::Expected<plan::Plan> plan = loadStartedPlan(interrupted.folder);
  if (!plan)
    return fail(worldRefused,
                fmt::format("run {} cannot be resumed: {}", *run, llvm::toString(plan.takeError())));
  Prepared prepared;
  if (llvm::Error error = prepareAgain(parsed, interrupted, *plan, prepared))
    return fail(wrongUsage, llvm::toString(std::move(error)));
  auto journal = store::Journal::reopen(interrupted.folder.journal());
  if (!journal) return fail(worldRefused, llvm::toString(journal.takeError()));
  prepared.options.resumed = true;
  if (const std::string file = exec::controlFile(interrupted.folder); host::realHost().files.exists(file))
    if (llvm::Error error = deploy::say(file, {deploy::Control::Word::Resumed, "piperun resume", "", 0}))
      return fail(worldRefused, llvm::toString(std::move(error)));
  return carryOut(parsed, *plan, std::move(prepared), **journal);
}

} // namespace pipelang::cli
