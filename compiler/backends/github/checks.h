// `validate` on GitHub, which has no regular expressions: a step of its own looks at the value before the
// step that uses it, and ends the job where it does not match.
#pragma once

#include "compiler/backends/github/scope.h"
#include "compiler/support/document.h"
#include "llvm/ADT/ArrayRef.h"

namespace pipelang::backends::github {

/// Steps for every `validate` that `values` are made of without a condition between, each pair of value and
/// pattern once. They run under `condition`, the text of an `if:`; empty: always.
void appendChecks(const Scope &scope, llvm::ArrayRef<plan::ExprId> values, const std::string &condition,
                  DocumentList &steps);

} // namespace pipelang::backends::github
