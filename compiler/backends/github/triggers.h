// Triggers -> `on:`.
#pragma once

#include "compiler/backends/github/scope.h"
#include "compiler/support/document.h"

namespace pipelang::backends::github {

/// The value of `on:`. Diagnostics: no trigger at all, an event or filter GitHub does not have.
Document renderTriggers(const Scope &scope);

} // namespace pipelang::backends::github
