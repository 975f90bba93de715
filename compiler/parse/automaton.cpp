#include "compiler/parse/automaton.h"
#include "automaton_tables.h"

namespace pipelang::parser::automaton {

Match match(llvm::StringRef text, std::size_t at, std::size_t mode) {
  Match found{{}, at};
  for (std::size_t state = begins[mode]; at < text.size();) {
    state = next[state][columns[static_cast<unsigned char>(text[at])]];
    if (state == 0) break;
    ++at;
    if (endings[state].kind != 0) found = {endings[state], at};
  }
  return found;
}

} // namespace pipelang::parser::automaton
