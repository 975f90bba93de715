// lexer_tables FILE: writes the automaton of grammar/PipeLexer.g4, as ANTLR's runtime finds it out, for
// automaton.cpp.
#include "PipeLexer.h"
#include "compiler/parse/automaton.h"
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

namespace {

using namespace pipelang::parser::automaton;
using antlr4::dfa::DFAState;
using pipelang::grammar::PipeLexer;

constexpr std::size_t bytes = 256;

/// What this cannot put into the tables, it says.
[[noreturn]] void fail(const std::string &what) {
  std::fprintf(stderr, "lexer_tables: %s\n", what.c_str());
  std::exit(1);
}

/// The runtime's simulator, asked for one step at a time.
class Simulator : public antlr4::atn::LexerATNSimulator {
public:
  explicit Simulator(antlr4::atn::LexerATNSimulator &of)
      : LexerATNSimulator(of.atn, of._decisionToDFA, of.getSharedContextCache()) {}

  /// The state in which a token of a mode begins.
  const DFAState *begin(std::size_t mode) {
    antlr4::ANTLRInputStream letter("a");
    match(&letter, mode);
    return getDFA(mode).s0;
  }
  /// None: no token goes on so. The runtime keeps states for ASCII alone: what is above looks like its last.
  const DFAState *step(const DFAState *from, std::size_t byte) {
    antlr4::ANTLRInputStream nothing("");
    const DFAState *to =
        computeTargetState(&nothing, const_cast<DFAState *>(from), std::min(byte, MAX_DFA_EDGE));
    return to == ERROR.get() ? nullptr : to;
  }
};

Ending endingOf(const DFAState &state) {
  if (!state.isAcceptState) return {};
  Ending ending{static_cast<std::uint8_t>(state.prediction), 0, false};
  if (!state.lexerActionExecutor) return ending;
  for (const auto &action : state.lexerActionExecutor->getLexerActions()) {
    if (const auto *type = dynamic_cast<antlr4::atn::LexerTypeAction *>(action.get()))
      ending.kind = static_cast<std::uint8_t>(type->getType());
    else if (const auto *push = dynamic_cast<antlr4::atn::LexerPushModeAction *>(action.get()))
      ending.opens = static_cast<std::uint8_t>(push->getMode() + 1);
    else if (dynamic_cast<antlr4::atn::LexerPopModeAction *>(action.get()))
      ending.closes = true;
    else
      fail("the grammar uses a command that is not known here: " + action->toString());
  }
  return ending;
}

struct Automaton {
  std::vector<std::size_t> begins; ///< By mode.
  std::vector<Ending> endings;     ///< By state; the state 0 is none.
  std::vector<std::array<std::size_t, bytes>> next;
};

Automaton explore(Simulator &simulator, std::size_t modes) {
  Automaton found{{}, {{}}, {{}}};
  std::vector<const DFAState *> states = {nullptr};
  std::map<const DFAState *, std::size_t> numbers = {{nullptr, 0}};
  const auto number = [&](const DFAState *state) {
    const auto [entry, isNew] = numbers.emplace(state, states.size());
    if (isNew) states.push_back(state);
    return entry->second;
  };
  for (std::size_t mode = 0; mode < modes; ++mode)
    found.begins.push_back(number(simulator.begin(mode)));
  for (std::size_t i = 1; i < states.size(); ++i) {
    found.endings.push_back(endingOf(*states[i]));
    std::array<std::size_t, bytes> row;
    for (std::size_t byte = 0; byte < bytes; ++byte)
      row[byte] = number(simulator.step(states[i], byte));
    found.next.push_back(row);
  }
  for (const std::size_t begin : found.begins)
    for (const std::size_t state : found.next[begin])
      if (found.endings[state].kind == 0) fail("in some mode some byte is no token");
  return found;
}

void write(const Automaton &automaton, std::ostream &out) {
  std::map<std::vector<std::size_t>, std::size_t> columns; // one for all bytes that are never told apart
  std::vector<std::size_t> columnOf;
  for (std::size_t byte = 0; byte < bytes; ++byte) {
    std::vector<std::size_t> column;
    for (const auto &row : automaton.next)
      column.push_back(row[byte]);
    columnOf.push_back(columns.emplace(column, columns.size()).first->second);
  }
  const auto list = [&out](const char *declaration, const auto &values) {
    out << "constexpr " << declaration << " = {";
    for (const auto &value : values)
      out << value << ',';
    out << "};\n";
  };
  out << "// Made by lexer_tables from grammar/PipeLexer.g4.\n"
         "namespace pipelang::parser::automaton {\n";
  list("std::uint8_t columns[]", columnOf);
  list("std::uint16_t begins[]", automaton.begins);
  out << "constexpr Ending endings[] = {";
  for (const Ending &ending : automaton.endings)
    out << '{' << int{ending.kind} << ',' << int{ending.opens} << ',' << ending.closes << "},";
  out << "};\nconstexpr std::uint16_t next[][" << columns.size() << "] = {\n";
  for (std::size_t state = 0; state < automaton.next.size(); ++state) {
    std::vector<std::size_t> row(columns.size());
    for (std::size_t byte = 0; byte < bytes; ++byte)
      row[columnOf[byte]] = automaton.next[state][byte];
    out << '{';
    for (const std::size_t to : row)
      out << to << ',';
    out << "},\n";
  }
  out << "};\n} // namespace pipelang::parser::automaton\n";
}

} // namespace

int main(int count, char **words) {
  if (count != 2) fail("wants one file to write");
  antlr4::ANTLRInputStream nothing("");
  PipeLexer lexer(&nothing);
  if (lexer.getVocabulary().getMaxTokenType() > UINT8_MAX) fail("more tokens than a byte counts");
  Simulator simulator(*lexer.getInterpreter<antlr4::atn::LexerATNSimulator>());
  std::ofstream file(words[1]);
  write(explore(simulator, lexer.getModeNames().size()), file);
  file.close();
  if (!file) fail(std::string("cannot write ") + words[1]);
  return 0;
}
