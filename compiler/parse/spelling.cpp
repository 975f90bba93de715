// Mistakes of spelling that other languages teach: reported with what to write, and read as meant.
#include "PipeLexer.h"
#include "compiler/parse/tokens.h"
#include "compiler/support/quantities.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::parser {
namespace {

using grammar::PipeLexer;

class Repair {
public:
  explicit Repair(const Source &source) : source_(source) {}

  void take(const Lexeme &token) {
    switch (token.kind) {
    case PipeLexer::SPACE:
    case PipeLexer::COMMENT: return;
    case PipeLexer::NUMBER: return number(token);
    case PipeLexer::AND_AND: return foreign(token, PipeLexer::WORD, "and");
    case PipeLexer::OR_OR: return foreign(token, PipeLexer::WORD, "or");
    case PipeLexer::BANG: return foreign(token, PipeLexer::WORD, "not");
    case PipeLexer::COLON_EQUAL: return foreign(token, PipeLexer::ASSIGN, "=");
    case PipeLexer::TRIPLE_EQUAL: return foreign(token, PipeLexer::EQUAL, "==");
    case PipeLexer::HASH_COMMENT: return hashComment(token);
    case PipeLexer::BLOCK_COMMENT: return blockComment(token);
    case PipeLexer::APOSTROPHES: return apostrophes(token);
    case PipeLexer::RAW_UNCLOSED: return rawUnclosed(token);
    case PipeLexer::BYTE: return byte(token);
    default: return keep(token);
    }
  }

  std::vector<Lexeme> result;

private:
  void keep(Lexeme token, std::uint32_t kind = 0) {
    if (kind != 0) token.kind = kind;
    result.push_back(token);
  }

  void foreign(const Lexeme &token, std::uint32_t kind, llvm::StringRef right) {
    auto builder =
        source_.diagnostics.report(source_.span(token), diag::ForeignOperator, source_.textOf(token), right);
    bool glued =
        llvm::isAlpha(right.front()) && token.end < source_.text.size() && source_.text[token.end] != ' ';
    builder.fix(source_.span(token), right.str() + (glued ? " " : ""), "write `" + right.str() + "`");
    if (kind != PipeLexer::WORD) return keep(token, kind);
    keep(token, right == "and" ? PipeLexer::AND : right == "or" ? PipeLexer::OR : PipeLexer::NOT);
  }

  /// Splits `100/count` back into three tokens, and reports a unit that is none.
  void number(const Lexeme &token) {
    llvm::StringRef text = source_.textOf(token);
    std::size_t digits = std::min(text.find_first_not_of("0123456789_."), text.size());
    llvm::StringRef unit = text.substr(digits);
    if (unitFromText(unit)) return keep(token);
    auto at = token.begin + static_cast<std::uint32_t>(digits);
    if (unit.startswith("/")) {
      keep({PipeLexer::NUMBER, token.begin, at});
      keep({PipeLexer::SLASH, at, at + 1});
      return keep({PipeLexer::WORD, at + 1, token.end});
    }
    auto builder = source_.diagnostics.report(source_.span(at, token.end), diag::UnknownUnit, unit);
    static const std::vector<std::string> units = {"ms", "s",  "min", "h",   "d",   "B",   "kB", "MB",
                                                   "GB", "TB", "KiB", "MiB", "GiB", "TiB", "m",  "cpu"};
    std::string meant = likelyUnit(unit);
    if (meant.empty()) meant = nearestName(unit, units);
    if (!meant.empty()) builder.fix(source_.span(at, token.end), meant, "write `" + meant + "`");
    builder.note("units are ms, s, min, h, d; B, kB, MB, GB, TB, KiB, MiB, GiB, TiB; %; m, cpu; "
                 "/s, /min, /h");
    keep(token);
  }

  /// Spellings of other tools.
  static std::string likelyUnit(llvm::StringRef unit) {
    static const std::pair<const char *, const char *> known[] = {
        {"sec", "s"},      {"secs", "s"},      {"second", "s"}, {"seconds", "s"}, {"mins", "min"},
        {"minute", "min"}, {"minutes", "min"}, {"hour", "h"},   {"hours", "h"},   {"hr", "h"},
        {"day", "d"},      {"days", "d"},      {"K", "KiB"},    {"Ki", "KiB"},    {"M", "MiB"},
        {"Mi", "MiB"},     {"G", "GiB"},       {"Gi", "GiB"},   {"T", "TiB"},     {"Ti", "TiB"},
        {"KB", "kB"},      {"kb", "kB"},       {"mb", "MB"},    {"gb", "GB"},     {"cores", "cpu"},
        {"cpus", "cpu"}};
    for (auto [from, to] : known)
      if (unit == from) return to;
    return {};
  }

  void hashComment(const Lexeme &token) {
    source_.diagnostics.report(source_.span(token), diag::ForeignComment, "#")
        .fix(source_.span(token.begin, token.begin + 1), "//", "write `//`");
  }

  void blockComment(const Lexeme &token) {
    source_.diagnostics.report(source_.span(token), diag::ForeignComment, "/* */")
        .note("write `//` in front of each line");
    if (source_.textOf(token).contains('\n')) keep(token, PipeLexer::NEWLINE);
  }

  void apostrophes(const Lexeme &token) {
    std::string inner = source_.text.slice(token.begin + 1, token.end - 1).str();
    std::string quoted =
        llvm::StringRef(inner).contains('"') ? "\"\"\"" + inner + "\"\"\"" : '"' + inner + '"';
    source_.diagnostics.report(source_.span(token), diag::Apostrophes)
        .fix(source_.span(token), quoted, "write " + quoted);
    keep(token, PipeLexer::RAW_STRING);
  }

  void rawUnclosed(const Lexeme &token) {
    source_.diagnostics.report(source_.span(token), diag::UnterminatedString, "line")
        .fix(source_.span(token.end, token.end), "\"", "close the string");
    keep(token, PipeLexer::RAW_STRING);
  }

  /// One report for a run of characters that mean nothing here.
  void byte(const Lexeme &token) {
    if (token.begin == junkEnd_ && junkEnd_ != 0) {
      junkEnd_ = token.end;
      return;
    }
    junkEnd_ = token.end;
    while (junkEnd_ < source_.text.size() && (source_.text[junkEnd_] & 0xC0) == 0x80)
      ++junkEnd_;
    llvm::StringRef text = source_.text.slice(token.begin, junkEnd_);
    bool printable = static_cast<unsigned char>(text.front()) >= 0x20 && text.front() != 0x7F;
    std::string shown =
        printable ? text.str() : "\\x" + llvm::utohexstr(static_cast<unsigned char>(text.front()), true, 2);
    auto builder =
        source_.diagnostics.report(source_.span(token.begin, junkEnd_), diag::UnexpectedCharacter, shown);
    if (text == "%") builder.note("`%` stands behind a number (`90%`); there is no remainder operator");
    if (text == "$")
      builder.note("a value in a string is written `#{name}`; outside of strings a name stands alone");
  }

  const Source &source_;
  std::uint32_t junkEnd_ = 0;
};

} // namespace

std::vector<Lexeme> repairSpelling(const Source &source, std::vector<Lexeme> tokens) {
  Repair repair(source);
  repair.result.reserve(tokens.size());
  for (const Lexeme &token : tokens)
    repair.take(token);
  return std::move(repair.result);
}

} // namespace pipelang::parser
