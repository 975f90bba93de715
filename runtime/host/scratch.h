// Where working directories of runs lie.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <sys/types.h>

namespace pipelang::host {

/// Whether `user` may pass through every folder on the way to `path`, `path` itself included.
bool mayPass(llvm::StringRef path, uid_t user);

/// A folder of this user and this project, made where it is missing. It lies outside of the project, so that
/// no tool in it finds the project's own settings by looking upwards, below TMPDIR; where services run as
/// another user who cannot pass TMPDIR, below /tmp or /var/tmp. Error: somebody else owns the place.
llvm::Expected<std::string> scratchRoot(llvm::StringRef projectRoot);

} // namespace pipelang::host
