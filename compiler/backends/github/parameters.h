// Parameters whose types have conditions: checked by a job of its own before all others.
#pragma once

#include "compiler/backends/github/scope.h"
#include "compiler/support/document.h"

namespace pipelang::backends::github {

/// The id of that job; none of a node has a `-` there.
inline constexpr const char *parameterCheckJob = "check-parameters";
/// Whether some value that starts the workflow may be a wrong one.
bool checksParameters(const Scope &scope);
Document renderParameterCheck(const Scope &scope);

} // namespace pipelang::backends::github
