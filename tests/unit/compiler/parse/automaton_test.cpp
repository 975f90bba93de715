// The tables say what the grammar says: at every place of texts of all kinds, in every mode, ANTLR's own
// lexer finds the same token.
#include "PipeLexer.h"
#include "compiler/parse/automaton.h"
#include <gtest/gtest.h>
#include <random>

namespace pipelang {
namespace {

using grammar::PipeLexer;
namespace automaton = parser::automaton;

/// Bytes as the grammar is written for: those of 0x80 and above are U+007F.
std::string asSeen(std::string text) {
  for (char &byte : text)
    if (static_cast<unsigned char>(byte) >= 0x80) byte = 0x7F;
  return text;
}

/// ANTLR's lexer, with what its commands do to the modes.
class Reference : public PipeLexer {
public:
  explicit Reference(antlr4::ANTLRInputStream &stream) : PipeLexer(&stream), stream_(stream) {}

  automaton::Match match(std::size_t at, std::size_t in) {
    stream_.seek(at);
    setMode(in);
    opened_ = 0;
    closed_ = false;
    type = antlr4::Token::INVALID_TYPE;
    const std::size_t found = getInterpreter<antlr4::atn::LexerATNSimulator>()->match(&stream_, in);
    const std::size_t kind = type == antlr4::Token::INVALID_TYPE ? found : type;
    return {{static_cast<std::uint8_t>(kind), opened_, closed_}, stream_.index()};
  }
  void pushMode(std::size_t opened) override { opened_ = static_cast<std::uint8_t>(opened + 1); }
  std::size_t popMode() override {
    closed_ = true;
    return mode;
  }

private:
  antlr4::ANTLRInputStream &stream_;
  std::uint8_t opened_ = 0;
  bool closed_ = false;
};

/// Every place in every mode; the number of tokens that were compared.
std::size_t compare(const std::string &text) {
  antlr4::ANTLRInputStream stream(asSeen(text));
  Reference reference(stream);
  std::size_t compared = 0;
  for (std::size_t at = 0; at < text.size(); ++at)
    for (std::size_t mode = 0; mode < reference.getModeNames().size(); ++mode, ++compared) {
      const automaton::Match wanted = reference.match(at, mode), found = automaton::match(text, at, mode);
      EXPECT_GT(found.end, at);
      if (found.end == wanted.end && found.ending.kind == wanted.ending.kind &&
          found.ending.opens == wanted.ending.opens && found.ending.closes == wanted.ending.closes)
        continue;
      ADD_FAILURE() << "in mode " << mode << " at " << at << " of " << testing::PrintToString(text)
                    << ": kind " << int{found.ending.kind} << " to " << found.end << ", for the grammar "
                    << int{wanted.ending.kind} << " to " << wanted.end;
      return compared;
    }
  return compared;
}

TEST(Automaton, FindsTheTokensOfTheGrammar) {
  static const std::vector<std::string> pieces = {"\"",
                                                  "\"\"\"",
                                                  "#{",
                                                  "#",
                                                  "{",
                                                  "}",
                                                  "\\",
                                                  "\\#{",
                                                  "\\\"",
                                                  "//",
                                                  "///",
                                                  "//!",
                                                  "/*",
                                                  "*/",
                                                  "'",
                                                  "r\"",
                                                  "r",
                                                  "\n",
                                                  "\r\n",
                                                  "\r",
                                                  " ",
                                                  "\t",
                                                  "a",
                                                  "Z9",
                                                  "_",
                                                  "12",
                                                  "1.5",
                                                  "3.10",
                                                  "10s",
                                                  "5%",
                                                  ".",
                                                  "..",
                                                  "?.",
                                                  "??",
                                                  "==",
                                                  "===",
                                                  "!=",
                                                  "<=",
                                                  ">=",
                                                  "->",
                                                  "=>",
                                                  "&&",
                                                  "||",
                                                  ":=",
                                                  "@",
                                                  "-",
                                                  std::string(1, '\0'),
                                                  "\x01",
                                                  "\x7F",
                                                  "\xC3\xA9",
                                                  "\xFF"};
  std::mt19937 random(20);
  std::size_t compared = 0;
  for (int text = 0; text < 400 && !testing::Test::HasFailure(); ++text) {
    std::string made;
    for (std::size_t length = 1 + random() % 30; length > 0; --length)
      made += pieces[random() % pieces.size()];
    compared += compare(made);
  }
  EXPECT_GT(compared, 20'000U);
}

TEST(Automaton, KnowsEveryByteAndEveryPairOfThem) {
  for (unsigned first = 0; first < 256 && !testing::Test::HasFailure(); ++first) {
    std::string all;
    for (unsigned second = 0; second < 256; ++second)
      all += {static_cast<char>(first), static_cast<char>(second)};
    compare(all);
  }
}

} // namespace
} // namespace pipelang
