// The texts compiled into the programs: stdlib/*.pipe and docs/errors/P*.md. Written by embed.py.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace pipelang::driver {

struct EmbeddedText {
  llvm::StringRef name; ///< Folder and file, as `stdlib/git.pipe` or `errors/P0201.md`.
  llvm::StringRef text;
};

/// Every embedded text, ordered by name.
llvm::ArrayRef<EmbeddedText> embeddedTexts();

} // namespace pipelang::driver
