#include "runtime/exec/run.h"
#include "compiler/plan/decide.h"
#include "compiler/plan/graph.h"
#include "fmt/format.h"
#include "runtime/exec/deploy_run.h"
#include "runtime/exec/inputs.h"
#include "runtime/exec/job_run.h"
#include "runtime/exec/schedule.h"
#include "runtime/gates/verdict.h"
#include "runtime/host/descendants.h"
#include "runtime/host/guardian.h"
#include "runtime/host/tree.h"
#include <chrono>
#include <csignal>
#include <unistd.h>

namespace pipelang::exec {

using plan::NodeId;
using plan::Outcome;

namespace {

class Run {
public:
  Run(const plan::Plan &plan, const RunOptions &options, GivenFacts given, const SecretForms &secrets,
      host::Host &host, store::Journal &journal, store::EventSink &report)
      : plan_(plan), options_(options), facts_(plan, std::move(given)),
        recorder_(journal, report, host.clock), cache_(options, host, recorder_),
        slots_(options.parallel, &surroundingJobserver(), options.jobserver),
        workers_(std::make_unique<host::Workers>(loop_)), context_{plan,
                                                                   options,
                                                                   host,
                                                                   loop_,
                                                                   *workers_,
                                                                   facts_,
                                                                   recorder_,
                                                                   secrets,
                                                                   slots_,
                                                                   cache_,
                                                                   folders_,
                                                                   store::folderOf(options.stateDirectory,
                                                                                   options.run),
                                                                   [this] { return supervisors(); },
                                                                   {}},
        schedule_(plan, options.nodes, options.expected) {}

  RunResult toTheEnd(store::RunStarted started, const std::function<void()> &tick);

private:
  void pump();
  void awaitSlot();
  void begin(NodeId node, const plan::Decision &decision);
  void beginJob(NodeId node, std::vector<plan::StepId> steps, const plan::Job *job);
  void beginDeployment(NodeId node);
  void judge(NodeId node, const plan::Gate &gate);
  void end(NodeId node, NodeEnd end);
  llvm::Error takeOver(const plan::Job &job, const std::string &name);
  void skipDone();
  void goOn(store::RunStarted started);
  void signalled(int signal);
  void standStill();
  void interrupt(int signal);
  void keepTicking(const std::function<void()> &tick);
  void readOutputs();
  std::vector<pid_t> supervisors() const;
  std::string evidenceOf(plan::OutputId output) const;
  const std::string &nameOf(NodeId node) const { return plan_.nodes[node].name; }

