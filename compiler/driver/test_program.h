// `expect error CODE { … }`: a program that must be wrong in just one way.
#pragma once

#include "compiler/driver/compile.h"

namespace pipelang::driver {

/// The file's text with all its tests blanked out and `program` (a range of it) as part of the file:
/// declarations at the top level, or, if it begins with a statement of a pipeline, in a pipeline of its own.
/// What is in `program` keeps its place, so that messages about it show the file's own lines.
std::string textWithProgram(const ast::Module &tree, llvm::StringRef text, Span program);

/// Compiles that; reports to `failures` at `span` where anything but `code` comes out.
void expectError(const Compilation &compilation, const CompileOptions &options, llvm::StringRef code,
                 Span program, Span span, Diagnostics &failures);

} // namespace pipelang::driver
