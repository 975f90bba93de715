// The end of a log file, however long the file is.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace pipelang::report {

struct LogTail {
  std::string text;         ///< From the start of a line on, where the file is longer.
  std::int64_t leftOut = 0; ///< Bytes before it.
};

/// At most `bytes` of the file's end; nothing where it cannot be read.
LogTail readLogTail(const std::string &path, std::size_t bytes);

} // namespace pipelang::report
