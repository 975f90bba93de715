// What a run is asked to do, and what all parts of one run share.
#pragma once

#include "runtime/exec/cache_session.h"
#include "runtime/exec/facts.h"
#include "runtime/exec/process_run.h"
#include "runtime/exec/recorder.h"
#include "runtime/exec/slots.h"
#include "runtime/exec/work_folders.h"
#include "runtime/host/workers.h"
#include "runtime/store/runs.h"
#include <set>

namespace pipelang::exec {

struct RunOptions {
  std::vector<plan::NodeId> nodes; ///< What runs, ascending; with each node all before it.
  int parallel = 2;                ///< Nodes at a time.
  bool jobserver = false;          ///< Steps that call make share them.
  bool sandbox = false;            ///< Steps of jobs that say nothing about it run in a sandbox.
  bool inPlace = false;            ///< Jobs work in the project itself: no copies, nothing hermetic.
  bool keepWork = false;           ///< Working directories are left for looking at.
  std::string run;                 ///< Its id.
  std::string projectRoot;         ///< Absolute.
  std::string stateDirectory;      ///< Absolute: `.piperun`.
  std::string scratch;             ///< Absolute: working directories of this run; others may pass through it.
  std::string programPath;         ///< piperun itself, for the supervisor of deployments.
  Patience patience;
  std::map<plan::NodeId, Duration> expected;   ///< From earlier runs.
  std::string cacheDirectory;                  ///< Absolute, for results of pure jobs; empty: none are kept.
  store::RemoteSettings remote;                ///< Of a cache on another machine; it needs the local one.
  bool fresh = false;                          ///< Pure jobs run too, and their results are kept.
  bool resumed = false;                        ///< The run goes on: its journal has a beginning.
  std::set<plan::NodeId> done;                 ///< What has succeeded before, and is not done again.
  std::map<plan::NodeId, int> earlierAttempts; ///< Of a resumed run; their logs stay.
  std::string earlierRun;                      ///< `done` was done in this one: its outputs are taken over.
};

/// Shared by all parts of one run; outlives them.
struct RunContext {
  const plan::Plan &plan;
  const RunOptions &options;
  host::Host &host;
  host::Loop &loop;
  host::Workers &workers;
  RunFacts &facts;
  Recorder &recorder;
  const SecretForms &secrets;
  const Slots &slots;
  CacheSession &cache;
  WorkFolders &folders;
  store::RunFolder folder;
  /// Processes that are none of our strays: supervisors of deployments.
  std::function<std::vector<pid_t>()> exempt;
  /// Children the loop waits for now.
  std::set<pid_t> children;

  std::string mask(const std::string &text) const { return exec::mask(text, secrets); }
};

/// How a node ended.
struct NodeEnd {
  plan::Outcome outcome = plan::Outcome::Success;
  std::string reason; ///< For people; masked. Empty where it succeeded.
};

} // namespace pipelang::exec
