#include "runtime/cli/untouched.h"
#include "compiler/plan/canonical.h"
#include "compiler/plan/graph.h"
#include "runtime/cli/started_with.h"
#include "runtime/exec/job_cache.h"
#include "runtime/exec/secrets.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::cli {
namespace {

/// The run before, as it was started and as it went.
struct Earlier {
  plan::Plan plan;
  Prepared prepared;
  std::map<std::string, plan::NodeId> nodes;
  std::set<std::string> succeeded;
};

std::optional<Earlier> readEarlier(const store::RunFolder &folder, const std::string &pipeline) {
  Earlier earlier;
  llvm::Expected<plan::Plan> plan = loadStartedPlan(folder);
  if (!plan) {
    llvm::consumeError(plan.takeError());
    return std::nullopt;
  }
  earlier.plan = std::move(*plan);
  if (llvm::Error error = loadStart(folder, earlier.plan, earlier.prepared)) {
    llvm::consumeError(std::move(error));
    return std::nullopt;
  }
  for (const plan::Pipeline &each : earlier.plan.pipelines)
    for (const plan::NodeId id : each.nodes)
      if (each.name == pipeline) earlier.nodes[earlier.plan.nodes[id].name] = id;
  llvm::Expected<store::LoadedJournal> journal = store::loadJournal(folder.journal());
  if (!journal) {
    llvm::consumeError(journal.takeError());
    return std::nullopt;
  }
  for (const store::NodeSummary &node : store::summarize(journal->events).nodes)
    if (node.outcome == plan::Outcome::Success) earlier.succeeded.insert(node.name);
  return earlier;
}

/// Facts of the event that are different now. That it is another run is no difference.
std::set<std::string> newFacts(const Prepared &now, const Prepared &then) {
  std::set<std::string> facts;
  for (const auto &[key, value] : now.given.context) {
    const auto old = then.given.context.find(key);
    if (!llvm::StringRef(key).startswith("run.") &&
        (old == then.given.context.end() || !(old->second == value)))
      facts.insert(key);
  }
  return facts;
}

bool asksFor(const plan::Plan &plan, plan::NodeId node, const std::set<std::string> &facts) {
  if (facts.empty()) return false;
  return llvm::any_of(exec::expressionsFor(plan, {node}), [&](plan::ExprId id) {
    const auto *fact = std::get_if<plan::ContextRef>(&plan.exprs[id].node);
    return fact && facts.count(fact->key) > 0;
  });
}

bool gets(const plan::Plan &plan, const plan::Node &node, const std::vector<std::string> &files) {
  const plan::Job *job = node.asJob();
  return job && exec::checksOut(plan, *job) &&
         llvm::any_of(files, [&](const std::string &file) { return exec::isSourceOf(*job, file); });
}

} // namespace

std::set<plan::NodeId> untouched(const plan::Plan &plan, const Prepared &prepared, const Since &since) {
  std::set<plan::NodeId> same;
  if (since.run.empty()) return same;
  const plan::Pipeline &pipeline = plan.pipelines[prepared.pipeline];
  const std::optional<Earlier> earlier =
      readEarlier(store::folderOf(prepared.options.stateDirectory, since.run), pipeline.name);
  if (!earlier) return same;
  const std::set<std::string> facts = newFacts(prepared, earlier->prepared);
  const std::set<plan::NodeId> chosen(prepared.options.nodes.begin(), prepared.options.nodes.end());
  for (const plan::NodeId id : plan::topologicalOrder(plan, pipeline)) {
    const plan::Node &node = plan.nodes[id];
    const auto old = earlier->nodes.find(node.name);
    if (chosen.count(id) == 0 || old == earlier->nodes.end() || earlier->succeeded.count(node.name) == 0)
      continue;
    if (plan::canonicalText(plan, id) != plan::canonicalText(earlier->plan, old->second)) continue;
    if (gets(plan, node, since.changed) || asksFor(plan, id, facts)) continue;
    if (llvm::all_of(plan::predecessors(node), [&](plan::NodeId before) { return same.count(before) > 0; }))
      same.insert(id);
  }
  return same;
}

} // namespace pipelang::cli
