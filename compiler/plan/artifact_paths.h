// Which files an artifact keeps, beside its globs: the same on every target.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace pipelang::plan {

/// Whether `path`, relative, is a hidden file or lies in a hidden folder: one whose name begins with a dot.
bool isHidden(llvm::StringRef path);

/// Whether an artifact of these paths keeps hidden files: where one of the paths names one, as `.next/**`
/// does. A `*` alone never takes `.git`, or a file of passwords, along. The rule is that of
/// `include-hidden-files`: https://github.com/actions/upload-artifact#uploading-hidden-files
bool keepsHidden(llvm::ArrayRef<std::string> paths);

} // namespace pipelang::plan
