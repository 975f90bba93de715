// `pipec check --show=times|labels|declassified`: what the compiler found out beside mistakes.
#pragma once

#include "compiler/driver/compile.h"
#include <string>

namespace pipelang::driver {

/// One line each, as `file:line:column: …`, in the order of the source; or one JSON object. What was computed
/// for several cells or calls is there once: late if it was late in one of them, its labels joined.
/// - `times`: every name, now or late, and what makes it late;
/// - `labels`: the names that are secret or untrusted, and where that comes from;
/// - `declassified`: every `declassify`, of what, and for which reason.
std::string shown(const Compilation &compilation, llvm::StringRef what, bool json);

} // namespace pipelang::driver
