// Finding and ending what steps left behind: daemons that changed their group, session and parent.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <sys/types.h>
#include <vector>

namespace pipelang::host {

/// Orphans below this process become its children, whatever they did to get away.
void becomeSubreaper();

/// Processes below this one that became its children because their parents died, and all below them;
/// children this process started itself do not count. Cheap where there are none: one read. `leaveOut` and
/// what is below them are not looked at: processes the loop waits for, supervisors that outlive the run.
std::vector<pid_t> strays(const std::vector<pid_t> &leaveOut);

/// Whether the environment `pid` was started with holds `entry` (`NAME=value`).
bool environmentHolds(pid_t pid, llvm::StringRef entry);

/// Kills strays whose first environment holds `entry` (empty: all) until none is left, and reaps them.
/// How many it found.
std::size_t sweepStrays(llvm::StringRef entry, const std::vector<pid_t> &leaveOut);

/// Processes that detached on purpose and outlive a run: supervisors of deployments, anywhere below us.
std::vector<pid_t> detachedBelow();

/// Sends `signal` to every process below this one, but `leaveOut` and what is below them. How many there
/// were.
std::size_t signalAllBelow(int signal, const std::vector<pid_t> &leaveOut);

/// Kills every process below this one, its own children too, until none is left; reaps them. Gives up after
/// two seconds: a process in the kernel's hands cannot be killed.
void killAllBelow(const std::vector<pid_t> &leaveOut);

} // namespace pipelang::host
