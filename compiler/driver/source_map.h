// `NAME.pipe.map`, beside the root file: which files the last build wrote, the digest of each, and which
// .pipe line stands behind each line. It tells our files from others', and answers `pipec locate`.
#pragma once

#include "compiler/backends/backend.h"
#include "compiler/support/source.h"
#include <map>
#include <string>
#include <vector>

namespace pipelang::driver {

struct MappedFile {
  std::string sha256; ///< Of the bytes written, in hexadecimal.
  /// (first line, `file:line`) of runs of lines with one origin; ascending, the first run starts at line 1.
  std::vector<std::pair<std::uint32_t, std::string>> origins;

  /// `file:line` behind `line` (from 1); empty where nothing is known.
  std::string originOf(std::uint32_t line) const;
};

/// By path, relative to the folder of the map.
using SourceMap = std::map<std::string, MappedFile>;

std::string sha256(llvm::StringRef bytes);
MappedFile mapFile(const OutputFile &file, const Sources &sources, llvm::ArrayRef<std::string> names);
std::string toText(const SourceMap &map);
/// Error: not one of ours, or damaged.
llvm::Expected<SourceMap> sourceMapFromText(llvm::StringRef text);

} // namespace pipelang::driver
