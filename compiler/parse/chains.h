// How long chains of operators are, token by token.
#pragma once

#include "compiler/parse/tokens.h"

namespace pipelang::parser {

class Chains {
public:
  explicit Chains(std::size_t limit) : limit_(limit) {}

  /// A token of a TokenList. False: the chain it stands in has `limit` operators.
  bool take(std::uint32_t kind);
  /// A token as the lexer made it, which may be judged wrongly: for stopping long before the end of a text
  /// that is going to be refused.
  bool takeRaw(std::uint32_t kind, llvm::StringRef text);

private:
  struct Level {
    std::uint32_t opener = 0; ///< Kind of the bracket or quote; 0: the file.
    std::size_t operators = 0;
  };

  std::size_t limit_;
  std::vector<Level> levels_ = {{}};
  std::uint32_t before_ = 0;
};

} // namespace pipelang::parser
