// Chains of operators that are too long to be read as a tree: found before the tree is made, because each
// operand of one costs the generated parser some kilobytes.
#include "PipeParser.h"
#include "compiler/parse/tokens.h"

namespace pipelang::parser {
namespace {

using K = grammar::PipeParser;

bool isOperator(std::uint32_t kind) {
  switch (kind) {
  case K::PLUS:
  case K::MINUS:
  case K::STAR:
  case K::SLASH:
  case K::EQUAL:
  case K::NOT_EQUAL:
  case K::LESS:
  case K::LESS_EQUAL:
  case K::GREATER:
  case K::GREATER_EQUAL:
  case K::AND:
  case K::OR:
  case K::COALESCE:
  case K::IS: return true;
  default: return false;
  }
}

/// Tokens behind which another expression begins.
bool endsChain(std::uint32_t kind) {
  switch (kind) {
  case K::SEPARATOR:
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

} // namespace

bool limitChains(const Source &source, const TokenList &list) {
  std::vector<std::size_t> operators = {0}; // of the chain being read, at every level of brackets
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < list.tokens.size(); ++i) {
    const Lexeme &token = list.tokens[i];
    if (list.partners[i] > i)
      operators.push_back(0);
    else if (list.partners[i] < i && operators.size() > 1)
      operators.pop_back();
    else if (endsChain(token.kind))
      operators.back() = 0;
    else if (isOperator(token.kind) && endsOperand(before) && ++operators.back() >= chainLimit) {
      const Lexeme &next = list.tokens[std::min(i + 1, list.tokens.size() - 1)];
      source.diagnostics.report(source.span(next), diag::TooLong, static_cast<std::int64_t>(chainLimit));
      return false;
    }
    before = token.kind;
  }
  return true;
}

} // namespace pipelang::parser
