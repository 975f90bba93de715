// The fixes that diagnostics offer, applied.
#pragma once

#include "compiler/support/diagnostics.h"
#include <string>

namespace pipelang::driver {

struct Fixed {
  std::string text;
  std::size_t count = 0; ///< Fixes applied.
};

/// `text` of `file` with the first fix of each diagnostic, at all its places. Where two overlap the first in
/// the text is taken and the other waits for the next round; equal ones (an import that two places lack)
/// count as one.
Fixed applyFixes(llvm::StringRef text, Id<SourceFile> file, const Diagnostics &diagnostics);

} // namespace pipelang::driver
