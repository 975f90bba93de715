// Texts as GitHub reads them: literals of its expressions, and values of keys without any.
#include "compiler/backends/github/expression.h"

namespace pipelang::backends::github {

std::string quoted(llvm::StringRef text) {
  std::string literal = "'";
  for (char c : text)
    literal += c == '\'' ? "''" : std::string(1, c);
  return literal + "'";
}

std::string escaped(llvm::StringRef text) {
  std::string result;
  while (true) {
    auto [before, after] = text.split("${{");
    result += before;
    if (before.size() == text.size()) return result;
    result += "${{ '${{' }}";
    text = after;
  }
}

} // namespace pipelang::backends::github
