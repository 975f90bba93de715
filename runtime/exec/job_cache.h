// Results of pure jobs: what a job depends on becomes a manifest, its digest the key, and under that key lies
// what the job gave last time. Everything here may take long; for a worker.
#pragma once

#include "runtime/exec/options.h"
#include "runtime/store/cache.h"

namespace pipelang::exec {

/// What a job depends on, when it was looked at.
struct JobInputs {
  std::string key;                ///< SHA-256 of the manifest.
  std::string manifest;           ///< One thing a line: its digest, two spaces, its name (`file src/app.py`).
  std::string files;              ///< The project's files as they were: names, sizes, times, inodes.
  bool shared = true;             ///< Others may have the same key: there is no secret in it.
  std::vector<std::string> empty; ///< Of the job's `inputs`, those that name no file.
};

/// Of `job`, which is pure. Error: why its result cannot be kept (a late value that is not known before it
/// runs, a file that cannot be read).
llvm::Expected<JobInputs> inputsOf(RunContext &context, const plan::Job &job);

/// Where a result was found, and in which run it was made.
struct Restored {
  std::string run;
  bool remote = false;
};
/// Lays down what was kept under the key, here or by the remote cache, and tells the facts. None: nothing
/// was, or it was damaged.
std::optional<Restored> restoreResult(RunContext &context, plan::NodeId node, const plan::Job &job,
                                      const JobInputs &inputs);

/// Keeps what `job` gave, from the run's own folder, and sends it to the remote cache, later. Error: why not
/// (an input changed meanwhile; the disk).
llvm::Error keepResult(RunContext &context, plan::NodeId node, const plan::Job &job, const JobInputs &inputs);

/// The project's files a job gets from a checkout: those that its `inputs` name, or all; as they were at
/// `since` or later, or a moment ago. Error: git failed.
llvm::Expected<std::vector<std::string>>
filesForJob(RunContext &context, const plan::Job *job,
            std::optional<CacheSession::Clock::time_point> since = std::nullopt);

/// Whether `job` takes the project's files.
bool checksOut(const plan::Plan &plan, const plan::Job &job);
/// Whether `file` is among the files it takes then.
bool isSourceOf(const plan::Job &job, llvm::StringRef file);
/// Whether a step of `job` is the native one of this name.
bool hasNative(const plan::Plan &plan, const plan::Job &job, llvm::StringRef name);
/// Those of the `inputs` of `job` that name none of its files: a mistake in most cases.
std::vector<std::string> inputsOfNothing(const plan::Job &job, llvm::ArrayRef<std::string> files);

/// Names of what differs between two manifests, in words: `src/app.py` changed, `lib.py` is new. At most
/// `most`, and how many more there are.
std::vector<std::string> differences(llvm::StringRef before, llvm::StringRef after, std::size_t most);

} // namespace pipelang::exec
