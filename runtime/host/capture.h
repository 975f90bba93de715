// A short program run to its end for what it prints: `git rev-parse HEAD`.
#pragma once

#include "runtime/host/host.h"

namespace pipelang::host {

struct Captured {
  ExitStatus status;
  std::string output; ///< stdout and stderr together.
};

/// Blocks. Error: it could not start, or took longer than `atMost` (it is killed then).
llvm::Expected<Captured> capture(SpawnOptions options, Processes &processes, Duration atMost);

} // namespace pipelang::host
