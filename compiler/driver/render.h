// Diagnostics for people and for tools.
#pragma once

#include "compiler/support/diagnostics.h"
#include <string>

namespace pipelang::driver {

enum class Format { Text, Json, Sarif };

/// `file:line:column: error[P0201]: message`, the source line with the range underlined, second places, notes
/// and fixes; then a line that counts. Empty where there is nothing to say.
std::string renderText(const Diagnostics &diagnostics, const Sources &sources, bool color);

/// One of them, with an empty line after it.
std::string renderOne(const Diagnostic &diagnostic, const Sources &sources, bool color);

/// One JSON object, documented in docs/diagnostics.md. Columns count code points from 1, offsets bytes from
/// 0.
std::string renderJson(const Diagnostics &diagnostics, const Sources &sources);

/// SARIF 2.1.0, as code scanning services read it. `version` is pipec's.
std::string renderSarif(const Diagnostics &diagnostics, const Sources &sources, llvm::StringRef version);

std::string render(Format format, const Diagnostics &diagnostics, const Sources &sources, bool color);

} // namespace pipelang::driver
