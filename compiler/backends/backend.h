// A backend renders the Plan as files for one target. One line in backends.def registers it.
#pragma once

#include "compiler/plan/plan.h"
#include "compiler/support/diagnostics.h"
#include "compiler/support/document.h"
#include <map>
#include <string>

namespace pipelang {

/// One file to be written: text and, for each line, where in the .pipe source it comes from.
struct OutputFile {
  RenderedText content;
  Span origin;           ///< Of the `emit` that asked for it.
  bool generated = true; ///< Has our header (`Generated from …`): may be overwritten by the next build.
};

/// Files by project-relative path with forward slashes; never absolute, never with `..`.
using FileSet = std::map<std::string, OutputFile>;

namespace backends {

FileSet emitGithub(const plan::Plan &plan, const plan::EmitGithub &emit, Diagnostics &diagnostics);
FileSet emitKubernetes(const plan::Plan &plan, const plan::EmitKubernetes &emit, Diagnostics &diagnostics);
FileSet emitFile(const plan::Plan &plan, const plan::EmitFile &emit, Diagnostics &diagnostics);

/// Everything the plan's `emit` lines ask for; `target` (`github`, `kubernetes`, `file`) narrows it, empty
/// is all. Two emits of one path are a diagnostic.
FileSet emitAll(const plan::Plan &plan, llvm::StringRef target, Diagnostics &diagnostics);

} // namespace backends
} // namespace pipelang
