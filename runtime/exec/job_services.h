// Services of a job: from the plan to processes with ports.
#pragma once

#include "runtime/exec/options.h"

namespace pipelang::exec {

/// Everything service `id` needs to run, with `port` for it and `directory` (which exists) as its own; the
/// facts learn the port. Error: it has no body for this machine, or a late value is missing.
llvm::Expected<services::ProcessSpec> serviceSpec(RunContext &context, plan::ServiceId id, int port,
                                                  llvm::StringRef directory, llvm::StringRef marker);

/// Makes a directory for a service and gives it to the user the service will run as.
llvm::Error makeServiceDirectory(RunContext &context, llvm::StringRef directory);

} // namespace pipelang::exec
