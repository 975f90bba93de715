// The forms of texts and quantities as regular expressions, for those who can run nothing of ours: a workflow
// that checks what somebody typed in. Read next: formats.h, which decides.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace pipelang {

/// POSIX extended expressions over bytes. A text of one line has the form if all of it matches `allowed` and
/// no part of it `refused`. Two things are found by formats.h alone: a range of a `Cron` that runs backwards,
/// a quantity that is no whole number of its smallest unit.
struct FormPattern {
  std::string allowed;
  std::string refused; ///< Empty: nothing.
};

/// Of the type `name`: `Url`, `Image`, `Cron`, `GitRef`, `Path`, `Glob`, `Version`, `Duration`, …; of any
/// other, empty.
FormPattern formPattern(llvm::StringRef name);

/// Whether `text` has the form of the type `name`; of a type that has none, any text has it.
bool hasForm(llvm::StringRef text, llvm::StringRef name);

} // namespace pipelang
