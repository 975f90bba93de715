#include "compiler/support/bounded_json.h"

namespace pipelang {

/// The deepest nesting of brackets outside strings. Right for every valid text; for others some number.
static unsigned nestingDepth(llvm::StringRef text) {
  unsigned depth = 0, deepest = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
    case '[':
    case '{': deepest = std::max(deepest, ++depth); break;
    case ']':
    case '}': depth -= depth > 0; break;
    case '"':
      for (++i; i < text.size() && text[i] != '"'; ++i)
        if (text[i] == '\\') ++i;
      break;
    default: break;
    }
  }
  return deepest;
}

llvm::Expected<llvm::json::Value> parseBoundedJson(llvm::StringRef text, unsigned maximumDepth) {
  text.consume_front("\xEF\xBB\xBF");
  if (text.trim().empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "the file is empty");
  if (nestingDepth(text) > maximumDepth)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "not JSON we read: nested deeper than %u levels", maximumDepth);
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (value) return value;
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "not JSON: %s",
                                 llvm::toString(value.takeError()).c_str());
}

} // namespace pipelang
