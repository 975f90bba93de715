// Two processes for one run, so that no order of deaths leaves anything behind. The guardian, which the
// caller started, only waits; the runner, its child, does the work. Both are subreapers: what loses its
// parent becomes a child of the runner, and of the guardian when the runner has died. Each hears of the
// other's death and kills what is left.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace pipelang::host {

/// Forks. In the runner it returns; the guardian passes signals on, one for one, and ends with the runner's
/// exit status, 137 where the runner was killed. The runner is in a process group of its own, so that what a
/// terminal sends arrives once. Call it before any thread starts. Where it cannot fork it returns too: the
/// run has no guardian then.
void forkUnderGuardian();

/// In the runner: what its guardian writes to `descriptor` when the runner has ended, however it did; the
/// bytes of an earlier call count no longer. For slots of a jobserver, which others wait for. At most 4000
/// bytes; does nothing without a guardian.
void guardianGivesBack(int descriptor, llvm::StringRef bytes);

/// The signal the runner gets when its guardian has died: it must kill everything below it and end.
int guardianGone();

} // namespace pipelang::host
