// Long-running processes: services of jobs, and releases behind a switch. Start, wait until ready, watch,
// stop.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/host/host.h"
#include <functional>
#include <stop_token>

namespace pipelang::services {

/// A command with everything late resolved: what a plan::Action becomes before it runs.
struct Command {
  std::vector<std::string> argv;
  host::Environ environ; ///< Complete.
  // Of preparations alone; what starts a process runs in its directory until it is stopped.
  std::string directory{};           ///< Relative to the process's.
  std::optional<Duration> timeout{}; ///< It is killed after this time.
  bool continueOnError = false;      ///< Its failure is written to the log and does not count.
  std::string title{};               ///< For messages; empty: its program.
};

/// How to run one long-lived process; plan::ServiceProcess with its late values resolved.
struct ProcessSpec {
  std::string name;
  std::vector<Command> prepare; ///< Each to its end, in order.
  Command start;
  plan::Probe ready;
  std::vector<Command> afterReady; ///< Each to its end, in order.
  Duration startTimeout;
  Duration grace = Duration::fromSeconds(10); ///< From TERM to KILL.
  std::string directory;                      ///< Absolute; exists.
  std::optional<uid_t> user;
  int port = 0;
};

/// A process that was ready. Stops it and its group when destroyed, unless released.
class Running {
public:
  virtual ~Running() = default;
  virtual pid_t group() const = 0;
  virtual bool alive() = 0;
  /// TERM, the grace, KILL; returns when the group is gone.
  virtual void stop() = 0;
};

/// Prepares, starts and waits until ready. `log` gets its output, also later on, from another thread.
/// Error: a preparation failed, the process ended, or it was not ready in time: with the last lines it wrote.
llvm::Expected<std::unique_ptr<Running>> start(const ProcessSpec &spec, host::Host &host,
                                               std::function<void(llvm::StringRef)> log,
                                               std::stop_token stop);

/// One try of `probe` against 127.0.0.1:`port`. True: it answered as it should.
bool probeOnce(const plan::Probe &probe, int port, host::Host &host);

} // namespace pipelang::services
