// What `validate` may be given: a pattern that says which characters may stand there. Read next: pattern.cpp.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace pipelang::eval {

/// Why a regular expression is none to validate with.
struct PatternProblem {
  bool wide = false; ///< It lets through what nobody has named: any character, the end of a line.
  std::string what;  ///< As in "lets {what} through" where it is wide; else as in "{what}".
};

/// POSIX extended, as llvm::Regex reads it. Also refuses what would take more than linear time or much
/// memory: back-references, repetitions within repetitions. Linear in the pattern; says nothing of its
/// syntax otherwise.
std::optional<PatternProblem> patternProblem(llvm::StringRef pattern);

} // namespace pipelang::eval
