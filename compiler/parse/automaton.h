// The automaton of grammar/PipeLexer.g4, whole. ANTLR's runtime would find it out anew in each process, state
// by state as it meets them; so tables/main.cpp has it do so for every state and byte when pipec is built.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace pipelang::parser::automaton {

/// What a token is, and what comes behind it.
struct Ending {
  std::uint8_t kind;  ///< The generated parser's token type. 0: no token ends here.
  std::uint8_t opens; ///< The mode that begins behind it, plus one. 0: none does.
  bool closes;        ///< Whether the mode that it stands in ends with it.
};

struct Match {
  Ending ending;
  std::size_t end;
};

/// The longest token at `at`, a place in the text, in a mode of the grammar. There is one for any byte.
Match match(llvm::StringRef text, std::size_t at, std::size_t mode);

} // namespace pipelang::parser::automaton
