// pipe.lock: what every action, image and tool outside the project is pinned to, and the files that are
// imported. JSON, written for people to review: {"actions": {NAME: {"version", "digest"}}, "images": {…},
// "imports": {PATH: "sha256:…"}, "tools": {NAME: {"version", "url", "sha256"}}}.
#pragma once

#include "compiler/lower/lower.h"
#include "llvm/Support/Error.h"

namespace pipelang::driver {

struct LockFile {
  std::vector<LockEntry> entries;   ///< Actions and images, by name.
  std::vector<plan::ToolPin> tools; ///< By name.
  /// Digests of imported files by their path from the root file's folder. Empty: imports are not pinned.
  std::optional<std::map<std::string, std::string>> imports;
};

/// Error: no JSON, an unknown key, a missing value, a digest of the wrong form: with its path.
llvm::Expected<LockFile> readLockFile(llvm::StringRef text);

} // namespace pipelang::driver
