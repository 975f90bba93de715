// Steps -> entries of `steps:`.
#pragma once

#include "compiler/backends/github/expression.h"

namespace pipelang::backends::github {

/// The entries for `step`: one for each action of its body for GitHub.
void appendStep(const Scope &scope, const plan::Step &step, DocumentList &steps);

/// `timeout` in the whole minutes GitHub counts in. A diagnostic at `place` where it has a rest: a limit
/// that is not the one asked for would be another meaning.
int wholeMinutes(const Scope &scope, Duration timeout, Span place);

/// A script of our own, in bash. `text` may not contain an expression.
Document scriptStep(llvm::StringRef name, llvm::StringRef text, Document env);

/// `NAME: value` for each binding.
Document renderEnv(const Scope &scope, const std::vector<plan::EnvBinding> &env, Key key);

} // namespace pipelang::backends::github
