// The cells of a comprehension as one job with `strategy.matrix`, where they are one job that differs
// only in texts.
#pragma once

#include "compiler/backends/github/names.h"
#include "compiler/support/document.h"

namespace pipelang::backends::github {

/// Whether the cells of `matrix` may be one job: whoever needs one of them needs all, for GitHub knows
/// the outcome of a whole matrix only.
bool mayMerge(const plan::Plan &plan, const plan::Pipeline &pipeline, const plan::Matrix &matrix);

/// The one job that `cells` (the jobs of the cells, in their order) all are. None: they differ in shape,
/// in a script, or where GitHub allows no expression.
std::optional<Document> mergeCells(const plan::Matrix &matrix, const std::vector<Document> &cells);

} // namespace pipelang::backends::github
