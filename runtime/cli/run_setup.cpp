#include "runtime/cli/run_setup.h"
#include "compiler/plan/graph.h"
#include "fmt/format.h"
#include "runtime/cli/gate_result.h"
#include "runtime/cli/past_run.h"
#include "runtime/cli/remote_cache.h"
#include "runtime/exec/masker.h"
#include "runtime/exec/sandbox.h"
#include "runtime/exec/secrets.h"
#include "runtime/report/report.h"
#include "runtime/store/durations.h"
#include <algorithm>
#include <thread>
#include <unistd.h>

namespace pipelang::cli {
namespace {

/// Where somebody else limits how many run at once.
constexpr int mostAtOnce = 1000;

std::unique_ptr<report::Report> makeReport(const Parsed &parsed, const Prepared &prepared) {
  const host::Environ &environ = host::realHost().environ;
  report::ReportOptions report;
  report.folder = store::folderOf(prepared.options.stateDirectory, prepared.options.run);
  report.again = prepared.again;
  report.color = wantColor(parsed.value("--color", "auto"), STDOUT_FILENO);
  report.quiet = parsed.has("--quiet");
  report.verbose = parsed.has("--verbose");
  const auto github = environ.find("GITHUB_ACTIONS");
  report.groups = github != environ.end() && github->second == "true";
  report.now = [] { return host::realHost().clock.wallMilliseconds(); };
  if (parsed.value("--format", "text") != "text")
    return parsed.command->name == "gate" ? report::silentReport() : report::ndjsonReport();
  const auto terminal = environ.find("TERM");
  const bool live = ::isatty(STDOUT_FILENO) == 1 && terminal != environ.end() && terminal->second != "dumb";
  return live ? report::terminalReport(std::move(report)) : report::plainReport(std::move(report));
}

const char *kindOf(const plan::Node &node) {
  return node.asJob() ? "job" : node.asGate() ? "gate" : node.asDeployment() ? "deployment" : "reaction";
}

store::RunStarted startedEvent(const plan::Plan &plan, const Prepared &prepared) {
  const plan::Pipeline &pipeline = plan.pipelines[prepared.pipeline];
  store::RunStarted started{prepared.options.run,
                            plan.name,
                            pipeline.name,
                            prepared.given.context.at("git.commit").toText(),
                            prepared.given.context.at("git.branch").toText(),
                            {},
                            {}};
  const std::set<plan::NodeId> chosen(prepared.options.nodes.begin(), prepared.options.nodes.end());
  for (const plan::NodeId id : plan::topologicalOrder(plan, pipeline)) {
    if (chosen.count(id) == 0) continue;
    const plan::Node &node = plan.nodes[id];
    started.nodes.push_back(node.name);
    store::NodeFacts &facts = started.graph[node.name];
    facts.kind = kindOf(node);
    for (const plan::NodeId before : plan::predecessors(node))
      if (chosen.count(before) > 0) facts.needs.push_back(plan.nodes[before].name);
  }
  return started;
}

/// The verdict of the gate that `piperun gate` was asked for, from the run's journal.
void tellGateOf(const Parsed &parsed, const plan::Plan &plan, const std::vector<plan::NodeId> &nodes,
                const store::RunFolder &folder) {
  llvm::Expected<store::LoadedJournal> journal = store::loadJournal(folder.journal());
  if (!journal) return llvm::consumeError(journal.takeError()); // the run has said so
  for (const plan::NodeId node : nodes)
    if (plan.nodes[node].asGate() && plan.nodes[node].name == parsed.arguments[1])
      tellGate(parsed, plan, node, gateResultOf(plan, node, journal->events), false);
}

/// The report, and what the next run's schedule wants to know.
class Learning final : public store::EventSink {
public:
  Learning(store::EventSink &report, store::Durations &durations) : report_(report), durations_(durations) {}
  void take(const store::Event &event) override {
    durations_.take(event);
    report_.take(event);
  }

private:
  store::EventSink &report_;
  store::Durations &durations_;
};

} // namespace

std::string cacheDirectory(const std::string &state) {
  const host::Environ &environ = host::realHost().environ;
  const auto found = environ.find("PIPERUN_CACHE");
  return found == environ.end() || found->second.empty() ? state + "/cache" : found->second;
}

llvm::Error readMachineOptions(const Parsed &parsed, const std::string &projectRoot,
                               exec::RunOptions &options) {
  options.parallel = static_cast<int>(std::max(2u, std::thread::hardware_concurrency()));
  if (exec::surroundingJobserver().usable()) options.parallel = mostAtOnce; // make says how many
  options.jobserver = parsed.has("--jobserver");
  options.sandbox = parsed.has("--sandbox");
  if (options.sandbox)
    if (const std::string &problem = exec::sandboxProblem(host::realHost()); !problem.empty())
      return llvm::createStringError(llvm::inconvertibleErrorCode(), problem);
  if (parsed.has("--jobs") &&
      (llvm::StringRef(parsed.value("--jobs")).getAsInteger(10, options.parallel) || options.parallel < 1))
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "`-j %s` is no number of jobs",
                                   parsed.value("--jobs").c_str());
  options.keepWork = parsed.has("--keep-work");
  options.fresh = parsed.has("--fresh");
  options.projectRoot = projectRoot;
  options.stateDirectory = projectRoot + "/.piperun";
  options.cacheDirectory = cacheDirectory(options.stateDirectory);
  options.programPath = programPath();
  llvm::Expected<store::RemoteSettings> remote = remoteCacheSettings(parsed, host::realHost());
  if (!remote) return remote.takeError();
  options.remote = std::move(*remote);
  return llvm::Error::success();
}

