// Where modules come from: files below the project's root, and the library compiled into the program.
#pragma once

#include "compiler/sema/program.h"
#include "compiler/support/diagnostics.h"

namespace pipelang::driver {

/// The largest source that is read: 16 MiB. More is no program.
inline constexpr std::uint64_t largestSource = 16u << 20;

/// The text of the regular file at `path`; of a larger one than `largestSource` one byte more. Error:
/// `PATH: why`.
llvm::Expected<std::string> readSource(llvm::StringRef path);

/// `path` below `root`, resolved. Error: absolute, outside the root (by `..` or a link), or unreadable.
llvm::Expected<std::string> readBelow(llvm::StringRef root, llvm::StringRef path);

/// A loader that adds what it reads to `sources` and reports syntax errors to `diagnostics`; both must
/// outlive it. Each file is loaded once.
sema::ModuleLoader makeLoader(Sources &sources, Diagnostics &diagnostics);

} // namespace pipelang::driver
