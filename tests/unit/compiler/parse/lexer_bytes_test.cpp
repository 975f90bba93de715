// The lexer sees all letters but `r`, and all digits, as one: the grammar must not tell them apart.
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <gtest/gtest.h>

namespace pipelang {
namespace {

/// The pieces of a rule in quotes (`'r"'`) and in brackets (`[A-Za-z_]`), without them.
std::vector<std::string> pieces(llvm::StringRef grammar, char open, char close) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < grammar.size(); ++i) {
    if (grammar.substr(i).startswith("//")) i = grammar.find('\n', i); // a comment
    const char c = i < grammar.size() ? grammar[i] : '\n';
    if (c != '\'' && c != '[') continue;
    const char end = c == '\'' ? '\'' : ']';
    std::size_t stop = i + 1;
    while (grammar[stop] != end)
      stop += grammar[stop] == '\\' ? 2 : 1;
    if (c == open && end == close) found.push_back(grammar.slice(i + 1, stop).str());
    i = stop;
  }
  return found;
}

/// Letters and digits that stand for themselves: no escapes (`\r`, `\u000B`).
std::string plain(llvm::StringRef piece) {
  std::string kept;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (piece[i] == '\\')
      i += piece.substr(i).startswith("\\u") ? 5 : 1;
    else if (llvm::isAlnum(piece[i]))
      kept += piece[i];
  }
  return kept;
}

TEST(LexerBytes, WhatLooksAlikeIsAlike) {
  auto file = llvm::MemoryBuffer::getFile(PIPELANG_SOURCE_DIR "/grammar/PipeLexer.g4");
  ASSERT_TRUE(static_cast<bool>(file));
  const llvm::StringRef grammar = (*file)->getBuffer();
  const std::vector<std::string> literals = pieces(grammar, '\'', '\''), sets = pieces(grammar, '[', ']');
  EXPECT_GT(literals.size(), 40u);
  EXPECT_GT(sets.size(), 10u);
  for (const std::string &literal : literals)
    EXPECT_TRUE(plain(literal).empty() || plain(literal) == "r") << literal;
  for (const std::string &set : sets) {
    const std::string letters = plain(set);
    EXPECT_TRUE(letters.empty() || letters == "AZaz" || letters == "AZaz09" || letters == "09") << set;
  }
}

} // namespace
} // namespace pipelang
