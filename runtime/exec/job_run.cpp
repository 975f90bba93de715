#include "runtime/exec/job_run.h"
#include "fmt/format.h"
#include "runtime/exec/artifacts.h"
#include "runtime/exec/command.h"
#include "runtime/exec/job_services.h"
#include "runtime/exec/native.h"
#include "runtime/host/descendants.h"
#include <algorithm>

namespace pipelang::exec {

using plan::Outcome;

namespace {

std::string messageOf(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : std::string();
}

} // namespace

JobRun::JobRun(RunContext &context, plan::NodeId node, std::vector<plan::StepId> steps, const plan::Job *job,
               Done done)
    : context_(context), node_(node), declared_(context.plan.nodes[node]), steps_(std::move(steps)),
      job_(job), done_(std::move(done)), marker_(context.options.run + "/" + declared_.name) {}

JobRun::~JobRun() {
  stopTimers();
}

const plan::Step &JobRun::step() const {
  return context_.plan.steps[steps_[stepIndex_]];
}

int JobRun::shownAttempt() const {
  const auto earlier = context_.options.earlierAttempts.find(node_);
  return attemptNumber_ + (earlier == context_.options.earlierAttempts.end() ? 0 : earlier->second);
}

void JobRun::start() {
  if (job_ && job_->pure && !context_.options.cacheDirectory.empty() && !context_.options.inPlace)
    lookUp();
  else
    begin();
}

void JobRun::stopTimers() {
  context_.loop.cancel(jobTimer_);
  context_.loop.cancel(retryTimer_);
  context_.loop.cancel(actionTimer_);
}

void JobRun::interrupt(bool politely) {
  interrupted_ = true;
  stopServices_.request_stop();
  if (!attempt_.processes.empty()) attempt_.processes.back()->stop(politely);
  stopWaiting(Outcome::Cancelled, "interrupted");
  if (retryTimer_ != 0) { // waiting for another attempt that there will not be
    context_.loop.cancel(retryTimer_);
    retryTimer_ = 0;
    end_ = {Outcome::Cancelled, "interrupted"};
    done_(end_);
  }
}

// ---------------------------------------------------------------- beginning

void JobRun::begin() {
  retryTimer_ = 0;
  ++attemptNumber_;
  attempt_ = Attempt{};
  end_ = NodeEnd{};
  stepIndex_ = 0;
  jobTimedOut_ = torn_ = stepFailed_ = false;
  stopServices_ = std::stop_source();
  attempt_.room = std::make_unique<JobRoom>(context_, node_, job_);
  if (job_)
    jobTimer_ = context_.loop.after(job_->timeout, [this] {
      jobTimedOut_ = true;
      stopServices_.request_stop();
      if (!attempt_.processes.empty()) attempt_.processes.back()->stop(false);
      stopWaiting(Outcome::TimedOut, "the job timed out after " + toText(job_->timeout));
    });
  auto problem = std::make_shared<std::string>();
  const auto work = [this, problem] { *problem = messageOf(prepare()); };
  const auto done = [this, problem] { prepared(*problem); };
  if (attempt_.room->isSlow() || (job_ && (!job_->services.empty() || !job_->inputs.empty()))) {
    context_.workers.run(work, done);
  } else { // quick: a few folders
    work();
    done();
  }
}

/// The attempt's folder: by its name where somebody will look for it, else any that is free.
llvm::Error JobRun::takeFolder() {
  const RunOptions &options = context_.options;
  if (options.keepWork) {
    attempt_.directory = options.scratch + "/" + store::folderName(declared_.name) +
                         (shownAttempt() > 1 ? fmt::format(".attempt-{}", shownAttempt()) : "");
    if (llvm::Error error = context_.folders.make(attempt_.directory, !options.inPlace, context_.host.files))
      return error;
  } else {
    llvm::Expected<std::string> folder =
        context_.folders.take(options.scratch, !options.inPlace, context_.host.files);
    if (!folder) return folder.takeError();
    attempt_.directory = std::move(*folder);
  }
  attempt_.work = options.inPlace ? options.projectRoot : attempt_.directory + "/work";
  attempt_.home = attempt_.directory + "/home";
  attempt_.temporary = attempt_.directory + "/tmp";
  return llvm::Error::success();
}

/// Directories, artifacts and services. On a worker where there are such.
llvm::Error JobRun::prepare() {
  if (llvm::Error error = takeFolder()) return error;
  attempt_.environ = baseEnvironment(attempt_.home, attempt_.temporary, marker_);
  if (const auto engine = context_.host.environ.find(engineVariable); engine != context_.host.environ.end())
    attempt_.environ.insert(*engine);
  if (job_)
    for (const plan::ArtifactInput &input : job_->inputs)
      if (llvm::Error error = placeArtifact(context_, input.output, attempt_.work + "/" + input.directory))
        return error;
  const SandboxFolders folders{attempt_.work, attempt_.home, attempt_.temporary};
  if (llvm::Error error =
          attempt_.room->open(attempt_.directory, folders, shownAttempt(), stopServices_.get_token()))
    return error;
  if (!job_) return llvm::Error::success();
  for (const plan::ServiceId service : job_->services)
    if (llvm::Error error = startService(service)) return error;
  return addBindings(context_.plan, job_->env, context_.facts, attempt_.environ);
}

llvm::Error JobRun::startService(plan::ServiceId id) {
  if (!attempt_.nodeLog)
    attempt_.nodeLog = std::make_unique<StreamLog>(context_.folder.log(declared_.name, -1, shownAttempt()),
                                                   context_.secrets, context_.recorder, declared_.name, -1);
  const plan::Service &service = context_.plan.services[id];
  const std::string directory = attempt_.directory + "/" + store::folderName(service.name);
  if (llvm::Error error = makeServiceDirectory(context_, directory)) return error;
  llvm::Expected<int> port = host::freePort();
  if (!port) return port.takeError();
  llvm::Expected<services::ProcessSpec> spec = serviceSpec(context_, id, *port, directory, marker_);
  if (!spec) return spec.takeError();
  llvm::Expected<std::unique_ptr<services::Running>> running = services::start(
      *spec, context_.host, [log = attempt_.nodeLog.get()](llvm::StringRef text) { log->write(text); },
      stopServices_.get_token());
  if (!running)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "service `" + service.name + "`: " + llvm::toString(running.takeError()));
  attempt_.services.push_back(std::move(*running));
  context_.recorder.record(store::ServiceReady{declared_.name, service.name, *port});
  return llvm::Error::success();
}

