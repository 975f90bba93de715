// Gates and deployments on GitHub: jobs that fetch a pinned `piperun` and let it decide by the Plan
// beside the workflow, as everywhere else.
#pragma once

#include "compiler/backends/github/scope.h"
#include "compiler/support/document.h"

namespace pipelang::backends::github {

inline constexpr const char *defaultRunner = "ubuntu-24.04";
inline constexpr int reactionMinutes = 10;

/// What every job begins with: its name, what it needs, its condition, its environment.
Document jobHead(const Scope &scope, std::optional<plan::EnvironmentId> environment);

Document renderGate(const Scope &scope, const plan::Gate &gate);
Document renderDeployment(const Scope &scope, const plan::Deployment &deployment);

/// Whether a job of `pipeline` reads the Plan's JSON.
bool needsPlan(const plan::Plan &plan, const plan::Pipeline &pipeline);

} // namespace pipelang::backends::github
