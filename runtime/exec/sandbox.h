// A job's steps in a sandbox of bubblewrap: the system to read, the job's own folders to write, nothing else.
// What a step asks for beyond that is not there, and is told by name: observer.h.
#pragma once

#include "runtime/exec/options.h"

namespace pipelang::exec {

/// The folders of a job that a sandbox shows it, absolute.
struct SandboxFolders {
  std::string work, home, temporary;
};

/// Why there can be no sandbox here (no bubblewrap; the kernel refuses), and what to do; empty: there can.
/// Asks once.
const std::string &sandboxProblem(host::Host &host);

/// `spawn` in a sandbox. `programPath` is this program; where `observer` is a descriptor (which `spawn`
/// inherits then), it sends it what observes the step.
host::SpawnOptions inSandbox(host::SpawnOptions spawn, const SandboxFolders &folders,
                             const std::string &programPath, int observer);

/// Where a sandboxed step may write without being told on.
std::vector<std::string> writableIn(const SandboxFolders &folders);

} // namespace pipelang::exec
