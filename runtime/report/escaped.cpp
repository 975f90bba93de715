#include "runtime/report/export.h"
#include "llvm/Support/JSON.h"

namespace pipelang::report {

std::string escaped(llvm::StringRef text) {
  constexpr llvm::StringLiteral replacement = "\xEF\xBF\xBD";
  const std::string utf8 = llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
  std::string result;
  result.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte == '&')
      result += "&amp;";
    else if (byte == '<')
      result += "&lt;";
    else if (byte == '>')
      result += "&gt;";
    else if (byte == '"')
      result += "&quot;";
    else if (byte == '\'')
      result += "&#39;";
    else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F)
      result += replacement;
    else if (byte == 0xEF && i + 2 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) == 0xBF &&
             static_cast<unsigned char>(utf8[i + 2]) >= 0xBE) { // U+FFFE and U+FFFF
      result += replacement;
      i += 2;
    } else {
      result += utf8[i];
    }
  }
  return result;
}

} // namespace pipelang::report
