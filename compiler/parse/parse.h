// Text to tree. The only room that knows ANTLR.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/support/diagnostics.h"

namespace pipelang {

/// Always returns a module: what could not be read is an Error node, and a diagnostic says so.
/// Any bytes are allowed; nesting deeper than 200 and files over 16 MiB are diagnostics.
ast::Module parse(Id<SourceFile> file, const SourceFile &source, Diagnostics &diagnostics);

} // namespace pipelang
