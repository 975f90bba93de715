// Chains of operators that are too long to be read as a tree: found before the tree is made, because each
// operand of one costs the generated parser some kilobytes.
#include "compiler/parse/chains.h"
#include "PipeParser.h"

namespace pipelang::parser {
namespace {

using K = grammar::PipeParser;

/// Tokens behind which another expression begins.
bool endsChain(std::uint32_t kind) {
  switch (kind) {
  case K::SEPARATOR:
  case K::SEMICOLON:
  case K::COMMA:
  case K::ASSIGN:
  case K::FAT_ARROW:
  case K::IF:
  case K::THEN:
  case K::ELSE:
  case K::FOR:
  case K::IN:
  case K::WHEN:
  case K::WHERE:
  case K::TARGET:
  case K::WITHIN: return true;
  default: return false;
  }
}

bool opens(std::uint32_t kind) {
  return kind == K::LPAREN || kind == K::LBRACKET || kind == K::LBRACE || kind == K::HOLE_OPEN ||
         kind == K::STRING_OPEN || kind == K::TRIPLE_OPEN;
}

bool closes(std::uint32_t kind) {
  return kind == K::RPAREN || kind == K::RBRACKET || kind == K::RBRACE || kind == K::STRING_CLOSE;
}

/// The kind that a word most likely gets, as far as chains go.
std::uint32_t likelyKind(llvm::StringRef word) {
  static const std::pair<llvm::StringLiteral, std::uint32_t> connectors[] = {
      {"and", K::AND},   {"or", K::OR},     {"is", K::IS},   {"if", K::IF},
      {"then", K::THEN}, {"else", K::ELSE}, {"for", K::FOR}, {"in", K::IN}};
  if (word.size() > 4) return K::WORD;
  for (const auto &[text, kind] : connectors)
    if (word == text) return kind;
  return K::WORD;
}

} // namespace

bool Chains::take(std::uint32_t kind) {
  bool fits = true;
  if (opens(kind))
    levels_.push_back({kind, 0});
  else if (closes(kind) && levels_.size() > 1)
    levels_.pop_back();
  else if (endsChain(kind))
    levels_.back().operators = 0;
  else if (isOperator(kind) && endsOperand(before_))
    fits = ++levels_.back().operators < limit_;
  before_ = kind;
  return fits;
}

bool Chains::takeRaw(std::uint32_t kind, llvm::StringRef text) {
  switch (kind) {
  case K::SPACE:
  case K::COMMENT:
  case K::DOC_COMMENT:
  case K::MODULE_DOC: return true;
  case K::NEWLINE: {
    bool counts = levels_.back().opener == 0 || levels_.back().opener == K::LBRACE;
    return !counts || isOperator(before_) || take(K::SEPARATOR);
  }
  case K::WORD: return take(likelyKind(text));
  default: return take(kind);
  }
}

bool limitChains(const Source &source, const TokenList &list) {
  Chains chains(chainLimit);
  for (std::size_t i = 0; i < list.tokens.size(); ++i) {
    if (chains.take(list.tokens[i].kind)) continue;
    const Lexeme &next = list.tokens[std::min(i + 1, list.tokens.size() - 1)];
    source.diagnostics.report(source.span(next), diag::TooLong, static_cast<std::int64_t>(chainLimit));
    return false;
  }
  return true;
}

} // namespace pipelang::parser
