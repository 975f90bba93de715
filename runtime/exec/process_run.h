// One process from start to end, on the loop: its output read, its time limited, its group stopped.
#pragma once

#include "runtime/host/host.h"
#include "runtime/host/loop.h"

namespace pipelang::exec {

/// How a process ended.
struct ProcessEnd {
  host::ExitStatus status;
  bool timedOut = false; ///< Its time was over; it was stopped.
  bool stopped = false;  ///< stop() was called.
};

/// How long is waited for what.
struct Patience {
  Duration grace = Duration::fromSeconds(10);      ///< From INT to TERM, and from TERM to KILL.
  Duration idle = Duration::fromMilliseconds(100); ///< Of a pipe that somebody still holds.
  Duration drain = Duration::fromSeconds(2);       ///< At most, for such a pipe.
};

/// A step's process. It has ended when it exited and its pipe is drained, or was idle for a moment, or
/// `drain` is over: never by the end of the pipe alone, which a daemon may hold. What a daemon writes later
/// is read for as long as this lives.
class ProcessRun {
public:
  using Take = std::function<void(llvm::StringRef)>;
  using Done = std::function<void(const ProcessEnd &)>;

  ProcessRun(host::Loop &loop, host::Processes &processes, Patience patience)
      : loop_(loop), processes_(processes), patience_(patience) {}
  ProcessRun(const ProcessRun &) = delete;
  /// Kills what is left of the group.
  ~ProcessRun();

  /// `take` gets the output, `done` is called once, later, on the loop. Error: it could not start.
  llvm::Error start(host::SpawnOptions options, std::optional<Duration> timeout, Take take, Done done);

  /// INT and TERM go by `send` from now on, for a process that is not below ours; KILL by both ways.
  void signalsBy(std::function<void(int)> send) { send_ = std::move(send); }

  /// Asks it to end: INT first where `interrupted` (exactly one), TERM, then KILL, each after the grace. A
  /// second call goes on to the next signal at once.
  void stop(bool interrupted);

  /// Whether processes of its group, or holders of its pipe, may be left though it has ended.
  bool hasLeftovers() const { return pipe_ >= 0 || groupLeft_; }
  pid_t group() const { return child_.pid; }

private:
  void readOutput();
  void exited();
  void escalate();
  void waitForIdle();
  void finish();
  void closePipe();

  host::Loop &loop_;
  host::Processes &processes_;
  const Patience patience_;
  std::function<void(int)> send_;
  Take take_;
  Done done_;
  host::Child child_;
  int pipe_ = -1;
  ProcessEnd end_;
  bool running_ = false;
  bool finished_ = false;
  bool groupLeft_ = false;
  int nextSignal_ = 0; ///< What escalate() sends next; 0: nothing has been asked for.
  host::Loop::TimerId timeout_ = 0, escalation_ = 0, idle_ = 0, drain_ = 0;
};

} // namespace pipelang::exec
