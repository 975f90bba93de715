// Source to canonical source; docs/formatting.md shows the form. Text becomes pieces (parse/pieces.h), pieces
// become items and groups (tree.h), those are printed within `lineWidth` (printer.h), and the result is only
// believed if it reads as the same tree.
#pragma once

#include "compiler/support/diagnostics.h"

namespace pipelang {

/// The canonical form of `source`: comments kept, meaning kept, and a fixed point (formatting it again
/// changes nothing). Total: a source with syntax errors comes back as it is, and `diagnostics` has them.
std::string format(Id<SourceFile> file, const SourceFile &source, Diagnostics &diagnostics);

} // namespace pipelang
