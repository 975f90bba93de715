// Copying files and finding them by pattern, for working directories and artifacts.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <string>
#include <vector>

namespace pipelang::host {

/// Copies one file, or link as a link, with its mode; shares blocks where the file system can. Makes the
/// folders it needs. Replaces what is there.
llvm::Error copyFile(llvm::StringRef from, llvm::StringRef to);

/// Copies `paths` (relative to `from`) to the same places below `to`. Folders are copied whole. Paths that
/// are gone meanwhile are left out. `stop` is asked again and again, also within a large file: true ends it
/// there, as an error.
llvm::Error copyPaths(llvm::StringRef from, llvm::ArrayRef<std::string> paths, llvm::StringRef to,
                      const std::function<bool()> &stop = {});

/// Whether `path` matches: `*` and `?` within a folder's name, `**` over any number of folders.
bool globMatches(llvm::StringRef pattern, llvm::StringRef path);

/// Files (and links) below `root` that match `pattern`, relative to it, sorted. A pattern that names a
/// folder means all in it. Links to folders are not followed.
std::vector<std::string> findFiles(llvm::StringRef root, llvm::StringRef pattern);

} // namespace pipelang::host
