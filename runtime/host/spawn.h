// Starting a process on this machine: the one place that forks.
#pragma once

#include "runtime/host/host.h"

namespace pipelang::host {

/// As Processes::spawn. A process that cannot be executed is an error here, not an exit code 127.
llvm::Expected<Child> spawnProcess(const SpawnOptions &options);

/// The program `name` means with this PATH, looked up from `directory`; empty where there is none.
std::string findProgram(llvm::StringRef name, llvm::StringRef path, llvm::StringRef directory);

} // namespace pipelang::host
