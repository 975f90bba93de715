// Tokens on their way from the characters to the parser. Kinds are the generated parser's token
// types. Read next: lex.cpp, layout.cpp, words.cpp.
#pragma once

#include "compiler/support/diagnostics.h"
#include "compiler/support/source.h"
#include <cstdint>
#include <string>
#include <vector>

namespace pipelang::parser {

/// One token: its kind and its bytes, [begin, end). A token made by us (a missing bracket) is
/// empty.
struct Lexeme {
  std::uint32_t kind = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// What the early passes need to know of the file they read.
struct Source {
  Id<SourceFile> file;
  llvm::StringRef text;
  Diagnostics &diagnostics;

  Span span(std::uint32_t begin, std::uint32_t end) const { return {file, begin, end}; }
  Span span(const Lexeme &token) const { return {file, token.begin, token.end}; }
  llvm::StringRef textOf(const Lexeme &token) const { return text.slice(token.begin, token.end); }
};

/// A `///` text and where the thing it documents begins.
struct Doc {
  std::uint32_t at = 0;
  std::string text;
};

/// What the generated parser reads: balanced in its brackets, separators only where they separate,
/// ended by one end-of-file token.
struct TokenList {
  std::vector<Lexeme> tokens;
  std::vector<std::uint32_t> partners; ///< For a bracket the index of its other half; else its own index.
  std::vector<Doc> docs;               ///< Ordered by place.
  std::string moduleDoc;
};

constexpr std::size_t nestingLimit = 200;
constexpr std::size_t chainLimit = 500; ///< Operands in a row.

/// Every token of the text, spaces and comments included, without end of file. Strings and holes
/// are closed in the result even where they are not in the text (reported). None where a chain of operators
/// is many times longer than `chainLimit` (reported).
std::vector<Lexeme> lex(const Source &source);

/// `expect error CODE { … }`: what is between the braces becomes one PROGRAM token.
std::vector<Lexeme> carvePrograms(const Source &source, std::vector<Lexeme> tokens);

/// Reports and repairs what is spelled wrong (`&&`, `'…'`, unknown units, …); drops spaces and
/// comments other than `///`.
std::vector<Lexeme> repairSpelling(const Source &source, std::vector<Lexeme> tokens);

/// Reports brackets without partner and supplies or drops one. False: nested too deeply (reported).
bool balanceBrackets(const Source &source, std::vector<Lexeme> &tokens);

/// Line ends become separators or vanish; words become keywords; docs go aside.
TokenList layOut(const Source &source, const std::vector<Lexeme> &tokens);

/// False: an expression has more operators in a row than `chainLimit` allows (reported).
bool limitChains(const Source &source, const TokenList &list);

/// What stands around a word, for deciding whether it is a keyword there.
struct WordContext {
  std::uint32_t previous = 0; ///< Kind of the token before it; 0: none.
  std::uint32_t next = 0;     ///< Kind after it; words are WORD; 0: end of the line or file.
  llvm::StringRef nextText;
  std::uint32_t afterNext = 0;
  bool atStart = false;    ///< Where a statement or declaration may begin.
  bool plainWords = false; ///< In braces of names (enum, simulate) where no statement begins.
};

/// The keyword `text` is in this place, FIELD_NAME, or WORD.
std::uint32_t classifyWord(llvm::StringRef text, const WordContext &context);

/// Whether `kind` stands between two operands.
bool isOperator(std::uint32_t kind);
/// Whether an operand may end with a token of this kind.
bool endsOperand(std::uint32_t kind);
/// Whether `kind` is a keyword that a name follows.
bool declaresName(std::uint32_t kind);
/// Every word that is a keyword somewhere, ordered.
llvm::ArrayRef<std::string> allKeywords();

} // namespace pipelang::parser
