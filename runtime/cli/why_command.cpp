// `why` and `explain`: what decided about a job, from the journal of its run and the cache.
#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/cli/run_setup.h"
#include "runtime/exec/job_manifest.h"
#include "runtime/store/cache.h"

namespace pipelang::cli {
namespace {

/// What the events of a run say about one node.
struct Story {
  std::optional<store::Cached> cached;
  std::optional<store::NodeEnded> ended;
  bool started = false;
  std::string kind = "job";
};

struct Stories {
  std::vector<std::string> names; ///< In the order of the run.
  std::map<std::string, Story> byName;
};

Stories readStories(const std::vector<store::Event> &events) {
  Stories stories;
  for (const store::Event &event : events) {
    if (const auto *run = std::get_if<store::RunStarted>(&event.node)) {
      stories.names = run->nodes;
      for (const auto &[name, facts] : run->graph)
        stories.byName[name].kind = facts.kind;
    }
    if (const auto *cached = std::get_if<store::Cached>(&event.node))
      stories.byName[cached->node].cached = *cached;
    if (const auto *ended = std::get_if<store::NodeEnded>(&event.node))
      stories.byName[ended->node].ended = *ended;
    if (const auto *started = std::get_if<store::NodeStarted>(&event.node))
      stories.byName[started->node].started = true;
  }
  return stories;
}

std::string answer(const std::string &job, const Story &story) {
  if (story.cached && story.cached->result == "hit")
    return fmt::format("`{}` was taken from the {}: {}", job,
                       story.cached->from == "remote" ? "remote cache" : "cache", story.cached->reason);
  if (story.started && story.cached) return fmt::format("`{}` ran: {}", job, story.cached->reason);
  if (story.started && story.kind == "gate")
    return fmt::format("`{}` was judged: a gate is, in every run", job);
  if (story.started && story.kind == "deployment")
    return fmt::format("`{}` was deployed: a deployment is, in every run", job);
  if (story.started && story.kind != "job")
    return fmt::format("`{}` ran: a reaction does, whenever what it waits for has ended", job);
  if (story.started) return fmt::format("`{}` ran: it is not `pure`, so it runs every time", job);
  if (story.ended) return fmt::format("`{}` did not run: {}", job, story.ended->reason);
  return fmt::format("`{}` has not run: the run never came to it", job);
}

/// The run whose name follows the job's.
std::optional<PastRun> runAfterJob(const Parsed &parsed, int &status) {
  Parsed ofRun = parsed;
  if (!ofRun.arguments.empty()) ofRun.arguments.erase(ofRun.arguments.begin());
  return pastRun(ofRun, status);
}

/// Nodes that `job` names: itself, or the cells of a matrix. Empty where a message was printed.
std::vector<std::string> nodesOf(const std::string &job, const Stories &stories, const PastRun &run) {
  std::vector<std::string> chosen;
  for (const std::string &name : stories.names)
    if (name == job || llvm::StringRef(name).startswith(job + "[")) chosen.push_back(name);
  if (!chosen.empty()) return chosen;
  const std::string nearest = nearestName(job, stories.names);
  fail(wrongUsage, fmt::format("run {} has no `{}`{}", run.id, job,
                               nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest)));
  return {};
}

/// What a run before depended on for the same job.
struct Earlier {
  std::string run;
  std::map<std::string, std::string> parts;
};

std::optional<Earlier> earlierOf(const std::string &node, const PastRun &run, const std::string &key,
                                 store::Cache &cache) {
  const std::string state = findState();
  const std::vector<std::string> runs = store::listRuns(state);
  for (auto each = runs.rbegin(); each != runs.rend(); ++each) {
    if (*each >= run.id) continue;
    llvm::Expected<store::LoadedJournal> journal =
        store::loadJournal(store::folderOf(state, *each).journal());
    if (!journal) {
      llvm::consumeError(journal.takeError());
      continue;
    }
    const Stories stories = readStories(journal->events);
    const auto story = stories.byName.find(node);
    if (story == stories.byName.end() || !story->second.cached || story->second.cached->key == key) continue;
    if (const auto manifest = cache.text(story->second.cached->key))
      return Earlier{*each, exec::readManifest(*manifest)};
  }
  return std::nullopt;
}

void printParts(const std::map<std::string, std::string> &parts, const std::optional<Earlier> &earlier) {
  const auto line = [](const char *sign, const std::string &name, const std::string &digest,
                       const std::string &more) {
    fmt::print("  {} {:<14}  {}{}\n", sign, llvm::StringRef(digest).take_front(14).str(), name, more);
  };
  for (const auto &[name, digest] : parts) {
    const auto before = earlier ? earlier->parts.find(name) : parts.end();
    if (!earlier || (before != earlier->parts.end() && before->second == digest))
      line(" ", name, digest, "");
    else if (before == earlier->parts.end())
      line("+", name, digest, " is new");
    else
      line("~", name, digest, " changed, was " + llvm::StringRef(before->second).take_front(14).str());
  }
  if (!earlier) return;
  for (const auto &[name, digest] : earlier->parts)
    if (parts.count(name) == 0) line("-", name, digest, " is gone");
}

/// False: what it depended on is not known.
bool explain(const std::string &node, const Story &story, const PastRun &run, store::Cache &cache) {
  fmt::print("{}\n", answer(node, story));
  if (!story.cached || story.cached->key.empty()) return story.started || story.ended;
  const std::string &key = story.cached->key;
  const std::optional<std::string> manifest = cache.text(key);
  if (!manifest) {
    fmt::print("  key {}: the cache does not know any more what it is made of\n", key);
    return false;
  }
  const std::optional<Earlier> earlier = earlierOf(node, run, key, cache);
  fmt::print("  key {}, made of{}\n", key,
             earlier ? fmt::format(" (~ + -: other than in run {})", earlier->run) : "");
  printParts(exec::readManifest(*manifest), earlier);
  return true;
}

} // namespace

int whyCommand(const Parsed &parsed) {
  int status = success;
  const std::optional<PastRun> past = runAfterJob(parsed, status);
  if (!past) return status;
  Stories stories = readStories(past->events);
  const std::vector<std::string> chosen =
      parsed.arguments.empty() ? stories.names : nodesOf(parsed.arguments[0], stories, *past);
  for (const std::string &name : chosen)
    fmt::print("{}\n", answer(name, stories.byName[name]));
  return chosen.empty() && !parsed.arguments.empty() ? wrongUsage : success;
}

int explainCommand(const Parsed &parsed) {
  int status = success;
  const std::optional<PastRun> past = runAfterJob(parsed, status);
  if (!past) return status;
  Stories stories = readStories(past->events);
  store::Cache cache(cacheDirectory(findState()));
  const std::vector<std::string> chosen = nodesOf(parsed.arguments[0], stories, *past);
  if (chosen.empty()) return wrongUsage;
  for (const std::string &name : chosen)
    if (!explain(name, stories.byName[name], *past, cache)) status = failed;
  return status;
}

} // namespace pipelang::cli
