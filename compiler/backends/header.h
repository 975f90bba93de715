// What every generated file begins with.
#pragma once

#include "compiler/plan/plan.h"
#include "compiler/support/document.h"

namespace pipelang::backends {

/// `content` below comment lines that name the source, the digest of `content` and the command that
/// writes it again. The digest is of what follows and not of the Plan's text, so that a comment changed
/// in the source changes no file, and an edit by hand shows.
RenderedText withHeader(const plan::Plan &plan, const RenderedText &content, Span origin);

/// What stands below such a header; all of a text without one.
llvm::StringRef withoutHeader(llvm::StringRef text);

} // namespace pipelang::backends
