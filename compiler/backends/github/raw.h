// What the author wrote in GitHub's own words, merged into what we write.
#pragma once

#include "compiler/backends/github/scope.h"
#include "compiler/support/document.h"

namespace pipelang::backends::github {

/// Merges `raw` into `document`: maps are joined, lists appended. A value that we write as well is an error.
void mergeRaw(const Scope &scope, const std::vector<plan::Raw> &raw, Document &document);

} // namespace pipelang::backends::github
