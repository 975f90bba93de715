// Puts a FileSet on disk: whole files or none, and never over something we did not generate.
#pragma once

#include "compiler/driver/source_map.h"
#include "compiler/support/diagnostics.h"

namespace pipelang::driver {

struct WriteRequest {
  const FileSet &files;
  const SourceMap &map;   ///< Of `files`.
  std::string directory;  ///< Where the paths of `files` start.
  std::string mapName;    ///< `sprint-reports.pipe.map`
  bool wholeBuild = true; ///< False: one target only; what the map says of other files stays.
  bool force = false;     ///< Overwrite what is not ours.
};

struct WriteResult {
  std::vector<std::string> changed; ///< Written, or removed because nothing emits them any more.
  std::size_t unchanged = 0;
};

/// Files that differ on disk from what a build would write, stale ones included; writes nothing.
/// Error: a file cannot be read.
llvm::Expected<std::vector<std::string>> findDifferences(const WriteRequest &request);

/// Writes what differs. A file that is not ours is a diagnostic, and then nothing is written at all.
/// Error: the disk said no; files written before that stay, the one that failed keeps its old content.
llvm::Expected<WriteResult> writeFiles(const WriteRequest &request, Diagnostics &diagnostics);

/// Replaces the file at `path` whole or not at all, making missing folders. Error: `PATH: why`.
llvm::Error writeAtomically(llvm::StringRef path, llvm::StringRef text);

/// The same for a file a person wrote: a link stays one, permissions stay. Error: `PATH: why`.
llvm::Error replaceFile(llvm::StringRef path, llvm::StringRef text);

} // namespace pipelang::driver
