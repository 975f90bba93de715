// A blue-green deployment, from a resolved request to what was measured. The decision table is rollout.h;
// traffic switches are registered in switches.def.
#pragma once

#include "runtime/services/services.h"
#include "runtime/gates/verdict.h"
#include "runtime/store/events.h"

namespace pipelang::deploy {

/// Everything a deployment needs, with late values resolved. The release's files lie in `spec.directory`.
struct Request {
  std::string name;            ///< `api`: one switch, one lease for each name in a workspace.
  std::string node;            ///< For events.
  const plan::Deployment &deployment;
  std::string release;         ///< What is deployed: the image reference.
  services::ProcessSpec spec;  ///< PORT, RELEASE and COLOR are set by the switch, per colour.
  /// Services both colours share, with the port each listens on (kept across deployments).
  std::vector<services::ProcessSpec> services;
  std::string stateDirectory;  ///< Absolute: `.piperun/deployments/api`.
  std::string programPath;     ///< piperun itself, for the supervisor process.
};

/// What was measured; times in milliseconds.
struct Measurements {
  std::int64_t requests = 0;
  std::int64_t failures = 0;
  double failureBound95 = 0;   ///< Upper bound of the failure share, 3/n where none failed.
  double firstNewAnswer = 0;   ///< After the switch.
  double switchover = 0;       ///< Last answer of the old on a connection opened after the switch.
  double drainTail = 0;        ///< Last answer of the old at all.
  double p50 = 0;
  double p95 = 0;
  double baselineP95 = 0;
  bool measured = false;       ///< False: no traffic was configured, or no old version was there.
};

struct Result {
  plan::Outcome outcome = plan::Outcome::Failure;
  std::string reason;          ///< For people, where it did not succeed: what failed, what was done about it.
  Measurements measurements;
  std::string url;             ///< Of the switch: `http://127.0.0.1:PORT`.
};

/// Runs the whole rollout. Blocks; to be called on a thread of its own. A stop request aborts: back to the
/// old version where the switch has happened, else the new one is stopped.
Result deployBlueGreen(const Request &request, host::Host &host, store::EventSink &events, std::stop_token stop);

} // namespace pipelang::deploy
