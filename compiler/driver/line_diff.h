// What differs between two texts, line by line.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace pipelang::driver {

/// A unified diff with three lines of context, as `patch` reads it; empty where the texts are equal. Texts
/// that have little in common may give a longer one than needed, never a wrong one.
std::string lineDiff(llvm::StringRef name, llvm::StringRef before, llvm::StringRef after);

} // namespace pipelang::driver
