// Steps the runtime does itself, by name: `git.checkout`.
#pragma once

#include "runtime/exec/options.h"

namespace pipelang::exec {

/// Does `native` for `job` (null: a reaction), which works in `work`; what it tells goes to `log`. May take
/// long; for a worker. `stop` says that it is to end where it is. Error: an unknown name, or why it failed.
llvm::Error runNative(RunContext &context, const plan::Native &native, const plan::Job *job,
                      llvm::StringRef work, StreamLog &log, const std::function<bool()> &stop);

/// The files a clean runner would get: tracked ones, and untracked ones git does not ignore, relative to
/// `root`. Without git's tree: all but `.piperun`. Error: git failed.
llvm::Expected<std::vector<std::string>> filesOfProject(host::Host &host, llvm::StringRef root);

} // namespace pipelang::exec
