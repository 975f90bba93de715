#include "compiler/support/code_points.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/JSON.h"

namespace pipelang {

std::string wellFormedUtf8(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

void forEachCodePoint(llvm::StringRef text, llvm::function_ref<void(std::uint32_t, llvm::StringRef)> visit) {
  const llvm::UTF8 *next = text.bytes_begin();
  const llvm::UTF8 *end = text.bytes_end();
  while (next != end) {
    const llvm::UTF8 *begin = next;
    llvm::UTF32 code = 0;
    if (llvm::convertUTF8Sequence(&next, end, &code, llvm::strictConversion) != llvm::conversionOK)
      llvm_unreachable("the caller made the text well-formed");
    visit(code, llvm::StringRef(reinterpret_cast<const char *>(begin), next - begin));
  }
}

bool isPrintable(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7F && code <= 0xA0)) return false;
  if (code == 0xAD || code == 0x2028 || code == 0x2029 || code == 0xFEFF) return false;
  return (code & 0xFFFE) != 0xFFFE && !(code >= 0xFDD0 && code <= 0xFDEF);
}

std::string commentLine(llvm::StringRef comment) {
  std::string line;
  forEachCodePoint(wellFormedUtf8(comment), [&](std::uint32_t code, llvm::StringRef bytes) {
    if (isPrintable(code))
      line += bytes;
    else
      line += ' ';
  });
  return line;
}

} // namespace pipelang
