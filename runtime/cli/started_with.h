// What a run was started with, kept beside its journal so that `piperun resume` can go on: its Plan, the
// facts of its event, its params. No secret's value is in it.
#pragma once

#include "runtime/cli/run_setup.h"

namespace pipelang::cli {

/// Error: the disk said no.
llvm::Error saveStart(const store::RunFolder &folder, const plan::Plan &plan, const Prepared &prepared);

/// Error: a file is missing or damaged.
llvm::Expected<plan::Plan> loadStartedPlan(const store::RunFolder &folder);
/// Fills in the facts and options of that start.
llvm::Error loadStart(const store::RunFolder &folder, const plan::Plan &plan, Prepared &prepared);

} // namespace pipelang::cli