void JobRun::prepared(const std::string &problem) {
  if (!problem.empty())
    fail(Outcome::Failure, problem);
  else
    nextStep();
}

// ---------------------------------------------------------------- steps

void JobRun::nextStep() {
  for (; !interrupted_ && !jobTimedOut_ && stepIndex_ < steps_.size(); ++stepIndex_) {
    if (!step().when) break;
    llvm::Expected<plan::Value> holds =
        plan::evaluate(context_.plan, *step().when, plan::Target::Local, context_.facts);
    if (!holds) {
      fail(Outcome::Failure, step().name + ": " + llvm::toString(holds.takeError()));
      return;
    }
    if (*holds == plan::Value{true}) break;
    context_.recorder.record(store::StepEnded{declared_.name, static_cast<int>(stepIndex_), Outcome::Skipped,
                                              0, "its condition does not hold", context_.mask(step().name)});
  }
  if (interrupted_ || jobTimedOut_)
    fail(Outcome::Cancelled, "");
  else if (stepIndex_ == steps_.size())
    keepOutputs();
  else
    startStep();
}

void JobRun::startStep() {
  actionIndex_ = 0;
  stepStarted_ = context_.host.clock.sinceStart();
  const int index = static_cast<int>(stepIndex_);
  context_.recorder.record(
      store::StepStarted{declared_.name, index, context_.mask(step().name), shownAttempt()});
  attempt_.logs.push_back(
      std::make_unique<StreamLog>(context_.folder.log(declared_.name, index, shownAttempt()),
                                  context_.secrets, context_.recorder, declared_.name, index));
  nextAction();
}

const plan::Action &JobRun::action() const {
  return (*step().bodyFor(plan::Target::Local))[actionIndex_];
}

std::optional<JobRun::Limit> JobRun::limit() const {
  const std::int64_t now = context_.host.clock.sinceStart().milliseconds;
  std::optional<Limit> first;
  const auto consider = [&](const std::optional<Duration> &timeout, Duration since) {
    if (!timeout) return;
    const Duration left{timeout->milliseconds - (now - since.milliseconds)};
    if (!first || left.milliseconds < first->left.milliseconds) first = Limit{*timeout, left};
  };
  consider(step().timeout, stepStarted_);
  consider(action().timeout, actionStarted_);
  return first;
}

void JobRun::nextAction() {
  const std::vector<plan::Action> *actions = step().bodyFor(plan::Target::Local);
  if (!actions) {
    endStep(Outcome::Failure, 0, "it has no body `on local`, so it cannot run here");
    return;
  }
  if (actionIndex_ == actions->size()) {
    endStep(Outcome::Success, 0, "");
    return;
  }
  if (skipAction()) return;
  actionAttempt_ = 1;
  actionStarted_ = context_.host.clock.sinceStart();
  const plan::Action &action = this->action();
  if (const auto *native = std::get_if<plan::Native>(&action.node))
    runNative(*native);
  else
    runCommand(action);
}

/// True: its condition does not hold, and what comes next is under way; or the condition has no value.
bool JobRun::skipAction() {
  llvm::Expected<bool> runs = holds(context_.plan, action().when, context_.facts);
  if (!runs) {
    endStep(Outcome::Failure, 0, llvm::toString(runs.takeError()));
    return true;
  }
  if (*runs) return false;
  ++actionIndex_;
  nextAction();
  return true;
}

