// What the jobs of one run share of the cache: the local one, the remote one, and what of the project has
// been looked at already, so that a thousand jobs do not look a thousand times.
#pragma once

#include "runtime/exec/recorder.h"
#include "runtime/store/file_digests.h"
#include "runtime/store/last_looks.h"
#include "runtime/store/remote.h"
#include <chrono>

namespace pipelang::exec {

struct RunOptions;

/// Names of files, relative to the project.
using FileList = std::shared_ptr<const std::vector<std::string>>;

/// Safe from several threads.
class CacheSession {
public:
  using Clock = std::chrono::steady_clock;

  CacheSession(const RunOptions &options, host::Host &host, Recorder &recorder);

  store::Cache &local() { return local_; }
  /// Null: there is none.
  store::RemoteCache *remote() { return remote_.get(); }

  /// The project's files as a clean runner would get them, as they were at `since` or later. Error: git
  /// failed.
  llvm::Expected<FileList> files(Clock::time_point since);
  /// As they were a moment ago, for who begins with them.
  llvm::Expected<FileList> files() { return files(Clock::now() - std::chrono::seconds(1)); }
  /// SHA-256 of one of them; its path. Error: it cannot be read.
  llvm::Expected<std::string> digestOf(const std::string &path) { return digests_.of(path); }
  /// What of this machine a result depends on: digests by names.
  const std::map<std::string, std::string> &machine();

  /// Of this project's jobs, whatever it is called in which plan.
  store::LastLooks &lastLooks() { return lastLooks_; }

  /// The run is over: waits for what is being sent, and keeps what is worth knowing the next time.
  void finish();
  /// The run was interrupted.
  void giveUp();

private:
  host::Host &host_;
  Recorder &recorder_;
  const std::string projectRoot_;
  store::Cache local_;
  store::LastLooks lastLooks_;
  store::FileDigests digests_;
  std::unique_ptr<store::RemoteCache> remote_;
  std::once_flag machineRead_;
  std::map<std::string, std::string> machine_;
  std::mutex mutex_; ///< Guards the list.
  FileList files_;
  Clock::time_point filesTaken_;
};

} // namespace pipelang::exec
