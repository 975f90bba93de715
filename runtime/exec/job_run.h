// One job, or the step of a reaction, from its directory to its outputs. A chain of callbacks on the
// loop: directories and services, then step after step, then outputs, then everything torn down.
#pragma once

#include "runtime/exec/job_cache.h"
#include "runtime/exec/job_room.h"
#include <stop_token>

namespace pipelang::exec {

class JobRun {
public:
  using Done = std::function<void(NodeEnd)>;

  /// `steps` are run in order; `job` is null for a reaction. `done` is called once, on the loop.
  JobRun(RunContext &context, plan::NodeId node, std::vector<plan::StepId> steps, const plan::Job *job,
         Done done);
  JobRun(const JobRun &) = delete;
  ~JobRun();

  void start();
  /// The run was interrupted: ends what runs (with INT first, or TERM), starts nothing more. Again: more
  /// firmly.
  void interrupt(bool politely);

private:
  /// What the cache says.
  struct LookUp {
    std::optional<JobInputs> inputs; ///< None: its result cannot be kept.
    std::optional<Restored> result;  ///< Its outputs are there.
    std::string reason;
  };
  /// What an attempt has beside its directories.
  struct Attempt {
    std::string directory; ///< Of everything below.
    std::string work, home, temporary;
    std::unique_ptr<JobRoom> room;
    std::vector<std::unique_ptr<services::Running>> services; ///< In the order they were started.
    std::vector<std::unique_ptr<ProcessRun>> processes;       ///< The present one last; leftovers before.
    std::unique_ptr<StreamLog> nodeLog;                       ///< Of services; made when needed.
    std::vector<std::unique_ptr<StreamLog>> logs;             ///< As processes: leftovers still write.
    host::Environ environ;                                    ///< Base and the job's own.
  };

  bool isQuickToLookUp() const;
  std::string nameForCache() const;
  void look(LookUp &found);
  void lookUp();
  void lookedUp(const LookUp &found);
  void keepInCache();
  void rememberFailure();
  void begin();
  llvm::Error takeFolder();
  llvm::Error prepare();
  llvm::Error startService(plan::ServiceId id);
  void prepared(const std::string &problem);
  void nextStep();
  void startStep();
  void nextAction();
  void runCommand(const plan::Action &action);
  llvm::Expected<host::SpawnOptions> spawnFor(const plan::Action &action, ProcessRun &process);
  void commandEnded(ProcessRun &run, const ProcessEnd &end);
  void runNative(const plan::Native &native);
  bool skipAction();
  bool tryActionAgain(plan::Outcome outcome, const std::string &reason);
  bool stopWaiting(plan::Outcome outcome, const std::string &reason);
  void actionEnded(plan::Outcome outcome, int exitCode, const std::string &reason);
  void endStep(plan::Outcome outcome, int exitCode, const std::string &reason);
  void keepOutputs();
  void fail(plan::Outcome outcome, std::string reason);
  void tearDown();
  void attemptEnded();
  void stopTimers();

  const plan::Step &step() const;
  const plan::Action &action() const;
  /// The timeout that ends the action first, the step's or the action's own, and what is left of it: none or
  /// less once it is over.
  struct Limit {
    Duration timeout, left;
  };
  std::optional<Limit> limit() const;
  std::string deadServices();

  RunContext &context_;
  const plan::NodeId node_;
  const plan::Node &declared_;
  const std::vector<plan::StepId> steps_;
  const plan::Job *job_;
  Done done_;
  const std::string marker_;

  /// Counted on from those of an interrupted run, so that logs stay apart.
  int shownAttempt() const;

  int attemptNumber_ = 0;
  std::optional<JobInputs> inputs_; ///< Of a pure job whose result is to be kept.
  bool stepFailed_ = false;         ///< Though the job went on.
  Attempt attempt_;
  std::size_t stepIndex_ = 0, actionIndex_ = 0;
  Duration stepStarted_{}, actionStarted_{};
  NodeEnd end_;
  bool interrupted_ = false, jobTimedOut_ = false, torn_ = false;
  int actionAttempt_ = 1;
  host::Loop::TimerId jobTimer_ = 0, retryTimer_ = 0, actionTimer_ = 0; ///< actionTimer_: 0 unless it waits.
  std::stop_source stopServices_;
};

} // namespace pipelang::exec
