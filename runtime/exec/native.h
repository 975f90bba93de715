// Steps the runtime does itself, by name: `git.checkout`, `docker.engine`.
#pragma once

#include "runtime/exec/options.h"

namespace pipelang::exec {

/// Where a native step works.
struct NativePlace {
  const plan::Job *job;       ///< Null: a reaction.
  std::string work;           ///< The working directory.
  host::Environ &environ;     ///< Of the steps after it.
  std::function<bool()> stop; ///< Says that it is to end where it is.
};

/// Does `native`; what it tells goes to `log`. May take long; for a worker. Error: an unknown name, or why it
/// failed.
llvm::Error runNative(RunContext &context, const plan::Native &native, const NativePlace &place,
                      StreamLog &log);

/// The files a clean runner would get: tracked ones, and untracked ones git does not ignore, relative to
/// `root`. Without git's tree: all but `.piperun`. Error: git failed.
llvm::Expected<std::vector<std::string>> filesOfProject(host::Host &host, llvm::StringRef root);

} // namespace pipelang::exec
