// Texts with a form of their own: cron lines, URLs, image and git references, paths, globs. Each function
// says what is wrong with a text, or nothing where it is right; all are linear in its length.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace pipelang {

/// Five fields: minute, hour, day of month, month, day of week; `*`, numbers, ranges, lists, steps, and the
/// English short names of months and days.
std::string cronProblem(llvm::StringRef text);
/// `scheme://host[:port][/path][?query][#fragment]`; `file:///path` needs no host.
std::string urlProblem(llvm::StringRef text);
/// `[registry[:port]/]name:tag`, `name@sha256:…`, or both. One without is refused: it would be another image
/// tomorrow.
std::string imageProblem(llvm::StringRef text);
/// What `git check-ref-format` allows, short names included.
std::string gitRefProblem(llvm::StringRef text);
/// A path with `/` between its parts; not empty, in one line.
std::string pathProblem(llvm::StringRef text);
/// A path with `*`, `**`, `?` and `[…]`.
std::string globProblem(llvm::StringRef text);

/// A pattern of a trigger's filter, as GitHub reads it: `*`, `**`, `?` and `+` for the character before,
/// `[a-z]`, a
/// `!` in front. `ofNames`: of branches or tags; else of paths.
std::string filterPatternProblem(llvm::StringRef text, bool ofNames);

} // namespace pipelang
