// Paths of jobs: always relative, never out of the working directory.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace pipelang::lowering {

/// Whether `path` is absolute or climbs above where it starts.
inline bool leavesWorkspace(llvm::StringRef path) {
  if (path.startswith("/")) return true;
  llvm::SmallVector<llvm::StringRef, 8> parts;
  path.split(parts, '/');
  int depth = 0;
  for (llvm::StringRef part : parts) {
    if (part == "..")
      --depth;
    else if (!part.empty() && part != ".")
      ++depth;
    if (depth < 0) return true;
  }
  return false;
}

} // namespace pipelang::lowering
