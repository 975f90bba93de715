// LLVM's JSON parser recurses on the text's nesting: a file of brackets would end the program. Texts
// from outside go through here.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace pipelang {

/// Reads JSON text that anybody may have written; a leading byte order mark is skipped. The whole tree is
/// held in memory (about 5 to 10 times the text). Error: empty, not JSON, bytes that are no UTF-8, or
/// lists and objects nested deeper than `maximumDepth`.
llvm::Expected<llvm::json::Value> parseBoundedJson(llvm::StringRef text, unsigned maximumDepth = 200);

} // namespace pipelang
