// A deployment of a run: late values resolved, the release's files put together, then runtime/deploy.
#pragma once

#include "runtime/exec/options.h"
#include <stop_token>

namespace pipelang::exec {

/// Resolves everything and deploys; blocks, for a worker. Its events go to the recorder, masked.
NodeEnd runDeployment(RunContext &context, plan::NodeId node, std::stop_token stop);

/// What it would do now, one effect a line; changes nothing. A release that only the jobs before it will make
/// stands there as it is written.
std::string effectsOfDeployment(const plan::Plan &plan, plan::NodeId node, plan::Facts &facts,
                                llvm::StringRef stateDirectory);

/// Where `pause`, `promote` and `abort` are said to the deployments of a run.
std::string controlFile(const store::RunFolder &folder);

/// Where what deployment `name` is made of is kept: `.piperun/deployments/api`.
std::string deploymentDirectory(llvm::StringRef stateDirectory, llvm::StringRef name);

} // namespace pipelang::exec