llvm::Error readSecretsInto(const Parsed &parsed, const plan::Plan &plan, Prepared &prepared) {
  const host::Environ &environ = host::realHost().environ;
  const auto usual = environ.find("PIPERUN_SECRET_COMMAND");
  const exec::SecretSources sources{
      parsed.value("--secrets"),
      parsed.value("--secret-command", usual == environ.end() ? "" : usual->second),
      prepared.options.projectRoot};
  auto values =
      exec::readSecrets(plan, exec::secretsFor(plan, prepared.options.nodes), host::realHost(), sources);
  if (!values) return values.takeError();
  std::vector<std::string> texts;
  for (const auto &[id, value] : *values)
    texts.push_back(value);
  if (prepared.options.remote.secret.size() >= exec::shortestSecret)
    texts.push_back(prepared.options.remote.secret);
  prepared.secrets = exec::SecretForms(texts);
  prepared.given.secrets = std::move(*values);
  return llvm::Error::success();
}

int carryOut(const Parsed &parsed, const plan::Plan &plan, Prepared prepared, store::Journal &journal) {
  exec::RunOptions &options = prepared.options;
  store::Durations durations(options.stateDirectory, plan.name, plan.pipelines[prepared.pipeline].name);
  for (const plan::NodeId node : options.nodes)
    if (const auto known = durations.of(plan.nodes[node].name)) options.expected[node] = *known;
  std::unique_ptr<report::Report> report = makeReport(parsed, prepared);
  if (parsed.has("--events")) {
    auto both = report::withEvents(std::move(report), parsed.value("--events"));
    if (!both) return fail(worldRefused, llvm::toString(both.takeError()));
    report = std::move(*both);
  }
  const std::function<void()> tick = [&report] { report->tick(); };
  store::RunStarted started = startedEvent(plan, prepared);
  Learning learning(*report, durations);
  const exec::RunResult result = exec::execute(plan, options, std::move(prepared.given), prepared.secrets,
                                               host::realHost(), journal, learning, std::move(started), tick);
  durations.save();
  report.reset(); // what it still has to write comes before our own words
  const store::RunFolder folder = store::folderOf(options.stateDirectory, options.run);
  const int reported = writeReports(parsed, folder);
  if (!parsed.has("--quiet") && parsed.value("--format", "text") == "text")
    for (const auto &[name, value] : result.outputs)
      fmt::print("output {} = {}\n", name, exec::mask(value, prepared.secrets));
  if (parsed.command->name == "gate") tellGateOf(parsed, plan, options.nodes, folder);
  if (!result.worldRefused.empty()) return fail(worldRefused, result.worldRefused);
  if (result.signal != 0) return 128 + result.signal;
  return result.outcome == plan::Outcome::Success ? reported : failed;
}

} // namespace pipelang::cli
