// A blue-green deployment, from a resolved request to what was measured; and what may be asked of
// one afterwards. The decision table is rollout.h; the process that keeps everything alive,
// supervisor.h.
#pragma once

#include "runtime/gates/verdict.h"
#include "runtime/services/services.h"
#include "runtime/store/events.h"
#include <optional>

namespace pipelang::deploy {

/// Everything a deployment needs, with late values resolved. The release's files lie in
/// `spec.directory`.
struct Request {
  std::string name; ///< `api`: one switch, one lease for each name in a workspace.
  std::string node; ///< For events.
  const plan::Deployment &deployment;
  const plan::Plan &plan;     ///< The one `deployment` is part of.
  plan::Facts &facts;         ///< For requirements after the switch; metrics of this deployment are added.
  std::string owner;          ///< Who holds the lease, for whoever is refused: `run 20261122-… (pid 12)`.
  std::string release;        ///< What is deployed: the image reference.
  services::ProcessSpec spec; ///< PORT, RELEASE and COLOR are set by the switch, per colour.
  /// Services both colours share, with the port each listens on: keptPort(stateDirectory, name).
  /// One that is alive already is kept as it is, so its prepare and afterReady commands must bear
  /// an old directory.
  std::vector<services::ProcessSpec> services;
  std::string stateDirectory; ///< Absolute: `.piperun/deployments/api`.
  std::string programPath;    ///< piperun itself, for the supervisor process.
  std::string controlFile{};  ///< Where `pause`, `promote` and `abort` are said (control.h); empty: nowhere.
};

/// What was measured; times in milliseconds.
struct Measurements {
  std::int64_t requests = 0;
  std::int64_t failures = 0;
  double failureBound95 = 0; ///< Upper bound of the failure share, 3/n where none failed.
  double firstNewAnswer = 0; ///< After the switch.
  double switchover = 0;     ///< Last answer of the old on a connection opened after the switch.
  double drainTail = 0;      ///< Last answer of the old at all.
  double p50 = 0;
  double p95 = 0;
  double baselineP95 = 0;
  bool measured = false; ///< False: no traffic was configured, or no old version was there.
};

struct Result {
  plan::Outcome outcome = plan::Outcome::Failure;
  std::string reason; ///< For people, where it did not succeed: what failed, what was done about it.
  Measurements measurements;
  std::string url; ///< Of the switch: `http://127.0.0.1:PORT`.
};

/// Runs the whole rollout. Blocks; to be called on a thread of its own. A stop request aborts: back
/// to the old version where the switch has happened, else the new one is stopped. What a killed
/// deployment left is finished or rolled back first. Output events carry what the processes wrote,
/// not yet masked. The versions and services are children of a supervisor process that outlives the
/// run: whoever sweeps the run's descendants leaves it out (supervisorOf).
Result deployBlueGreen(const Request &request, host::Host &host, store::EventSink &events,
                       std::stop_token stop);

/// What is to be deployed, as far as it is known before the jobs have run.
struct Intent {
  const plan::Deployment &deployment;
  std::string release;
  std::vector<std::string> services; ///< Names of those both colours share.
  std::string stateDirectory;
};
/// What `deployBlueGreen` would do now, one effect a line, in order; reads the world and changes nothing.
std::string planOfEffects(const Intent &intent);

/// One version behind the switch.
struct VersionStatus {
  std::string colour; ///< `blue` or `green`
  std::string release;
  std::string state; ///< `starting`, `ready`, `exited`
  int port = 0;      ///< Its own, on 127.0.0.1.
  pid_t group = -1;
  bool live = false;            ///< The switch points at it.
  std::int64_t connections = 0; ///< Client connections it serves now.
  std::optional<Duration> retiresIn;
};
struct ServiceStatus {
  std::string name;
  int port = 0;
  bool alive = false;
};
struct Status {
  bool running = false; ///< False: no supervisor, so nothing of it runs; everything else is empty.
  pid_t supervisor = -1;
  std::string url;             ///< Of the switch; empty before the first one.
  std::int64_t generation = 0; ///< Counts switches.
  std::vector<VersionStatus> versions;
  std::vector<ServiceStatus> services;
  std::string lease; ///< Who is deploying now; or empty.
};

/// Asks the supervisor of `stateDirectory`. Error: it is there and does not answer.
llvm::Expected<Status> status(llvm::StringRef stateDirectory);
std::string toText(const Status &status);

/// Back to the version that is still warm, at once. Returns what it did, for people. Error: nothing
/// is warm, or somebody is deploying.
llvm::Expected<std::string> rollback(llvm::StringRef stateDirectory, llvm::StringRef owner);

/// Stops both versions, the services and the supervisor; no error where nothing runs.
llvm::Error down(llvm::StringRef stateDirectory);

/// The port that `name` has in this deployment from now on: a free one the first time.
llvm::Expected<int> keptPort(llvm::StringRef stateDirectory, llvm::StringRef name);

/// The supervisor's guardian process, if one runs: it and its descendants outlive the run.
std::optional<pid_t> supervisorOf(llvm::StringRef stateDirectory);

/// `piperun supervise STATE_DIRECTORY`: becomes a daemon and returns 0 in the first process once
/// the socket answers, 1 where that failed (the reason is on stderr). Call it before any thread is
/// started.
int superviseMain(llvm::StringRef stateDirectory);

} // namespace pipelang::deploy
