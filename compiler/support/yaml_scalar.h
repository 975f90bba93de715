// How one text is spelled in YAML so that YAML 1.1 and 1.2 readers read the same bytes back.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace pipelang {

/// `text` plain where no reader can take it for anything but this string, else double-quoted, on
/// one line. Bytes that are no UTF-8 become U+FFFD: YAML cannot hold them.
std::string yamlScalar(llvm::StringRef text);

/// The header (`|`, `|-`, `|+`) of a literal block that keeps every byte of `text`, or none where
/// no such block does (one line only, a carriage return, leading blanks, unprintable characters).
std::optional<std::string> yamlBlockHeader(llvm::StringRef text);

} // namespace pipelang
