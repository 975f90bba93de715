// String literals: holes, escapes, and the indentation of `"""`.
#include "compiler/parse/build.h"
#include "llvm/Support/ConvertUTF.h"

namespace pipelang::parser {

using namespace ast;

namespace {

/// How a literal's text becomes what it means.
struct Style {
  bool raw = false;    ///< No escapes at all.
  bool triple = false; ///< Dedented; quotes need no escape.
  bool script = false; ///< Another language's text: its escapes are left to it.
};

/// Text between holes, as written: [begin, end). An empty one may stand beside a hole.
struct Piece {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  K::ExpressionContext *hole = nullptr;
  Span span;
};

bool isBlank(char character) {
  return character == ' ' || character == '\t';
}

void appendCodePoint(std::string &text, std::uint32_t codePoint) {
  char buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
  char *end = buffer;
  if (llvm::ConvertCodePointToUTF8(codePoint, end)) text.append(buffer, end);
}

class Decoder {
public:
  Decoder(const Source &source, Style style) : source_(source), style_(style) {}

  /// For `"""`: drops the first line if it is empty, and finds the indentation that all lines
  /// share.
  void measure(std::vector<Piece> &pieces) {
    if (pieces.empty() || pieces.front().hole) return;
    Piece &first = pieces.front();
    std::uint32_t at = first.begin;
    while (at < first.end && isBlank(source_.text[at]))
      ++at;
    if (at < first.end && source_.text[at] == '\r') ++at;
    lineStart_ = at < first.end && source_.text[at] == '\n';
    if (lineStart_) first.begin = at + 1;
    bool start = lineStart_;
    std::uint32_t least = UINT32_MAX;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      bool last = i + 1 == pieces.size();
      if (pieces[i].hole) {
        if (start) least = 0;
        start = false;
      } else {
        start = measureText(pieces[i], start, last, least);
      }
    }
    if (start) least = 0; // the closing quotes stand at the line's start
    indentation_ = least == UINT32_MAX ? 0 : least;
  }

  std::string decode(const Piece &piece) {
    std::string result;
    std::uint32_t at = piece.begin;
    while (at < piece.end) {
      if (lineStart_ && style_.triple) at = skipIndentation(at, piece.end);
      lineStart_ = false;
      if (at >= piece.end) break;
      char character = source_.text[at];
      if (character == '\r' && at + 1 < piece.end && source_.text[at + 1] == '\n') {
        ++at;
      } else if (character == '\\' && !style_.raw) {
        at = escape(at, piece.end, result);
      } else {
        at = plain(at, piece.end, result);
        lineStart_ = character == '\n';
      }
    }
    return result;
  }

private:
  /// Lowers `least` to the smallest indentation of a line of `piece` that is not blank; the last
  /// line counts always. Whether the piece ends right at the start of a line.
  bool measureText(const Piece &piece, bool start, bool last, std::uint32_t &least) {
    for (std::uint32_t at = piece.begin; at < piece.end;) {
      if (start) {
        std::uint32_t first = at;
        while (at < piece.end && isBlank(source_.text[at]))
          ++at;
        bool blankLine = at < piece.end && (source_.text[at] == '\n' || source_.text[at] == '\r');
        bool counts = at < piece.end ? !blankLine : true; // a hole or the closing quotes follow
        if (counts) least = std::min(least, at - first);
        if (at == piece.end) return false;
      }
      start = source_.text[at] == '\n';
      ++at;
    }
    if (start && last) least = 0;
    return start && piece.begin < piece.end ? true : start;
  }

  std::uint32_t skipIndentation(std::uint32_t at, std::uint32_t end) const {
    for (std::uint32_t skipped = 0; skipped < indentation_ && at < end && isBlank(source_.text[at]);
         ++skipped)
      ++at;
    return at;
  }

  /// Copies one code point; what is no UTF-8 (reported elsewhere) becomes U+FFFD.
  std::uint32_t plain(std::uint32_t at, std::uint32_t end, std::string &result) const {
    auto first = static_cast<unsigned char>(source_.text[at]);
    unsigned length = first < 0x80 ? 1 : llvm::getNumBytesForUTF8(first);
    const auto *begin = reinterpret_cast<const llvm::UTF8 *>(source_.text.data() + at);
    bool legal = at + length <= end && (first < 0x80 || llvm::isLegalUTF8Sequence(begin, begin + length));
    if (legal) {
      result.append(source_.text.data() + at, length);
      return at + length;
    }
    result += "\xEF\xBF\xBD";
    return at + 1;
  }

