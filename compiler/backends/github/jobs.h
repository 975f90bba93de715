// Nodes of the Plan -> entries of `jobs:`.
#pragma once

#include "compiler/backends/github/scope.h"
#include "compiler/support/document.h"

namespace pipelang::backends::github {

/// One job without its `outputs:`, which the cells of a matrix put together.
struct JobEntry {
  Document job;
  Document outputs = Document::map();
};

/// The job for `scope.node`; a null document for a reaction that does nothing.
JobEntry renderNode(const Scope &scope);

/// Puts `value` before the entry `next` of a job, where it is missing at the end.
void insertBefore(Document &job, llvm::StringRef next, llvm::StringRef key, Document value);

} // namespace pipelang::backends::github
