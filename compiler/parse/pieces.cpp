#include "compiler/parse/pieces.h"
#include "PipeParser.h"
#include "compiler/parse/tokens.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang {
namespace {

using namespace parser;
using K = grammar::PipeParser;

bool isComment(std::uint32_t kind) {
  return kind == K::COMMENT || kind == K::DOC_COMMENT || kind == K::MODULE_DOC;
}

PieceKind kindOf(std::uint32_t kind) {
  switch (kind) {
  case K::WORD:
  case K::FIELD_NAME: return PieceKind::Name;
  case K::NUMBER: return PieceKind::Number;
  case K::PROGRAM:
  case K::RAW_STRING: return PieceKind::RawString;
  case K::STRING_OPEN:
  case K::TRIPLE_OPEN: return PieceKind::StringOpen;
  case K::TEXT: return PieceKind::Text;
  case K::STRING_CLOSE: return PieceKind::StringClose;
  case K::HOLE_OPEN: return PieceKind::HoleOpen;
  case K::LPAREN:
  case K::LBRACKET:
  case K::LBRACE: return PieceKind::Open;
  case K::RPAREN:
  case K::RBRACKET:
  case K::RBRACE: return PieceKind::Close;
  case K::SEPARATOR: return PieceKind::Separator;
  case K::COMMA: return PieceKind::Comma;
  default: break;
  }
  return isComment(kind) ? PieceKind::Comment : PieceKind::Symbol;
}

/// `{`, PROGRAM, a separator and `}` become one token: what stands there is meant as it stands.
void joinPrograms(std::vector<parser::Lexeme> &tokens) {
  std::vector<parser::Lexeme> joined;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    joined.push_back(tokens[at]);
    if (at + 1 >= tokens.size() || tokens[at + 1].kind != K::PROGRAM) continue;
    while (at + 1 < tokens.size() && tokens[at].kind != K::RBRACE)
      ++at;
    joined.back() = {K::PROGRAM, joined.back().begin, tokens[at].end};
  }
  tokens = std::move(joined);
}

std::uint32_t lineEnds(llvm::StringRef between) {
  std::uint32_t count = 0;
  for (std::size_t at = 0; at < between.size(); ++at)
    count += between[at] == '\n' || (between[at] == '\r' && !between.substr(at + 1).startswith("\n"));
  return count;
}

} // namespace

std::vector<Piece> pieces(const SourceFile &source) {
  Diagnostics unread; // parse() has reported them
  Source text{Id<SourceFile>(0), source.text(), unread};
  std::vector<parser::Lexeme> raw = carvePrograms(text, lex(text));
  std::vector<parser::Lexeme> repaired = repairSpelling(text, raw);
  if (!balanceBrackets(text, repaired)) return {};
  std::vector<parser::Lexeme> tokens = layOut(text, repaired).tokens;
  tokens.pop_back(); // the end of the file
  joinPrograms(tokens);
  llvm::erase_if(raw, [](const parser::Lexeme &token) { return !isComment(token.kind); });

  std::vector<Piece> all;
  std::uint32_t end = 0;
  auto add = [&](const parser::Lexeme &token) {
    PieceKind kind = kindOf(token.kind);
    char first = token.begin < token.end ? source.text()[token.begin] : '\0';
    if (kind == PieceKind::Symbol && llvm::isAlpha(first)) kind = PieceKind::Keyword;
    if (token.kind == K::TRUE || token.kind == K::FALSE || token.kind == K::NONE) kind = PieceKind::Name;
    Piece piece{kind, token.begin, token.end, 0};
    if (kind != PieceKind::Separator) {
      piece.linesBefore = lineEnds(source.text().slice(end, token.begin));
      end = token.end;
    }
    all.push_back(piece);
  };
  std::size_t comment = 0;
  for (const parser::Lexeme &token : tokens) {
    while (comment < raw.size() && raw[comment].begin < token.begin)
      add(raw[comment++]);
    add(token);
  }
  while (comment < raw.size())
    add(raw[comment++]);
  return all;
}

} // namespace pipelang
