// Outputs of jobs: values through GitHub's outputs, files through its artifacts.
#pragma once

#include "compiler/backends/github/steps.h"

namespace pipelang::backends::github {

/// The steps that keep what `job` puts out, after all its own; fills `outputs`, the job's `outputs:`.
void appendOutputs(const Scope &scope, const plan::Job &job, DocumentList &steps, Document &outputs);

/// The steps that put the artifacts `inputs` into the job's directory, for an artifact's paths are kept
/// relative to that.
void appendInputs(const Scope &scope, const std::vector<plan::ArtifactInput> &inputs, DocumentList &steps);

/// The steps that lay down what `outputs` are for `piperun`, below `inputDirectory`: the files of
/// `NODE/OUTPUT/`, and a value as `NODE/OUTPUT.text`.
void appendRuntimeInputs(const Scope &scope, const std::set<plan::OutputId> &outputs, DocumentList &steps);

/// Where `piperun` finds the outputs of other jobs: its option `--inputs`.
inline constexpr const char *inputDirectory = "pipelang-inputs";

} // namespace pipelang::backends::github
