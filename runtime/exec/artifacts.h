// Outputs that are files: kept after a job, put into later ones.
#pragma once

#include "runtime/exec/options.h"

namespace pipelang::exec {

/// Keeps `output` of a job whose files lie in `work`: artifacts go to the run's folder, readings, texts and
/// values into the facts. May take long; for a worker. Error: a file is missing or too long; a value cannot
/// be computed. A report that cannot be read is no error here: the gate that wants it says so.
llvm::Error keepOutput(RunContext &context, plan::OutputId output, llvm::StringRef work);

/// Puts the files of an artifact, with the paths they had in their job, below `directory`. Error: which file
/// could not be copied.
llvm::Error placeArtifact(RunContext &context, plan::OutputId output, llvm::StringRef directory);

} // namespace pipelang::exec