void JobRun::runNative(const plan::Native &native) {
  auto problem = std::make_shared<std::string>();
  StreamLog &log = *attempt_.logs.back();
  const std::optional<Limit> ends = limit();
  const Duration began = context_.host.clock.sinceStart();
  const auto isOver = [this, ends, began] {
    return ends &&
           context_.host.clock.sinceStart().milliseconds - began.milliseconds >= ends->left.milliseconds;
  };
  context_.workers.run(
      [this, &native, &log, problem, isOver, ended = stopServices_.get_token()] {
        const auto stop = [&] { return ended.stop_requested() || isOver(); };
        const NativePlace place{job_, attempt_.work, attempt_.environ, stop};
        *problem = messageOf(exec::runNative(context_, native, place, log));
        attempt_.room->noteFiles();
      },
      [this, problem, ends, isOver] {
        if (isOver())
          actionEnded(Outcome::TimedOut, 1, "timed out after " + toText(ends->timeout));
        else if (problem->empty())
          actionEnded(Outcome::Success, 0, "");
        else
          actionEnded(Outcome::Failure, 1, *problem);
      });
}

void JobRun::actionEnded(Outcome outcome, int exitCode, const std::string &reason) {
  if (tryActionAgain(outcome, reason)) return;
  const bool counts = outcome != Outcome::Success && !action().continueOnError;
  if (!counts && !interrupted_ && !jobTimedOut_) {
    ++actionIndex_;
    nextAction();
  } else if (interrupted_) {
    endStep(Outcome::Cancelled, exitCode, "interrupted");
  } else if (jobTimedOut_) {
    endStep(Outcome::TimedOut, exitCode, "the job timed out after " + toText(job_->timeout));
  } else {
    endStep(outcome, exitCode, reason);
  }
}

std::string JobRun::deadServices() {
  std::string dead;
  for (std::size_t i = 0; i < attempt_.services.size(); ++i)
    if (!attempt_.services[i]->alive())
      dead += fmt::format("; service `{}` has ended", context_.plan.services[job_->services[i]].name);
  return dead;
}

void JobRun::endStep(Outcome outcome, int exitCode, const std::string &reason) {
  attempt_.logs.back()->flush();
  if (attempt_.processes.empty()) attempt_.logs.clear(); // nobody can write to them any more
  const std::string shown = context_.mask(outcome == Outcome::Failure ? reason + deadServices() : reason);
  context_.recorder.record(
      store::StepEnded{declared_.name, static_cast<int>(stepIndex_), outcome, exitCode, shown});
  const bool goesOn = outcome == Outcome::Success ||
                      (step().continueOnError &&
                       (outcome == Outcome::Failure || outcome == Outcome::TimedOut) && !jobTimedOut_);
  if (goesOn) {
    stepFailed_ = stepFailed_ || outcome != Outcome::Success;
    ++stepIndex_;
    nextStep();
  } else {
    fail(outcome, fmt::format("step `{}`: {}", step().name, shown));
  }
}

// ---------------------------------------------------------------- the end

void JobRun::keepOutputs() {
  auto problem = std::make_shared<std::string>();
  const auto work = [this, problem] {
    for (const plan::OutputId output : job_->outputs)
      if (problem->empty()) *problem = messageOf(keepOutput(context_, output, attempt_.work));
    if (problem->empty()) keepInCache();
    attempt_.room->tellWrites();
  };
  const auto done = [this, problem] {
    if (problem->empty())
      tearDown();
    else
      fail(Outcome::Failure, *problem);
  };
  if (!job_ || (job_->outputs.empty() && !inputs_ && !attempt_.room->isSlow())) {
    done();
  } else if (inputs_ && isQuickToLookUp() && !attempt_.room->isSlow()) {
    work();
    done();
  } else {
    context_.workers.run(work, done);
  }
}

void JobRun::fail(Outcome outcome, std::string reason) {
  if (interrupted_)
    end_ = {Outcome::Cancelled, "interrupted"};
  else if (jobTimedOut_)
    end_ = {Outcome::TimedOut, "timed out after " + toText(job_->timeout)};
  else
    end_ = {outcome, context_.mask(reason)};
  tearDown();
}

void JobRun::tearDown() {
  if (torn_) return;
  torn_ = true;
  context_.loop.cancel(jobTimer_);
  attempt_.processes.clear(); // kills what is left of their groups
  auto work = [this] {
    attempt_.room->close();
    while (!attempt_.services.empty()) { // the last first
      attempt_.services.back()->stop();
      attempt_.services.pop_back();
    }
  };
  const auto done = [this] {
    std::vector<pid_t> leaveOut(context_.children.begin(), context_.children.end());
    if (!host::strays(leaveOut).empty()) {
      llvm::append_range(leaveOut, context_.exempt());
      host::sweepStrays(std::string(markerName) + "=" + marker_, leaveOut);
    }
    attempt_.room.reset();
    attempt_.logs.clear();
    attempt_.nodeLog.reset();
    attemptEnded();
  };
  if (attempt_.services.empty() && !attempt_.room->isContainer())
    done();
  else
    context_.workers.run(work, done);
}

} // namespace pipelang::exec
