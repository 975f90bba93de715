// Outputs of jobs that ran elsewhere or earlier, in a folder: the files of an output in `OUTPUT/`, with the
// paths they had in their job, and a value as `OUTPUT.text`. A run keeps its own outputs the same way.
#pragma once

#include "runtime/exec/facts.h"
#include "runtime/host/host.h"

namespace pipelang::exec {

/// Lets `facts` know `output`, kept in `folder` (that of its job). A report that is there and cannot be read
/// is no error here: the gate that wants it says so. Error: it is not there, or longer than a text may be.
llvm::Error loadOutput(const plan::Plan &plan, plan::OutputId output, llvm::StringRef folder, RunFacts &facts,
                       host::Files &files);

/// What `value` of an output becomes in its `.text`, and the place of that.
llvm::Error keepValue(const plan::Output &output, llvm::StringRef folder, llvm::StringRef value,
                      host::Files &files);

} // namespace pipelang::exec