  /// The escape that begins at `at`; returns the place behind it.
  std::uint32_t escape(std::uint32_t at, std::uint32_t end, std::string &result) {
    llvm::StringRef rest = source_.text.slice(at + 1, end);
    if (rest.startswith("#{")) {
      result += "#{";
      return at + 3;
    }
    if (style_.script) {
      bool quote = rest.startswith("\"") && !style_.triple;
      result += quote ? "\"" : "\\";
      if (quote || rest.empty()) return quote ? at + 2 : at + 1;
      if (rest.front() == '\\') result += '\\'; // a pair stays a pair, and does not escape what follows
      return rest.front() == '\\' ? at + 2 + 0 : at + 1;
    }
    switch (rest.empty() ? '\0' : rest.front()) {
    case 'n': result += '\n'; return at + 2;
    case 't': result += '\t'; return at + 2;
    case 'r': result += '\r'; return at + 2;
    case '\\': result += '\\'; return at + 2;
    case '"': result += '"'; return at + 2;
    case 'u': return unicode(at, rest, result);
    default: break;
    }
    std::uint32_t width = 1;
    while (width < rest.size() && (rest[width] & 0xC0) == 0x80)
      ++width;
    std::uint32_t behind = std::min(at + 1 + width, end); // the backslash may be the last of an open string
    llvm::StringRef written = source_.text.slice(at, behind);
    source_.diagnostics.report(source_.span(at, behind), diag::UnknownEscape, written)
        .fix(source_.span(at, at + 1), "\\\\", "write `\\\\` for a backslash")
        .note("escapes are \\n, \\t, \\r, \\\\, \\\", \\#{ and \\u{…}; r\"…\" has none");
    return behind;
  }

  /// `\u{1F600}`
  std::uint32_t unicode(std::uint32_t at, llvm::StringRef rest, std::string &result) {
    std::size_t close = rest.find('}');
    std::uint32_t codePoint = 0;
    bool read = rest.startswith("u{") && close != llvm::StringRef::npos && close < 9 &&
                !rest.slice(2, close).getAsInteger(16, codePoint) && codePoint <= 0x10FFFF &&
                !(codePoint >= 0xD800 && codePoint <= 0xDFFF) && codePoint != 0;
    if (read) {
      appendCodePoint(result, codePoint);
      return at + 2 + static_cast<std::uint32_t>(close);
    }
    source_.diagnostics.report(source_.span(at, at + 2), diag::UnknownEscape, source_.text.slice(at, at + 2))
        .note("a character by its number is written \\u{1F600}, hexadecimal, at most 10FFFF");
    return at + 2;
  }

  const Source &source_;
  Style style_;
  bool lineStart_ = false;
  std::uint32_t indentation_ = 0;
};

} // namespace

ExprId Builder::string(K::StringLiteralContext *context, bool script) {
  if (!context || context->children.empty()) return error(span(context));
  Span whole = span(context);
  Lexeme first = tokenOf(context->start);
  if (first.kind == K::RAW_STRING) {
    llvm::StringRef written = source_.textOf(first);
    std::uint32_t open = written.startswith("r\"\"\"") && written.size() >= 7 ? 4
                         : written.startswith("'")                            ? 1
                                                                              : 2;
    std::uint32_t close = open == 4                                                        ? 3
                          : written.size() > open && (written.endswith("\"") || open == 1) ? 1
                                                                                           : 0;
    Style style{true, open == 4, script};
    std::vector<Piece> pieces{{first.begin + open, first.end - close, nullptr, {}}};
    Decoder decoder(source_, style);
    if (style.triple) decoder.measure(pieces);
    StringExpr made;
    std::string text = decoder.decode(pieces.front());
    if (!text.empty()) made.parts.push_back({text, source_.span(first.begin + open, first.end - close)});
    return add({whole, std::move(made)});
  }
  std::vector<Piece> pieces;
  std::uint32_t place = first.end;
  for (auto *child : context->children) {
    if (auto *hole = dynamic_cast<K::ExpressionContext *>(child)) {
      std::size_t opener = hole->start->getTokenIndex() - 1;
      std::size_t closer = list_.partners[opener];
      pieces.push_back({0, 0, hole, source_.span(list_.tokens[opener].begin, list_.tokens[closer].end)});
      place = list_.tokens[closer].end;
    } else if (auto *leaf = dynamic_cast<antlr4::tree::TerminalNode *>(child)) {
      Lexeme token = tokenOf(leaf->getSymbol());
      if (token.kind == K::TEXT) pieces.push_back({token.begin, token.end, nullptr, source_.span(token)});
    }
  }
  (void)place;
  Decoder decoder(source_, {false, first.kind == K::TRIPLE_OPEN, script});
  if (first.kind == K::TRIPLE_OPEN) decoder.measure(pieces);
  StringExpr made;
  for (const Piece &piece : pieces) {
    if (piece.hole) {
      ExprId hole = expression(piece.hole);
      made.parts.emplace_back().node = hole;
      made.parts.back().span = piece.span;
      continue;
    }
    std::string text = decoder.decode(piece);
    if (!text.empty()) made.parts.push_back({text, piece.span});
  }
  return add({whole, std::move(made)});
}

} // namespace pipelang::parser