  const plan::Plan &plan_;
  const RunOptions &options_;
  RunFacts facts_;
  Recorder recorder_;
  CacheSession cache_;
  WorkFolders folders_;
  host::Loop loop_;
  Slots slots_;
  bool waitsForSlot_ = false;
  std::unique_ptr<host::Workers> workers_;
  RunContext context_;
  Schedule schedule_;
  std::set<NodeId> done_; ///< They succeeded before, and what they gave is there.
  std::map<NodeId, std::unique_ptr<JobRun>> jobs_;
  std::map<NodeId, std::stop_source> deployments_;
  int busy_ = 0;
  bool pumping_ = false;
  RunResult result_;
};

std::vector<pid_t> Run::supervisors() const {
  std::vector<pid_t> pids;
  for (const std::string &name : context_.host.files.list(options_.stateDirectory + "/deployments"))
    if (const auto pid = deploy::supervisorOf(deploymentDirectory(options_.stateDirectory, name)))
      pids.push_back(*pid);
  return pids;
}

/// Starts what may start. Deep graphs of gates and skips end nodes from within: the outermost call goes on.
void Run::pump() {
  if (pumping_) return;
  pumping_ = true;
  if (const std::string failure = recorder_.failure(); !failure.empty() && result_.worldRefused.empty()) {
    result_.worldRefused = failure;
    interrupt(0);
  }
  while (schedule_.hasReady() && slots_.take(busy_)) {
    const std::optional<NodeId> ready = schedule_.takeReady();
    if (done_.count(*ready) > 0) {
      schedule_.end(*ready, Outcome::Success);
      continue;
    }
    const bool stopping = result_.signal != 0 || !result_.worldRefused.empty();
    const plan::Decision decision = plan::decide(plan_, *ready, plan::Target::Local, facts_);
    if (stopping && !plan::runsAfterCancel(plan_, plan_.nodes[*ready]))
      end(*ready, {Outcome::Cancelled, decision.runs ? "interrupted" : decision.reason});
    else if (decision.runs)
      begin(*ready, decision);
    else
      end(*ready, {decision.outcome, decision.reason});
  }
  pumping_ = false;
  awaitSlot();
  if (schedule_.allEnded()) loop_.stop();
}

/// Others share our slots: we hear of one that is free only while we want it.
void Run::awaitSlot() {
  slots_.settle(busy_);
  const bool wants = schedule_.hasReady() && busy_ < options_.parallel && slots_.descriptor() >= 0;
  if (wants == waitsForSlot_) return;
  waitsForSlot_ = wants;
  if (wants)
    loop_.watch(slots_.descriptor(), [this] { pump(); });
  else
    loop_.unwatch(slots_.descriptor());
}

void Run::begin(NodeId node, const plan::Decision &decision) {
  const plan::Node &declared = plan_.nodes[node];
  recorder_.record(store::NodeStarted{declared.name});
  if (declared.asReaction())
    beginJob(node, {*decision.step}, nullptr);
  else if (const plan::Job *job = declared.asJob())
    beginJob(node, job->steps, job);
  else if (const plan::Gate *gate = declared.asGate())
    judge(node, *gate);
  else
    beginDeployment(node);
}

void Run::beginJob(NodeId node, std::vector<plan::StepId> steps, const plan::Job *job) {
  ++busy_;
  const auto done = [this, node](NodeEnd ended) {
    // Later: the job is still on the stack.
    loop_.post([this, node, ended = std::move(ended)] {
      jobs_.erase(node);
      --busy_;
      end(node, ended);
    });
  };
  auto run = std::make_unique<JobRun>(context_, node, std::move(steps), job, done);
  JobRun &started = *run;
  jobs_.emplace(node, std::move(run));
  started.start();
}

void Run::beginDeployment(NodeId node) {
  ++busy_;
  const std::stop_token stop = deployments_[node].get_token();
  auto ended = std::make_shared<NodeEnd>();
  workers_->run([this, node, stop, ended] { *ended = runDeployment(context_, node, stop); },
                [this, node, ended] {
                  deployments_.erase(node);
                  --busy_;
                  end(node, *ended);
                });
}

std::string Run::evidenceOf(plan::OutputId output) const {
  const auto *report = std::get_if<plan::ReportOutput>(&plan_.outputs[output].node);
  return report ? report->path : "";
}

void Run::judge(NodeId node, const plan::Gate &gate) {
  const gates::GateResult result = gates::evaluate(
      plan_, gate.requirements, facts_, [this](plan::OutputId output) { return evidenceOf(output); });
  std::string reason;
  for (const gates::RequirementResult &r : result.requirements) {
    recorder_.record(store::Checked{nameOf(node), r.text, gates::toText(r.verdict).str(),
                                    context_.mask(r.value), r.bound, r.evidence, context_.mask(r.message),
                                    r.target});
    if (r.verdict != gates::Verdict::Pass && r.verdict != gates::Verdict::Warn)
      reason += (reason.empty() ? "" : "; ") + context_.mask(r.message);
  }
  end(node, {result.passes() ? Outcome::Success : Outcome::Failure, result.passes() ? "" : reason});
}

void Run::end(NodeId node, NodeEnd ended) {
  if (ended.outcome == Outcome::Failure || ended.outcome == Outcome::TimedOut)
    result_.outcome = Outcome::Failure;
  facts_.setOutcome(node, ended.outcome);
  recorder_.record(store::NodeEnded{nameOf(node), ended.outcome, std::move(ended.reason)});
  schedule_.end(node, ended.outcome);
  pump();
}

/// Error: what an earlier run gave is not there any more.
llvm::Error Run::takeOver(const plan::Job &job, const std::string &name) {
  const std::string folder = context_.folder.artifacts(name);
  if (!options_.earlierRun.empty()) {
    const std::string from = store::folderOf(options_.stateDirectory, options_.earlierRun).artifacts(name);
    if (llvm::Error error = host::copyPaths(from, host::findFiles(from, "**"), folder)) return error;
  }
  for (const plan::OutputId output : job.outputs)
    if (llvm::Error error = loadOutput(plan_, output, folder, facts_, context_.host.files)) return error;
  return llvm::Error::success();
}

/// What succeeded before is not done again, where what it gave is still there.
void Run::skipDone() {
  const bool recorded = options_.earlierRun.empty(); // in this run's own journal
  for (const NodeId node : options_.done) {
    const plan::Job *job = plan_.nodes[node].asJob();
    if (llvm::Error lost = job ? takeOver(*job, nameOf(node)) : llvm::Error::success()) {
      recorder_.record(store::Note{nameOf(node), "again: " + llvm::toString(std::move(lost))});
      continue;
    }
    done_.insert(node);
    facts_.setOutcome(node, Outcome::Success);
    if (recorded)
      recorder_.show(store::NodeEnded{nameOf(node), Outcome::Success, "done before"});
    else
      recorder_.record(
          store::NodeEnded{nameOf(node), Outcome::Success, "untouched since run " + options_.earlierRun});
  }
}

/// The journal has a beginning.
void Run::goOn(store::RunStarted started) {
  recorder_.show(std::move(started));
  skipDone();
  recorder_.record(
      store::Note{"", fmt::format("resumed: {} of {} were done", done_.size(), options_.nodes.size())});
}

void Run::signalled(int signal) {
  if (signal == host::guardianGone()) { // nobody would sweep after us
    host::killAllBelow(supervisors());
    slots_.settle(0);
    ::_exit(128 + SIGKILL);
  }
  if (signal == SIGTSTP) {
    standStill();
    return;
  }
  interrupt(signal);
  pump();
}

/// Ctrl-Z: steps, then we. No limit counts the time until somebody sends CONT.
void Run::standStill() {
  const std::vector<pid_t> leaveOut = supervisors();
  for (int round = 0; round < 2; ++round) // a process may fork between being listed and being stopped
    host::signalAllBelow(SIGSTOP, leaveOut);
  const auto since = std::chrono::steady_clock::now();
  ::raise(SIGSTOP);
  const Duration stood = Duration::fromMilliseconds(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - since)
          .count());
  context_.host.clock.stoodStill(stood);
  loop_.delayTimers(stood);
  recorder_.record(store::Note{"", "stood still for " + toText(stood)});
  host::signalAllBelow(SIGCONT, leaveOut);
}

void Run::interrupt(int signal) {
  if (signal != 0 && result_.signal == 0) {
    result_.signal = signal;
    recorder_.record(store::Note{"", "interrupted: ending what runs (once more ends it at once)"});
  }
  for (auto &[node, job] : jobs_)
    job->interrupt(signal == SIGINT);
  for (auto &[node, stop] : deployments_)
    stop.request_stop();
  cache_.giveUp();
}

void Run::keepTicking(const std::function<void()> &tick) {
  recorder_.between(tick);
  loop_.after(Duration::fromMilliseconds(100), [this, &tick] { keepTicking(tick); });
}

/// Of the pipeline that ran; a job that did not succeed, or was not chosen, has given nothing.
void Run::readOutputs() {
  const std::set<NodeId> ran(options_.nodes.begin(), options_.nodes.end());
  for (const plan::Pipeline &pipeline : plan_.pipelines) {
    if (llvm::none_of(pipeline.nodes, [&](NodeId node) { return ran.count(node) > 0; })) continue;
    for (const plan::PipelineOutput &output : pipeline.outputs) {
      llvm::Expected<plan::Value> value = plan::evaluate(plan_, output.value, plan::Target::Local, facts_);
      if (value)
        result_.outputs.emplace_back(output.name, value->toText());
      else
        llvm::consumeError(value.takeError());
    }
  }
}

RunResult Run::toTheEnd(store::RunStarted started, const std::function<void()> &tick) {
  if (!loop_.usable()) {
    result_.worldRefused = "no file descriptors are left: raise the limit (ulimit -n)";
    return result_;
  }
  host::becomeSubreaper();
  loop_.onSignals({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, host::guardianGone()},
                  [this](int signal) { signalled(signal); });
  recorder_.keepBack();
  loop_.beforeWaiting([this] { recorder_.flush(); });
  if (options_.resumed) {
    goOn(std::move(started));
  } else {
    recorder_.record(std::move(started));
    skipDone();
  }
  if (const std::string &problem = surroundingJobserver().problem; !problem.empty())
    recorder_.record(store::Note{"", problem});
  if (tick) keepTicking(tick);
  loop_.post([this] { pump(); });
  loop_.run();
  workers_.reset(); // waits for what they still remove
  cache_.finish();
  host::sweepStrays("", supervisors());
  if (!options_.keepWork) llvm::consumeError(context_.host.files.removeTree(options_.scratch));
  if (result_.signal != 0 || !result_.worldRefused.empty()) result_.outcome = Outcome::Cancelled;
  readOutputs();
  store::RunEnded ended{result_.outcome};
  for (const auto &[name, value] : result_.outputs)
    ended.outputs[name] = context_.mask(value);
  recorder_.record(std::move(ended));
  recorder_.flush();
  if (result_.worldRefused.empty()) result_.worldRefused = recorder_.failure();
  return result_;
}

} // namespace

RunResult execute(const plan::Plan &plan, const RunOptions &options, GivenFacts given,
                  const SecretForms &secrets, host::Host &host, store::Journal &journal,
                  store::EventSink &report, store::RunStarted started, std::function<void()> tick) {
  Run run(plan, options, std::move(given), secrets, host, journal, report);
  return run.toTheEnd(std::move(started), tick);
}

} // namespace pipelang::exec
