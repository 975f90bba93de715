// Comma-separated values as RFC 4180 has them: quoted fields may hold commas, quotes and line ends.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace pipelang::gates {

/// Takes the next row off `text`; an empty optional at its end. Error: a quote that is never closed.
llvm::Expected<std::optional<std::vector<std::string>>> takeCsvRow(llvm::StringRef &text);

} // namespace pipelang::gates
