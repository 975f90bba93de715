// What processes left that were killed while they wrote a file.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace pipelang::host {

/// Removes, anywhere below `folder`, the temporary files of Files::write whose process is no more.
void removeAbandonedWrites(llvm::StringRef folder);

} // namespace pipelang::host
