#include "compiler/support/yaml_scalar.h"
#include "compiler/support/code_points.h"
#include "fmt/format.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace pipelang {

/// Words some reader takes for a bool or null, in any case (YAML 1.1 has `on`, `y`, …).
static bool isReservedWord(llvm::StringRef text) {
  static constexpr llvm::StringLiteral words[] = {"y",   "n",    "yes",   "no",  "on",
                                                  "off", "true", "false", "null"};
  return llvm::any_of(words, [&](llvm::StringRef word) { return text.equals_insensitive(word); });
}

/// Whether a plain text may begin so. Digits and signs could begin a number, date or time, so they
/// may not; `.` only before a letter or `/`, and never as `.inf` or `.nan`.
static bool hasPlainStart(llvm::StringRef text) {
  char first = text.front();
  if (llvm::isAlpha(first) || first == '_' || first == '/' || first == '$') return true;
  if (first != '.' || text.size() < 2) return false;
  if (text.equals_insensitive(".inf") || text.equals_insensitive(".nan")) return false;
  return llvm::isAlpha(text[1]) || text[1] == '/';
}

/// `e3`, `.e-3`: a number without a single digit before its exponent, to a YAML 1.1 reader of JavaScript.
static bool looksLikeExponent(llvm::StringRef text) {
  text.consume_front(".");
  if (!text.consume_front("e") && !text.consume_front("E")) return false;
  if (!text.consume_front("-")) text.consume_front("+");
  return !text.empty() && llvm::all_of(text, llvm::isDigit);
}

static bool isPlain(llvm::StringRef text) {
  if (text.empty() || !hasPlainStart(text) || isReservedWord(text) || looksLikeExponent(text)) return false;
  if (text.back() == ' ' || text.back() == ':') return false;
  if (llvm::any_of(text, [](char c) { return c < ' ' || c > '~'; })) return false;
  return !text.contains(": ") && !text.contains(" #");
}

static void appendEscaped(std::string &quoted, std::uint32_t code) {
  switch (code) {
  case '\n': quoted += "\\n"; return;
  case '\r': quoted += "\\r"; return;
  case '\t': quoted += "\\t"; return;
  case '"': quoted += "\\\""; return;
  case '\\': quoted += "\\\\"; return;
  default: break;
  }
  if (code <= 0xFF)
    quoted += fmt::format("\\x{:02X}", code);
  else if (code <= 0xFFFF)
    quoted += fmt::format("\\u{:04X}", code);
  else
    quoted += fmt::format("\\U{:08X}", code);
}

std::string yamlScalar(llvm::StringRef text) {
  if (isPlain(text)) return text.str();
  std::string quoted = "\"";
  forEachCodePoint(wellFormedUtf8(text), [&](std::uint32_t code, llvm::StringRef bytes) {
    if (isPrintable(code) && code != '"' && code != '\\')
      quoted += bytes;
    else
      appendEscaped(quoted, code);
  });
  return quoted + "\"";
}

std::optional<std::string> yamlBlockHeader(llvm::StringRef text) {
  if (!text.contains('\n') || text.rtrim('\n').empty() || !llvm::json::isUTF8(text)) return std::nullopt;
  // Readers find the indentation by the first line, so it may not begin with a blank or be empty.
  if (text.front() == ' ' || text.front() == '\t' || text.front() == '\n') return std::nullopt;
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, '\n');
  for (llvm::StringRef line : lines)
    if (!line.empty() && line.trim(" \t").empty()) return std::nullopt;
  bool printable = true;
  forEachCodePoint(text, [&](std::uint32_t code, llvm::StringRef) {
    printable &= isPrintable(code) || code == '\n' || code == '\t';
  });
  if (!printable) return std::nullopt;
  if (!text.endswith("\n")) return "|-";
  return text.endswith("\n\n") ? "|+" : "|";
}

} // namespace pipelang
