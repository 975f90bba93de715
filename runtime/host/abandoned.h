// What processes left that were killed while they wrote a file.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace pipelang::host {

/// Removes the temporary files of Files::write in `folder` (not below it) whose process is no more. Only for
/// folders that hold nothing but our own.
void removeAbandonedWrites(llvm::StringRef folder);

} // namespace pipelang::host
