// Actions and programs pinned in pipe.lock, as steps name them.
#pragma once

#include "compiler/backends/github/scope.h"
#include "compiler/support/document.h"

namespace pipelang::backends::github {

/// The value of `uses:`: `name@digest`, with the version as its comment, as update bots want it.
Document pinnedUses(llvm::StringRef name, llvm::StringRef digest, llvm::StringRef version);

/// The same for an action the backend itself needs. Where pipe.lock does not pin it, a diagnostic.
Document pinnedUses(const Scope &scope, llvm::StringRef name);

/// The pinned program `name`, or null.
const plan::ToolPin *findTool(const plan::Plan &plan, llvm::StringRef name);

} // namespace pipelang::backends::github
