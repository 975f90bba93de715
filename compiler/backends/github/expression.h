// plan::Expr in GitHub's expression language. tests/conformance evaluates what comes out with GitHub's
// own evaluator and compares with plan::evaluate.
//
// One difference cannot be helped: GitHub compares texts without regard to case, and has no function
// that does otherwise.
#pragma once

#include "compiler/backends/github/scope.h"
#include "compiler/support/document.h"

namespace pipelang::backends::github {

/// Where an expression stands; what is allowed there is in keys.def.
enum class Key {
#define GITHUB_KEY(NAME, KEY, DEFINITION, ALLOWED) NAME,
#include "compiler/backends/github/keys.def"
#undef GITHUB_KEY
};

/// The inside of `${{ }}`, on one line. None: a diagnostic says what GitHub cannot do.
std::optional<std::string> renderExpression(const Scope &scope, plan::ExprId expr, Key key);

/// The text of a key: what is known now as it is, what is late as `${{ … }}` within it. The empty text
/// after a diagnostic. Carries the expression's origin.
Document renderText(const Scope &scope, plan::ExprId expr, Key key);

/// How node `subject` ended, as a condition: `needs.x.result == 'success'`. A job that ran out of time
/// is cancelled, to GitHub, in a run that is not.
std::string renderOutcomeIs(const Scope &scope, plan::NodeId subject, plan::Outcome outcome);

/// `text` as a literal of the expression language.
std::string quoted(llvm::StringRef text);
/// `text` as the value of a key, such that GitHub sees no expression in it.
std::string escaped(llvm::StringRef text);

} // namespace pipelang::backends::github
