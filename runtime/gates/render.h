// A gate's result for people and for tools.
#pragma once

#include "runtime/gates/verdict.h"
#include <optional>

namespace pipelang::gates {

enum class ResultFormat { Text, Json, Sarif, Junit, Markdown };
/// `text`, `json`, `sarif`, `junit`, `markdown`.
std::optional<ResultFormat> resultFormatFromText(llvm::StringRef text);

/// `result` of the gate `name`, ending in a line feed. `files` are Plan::files: what origins point into.
std::string render(const GateResult &result, llvm::StringRef name, llvm::ArrayRef<std::string> files,
                   ResultFormat format);

} // namespace pipelang::gates
