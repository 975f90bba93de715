// Finding and ending what steps left behind: daemons that changed their group, session and parent.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <sys/types.h>
#include <vector>

namespace pipelang::host {

/// Orphans below this process become its children, whatever they did to get away.
void becomeSubreaper();

/// Carried in the environment of what must outlive a run: the supervisor of deployments. Neither it nor
/// anything below it is ever swept.
inline constexpr const char *supervisorMarker = "PIPERUN_SUPERVISOR";

/// Processes below this one that became its children because their parents died, and all below them;
/// children this process started itself do not count. Supervisors and what is below them are left out.
/// Cheap where there are none: one read.
std::vector<pid_t> strays(const std::vector<pid_t> &ownChildren);

/// Whether the environment `pid` was started with holds `entry` (`NAME=value`).
bool environmentHolds(pid_t pid, llvm::StringRef entry);

/// Kills strays whose first environment holds `entry` (empty: all) until none is left, and reaps them.
/// How many it found. `ownChildren` are the processes the loop still waits for.
std::size_t sweepStrays(llvm::StringRef entry, const std::vector<pid_t> &ownChildren);

} // namespace pipelang::host
