// A deployment of a run: late values resolved, the release's files put together, then runtime/deploy.
#pragma once

#include "runtime/exec/options.h"
#include <stop_token>

namespace pipelang::exec {

/// Resolves everything and deploys; blocks, for a worker. Its events go to the recorder, masked.
NodeEnd runDeployment(RunContext &context, plan::NodeId node, std::stop_token stop);

/// What it would do now, one effect a line; changes nothing but the kept ports. Error: a late value is
/// missing.
llvm::Expected<std::string> effectsOfDeployment(RunContext &context, plan::NodeId node);

/// Where what deployment `name` is made of is kept: `.piperun/deployments/api`.
std::string deploymentDirectory(llvm::StringRef stateDirectory, llvm::StringRef name);

} // namespace pipelang::exec
