// Any bytes give a module, soon, and never a crash: every prefix of a program that uses the whole language,
// and random mutations of it.
#include "compiler/parse/parse.h"
#include "gtest/gtest.h"
#include <chrono>
#include <ctime>
#include <fstream>
#include <random>
#include <sstream>

namespace pipelang {
namespace {

std::string wholeLanguage() {
  std::ifstream file(PIPELANG_SOURCE_DIR "/tests/lit/parse/Inputs/whole.pipe");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Parses and writes the tree down, so that every node is visited; the number of errors.
std::size_t parseAll(const std::string &text) {
  Sources sources;
  Id<SourceFile> id = sources.add(SourceFile("test.pipe", text, SourceFile::Origin::User));
  Diagnostics diagnostics;
  ast::Module module = parse(id, sources[id], diagnostics);
  EXPECT_FALSE(ast::dump(module, sources[id]).empty());
  for (const Diagnostic &diagnostic : diagnostics.all()) {
    EXPECT_LE(diagnostic.span.begin, diagnostic.span.end);
    EXPECT_LE(diagnostic.span.end, text.size());
  }
  return diagnostics.errorCount();
}

double cpuMilliseconds() {
  return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

TEST(ParseRobust, WholeLanguageIsFreeOfErrors) {
  ASSERT_GT(wholeLanguage().size(), 3000U);
  EXPECT_EQ(parseAll(wholeLanguage()), 0U);
}

TEST(ParseRobust, EveryPrefix) {
  std::string text = wholeLanguage();
  for (std::size_t length = 0; length < text.size(); length += 3)
    parseAll(text.substr(0, length));
}

TEST(ParseRobust, Mutations) {
  std::string text = wholeLanguage();
  std::mt19937 random(20240501);
  const std::string pool = "{}()[]\"'#\\\n;:,=.?<>+-*/%!&|~@$ \tabr019_\x80\xC3\xFF" + std::string(1, '\0');
  for (int round = 0; round < 1500; ++round) {
    std::string mutated = text;
    for (int change = 0; change <= round % 8; ++change) {
      std::size_t at = random() % mutated.size();
      switch (random() % 4) {
      case 0: mutated[at] = pool[random() % pool.size()]; break;
      case 1: mutated.insert(at, 1, pool[random() % pool.size()]); break;
      case 2: mutated.erase(at, 1 + random() % 12); break;
      default: mutated.insert(at, mutated.substr(random() % mutated.size(), random() % 40)); break;
      }
    }
    double start = cpuMilliseconds();
    parseAll(mutated);
    ASSERT_LT(cpuMilliseconds() - start, 500) << "round " << round;
  }
}

TEST(ParseRobust, LinesDroppedDoNotLoop) {
  std::string text = wholeLanguage();
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    if (end == std::string::npos) break;
    parseAll(text.substr(0, at) + text.substr(end + 1));
    at = end + 1;
  }
}

struct Extreme {
  const char *name;
  std::string text;
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double soon = 10'000;
#else
constexpr double soon = 500; ///< Milliseconds; some 50 on a quiet machine.
#endif

TEST(ParseRobust, ExtremesEndSoon) {
  auto repeated = [](const std::string &text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
      all += text;
    return all;
  };
  const Extreme extremes[] = {{"a long line", "let a = \"" + std::string(10'000'000, 'x') + "\"\n"},
                              {"brackets", "let a = " + std::string(10'000, '(')},
                              {"mixed brackets", "let a = " + repeated("([{", 5'000)},
                              {"holes", "let a = " + repeated("\"#{", 5'000)},
                              {"closers", "let a = " + std::string(1'000, ')')},
                              {"nots", "let a = " + repeated("not ", 10'000) + "b"},
                              {"minus", "let a = " + std::string(10'000, '-') + "1"},
                              {"ifs", "let a = " + repeated("if b then c else ", 4'000) + "d"},
                              {"sum", "let a = 1" + repeated(" + 1", 10'000)},
                              {"members", "let a = b" + repeated(".c", 10'000)},
                              {"coalesce", "let a = b" + repeated(" ?? c", 10'000)},
                              {"types", "let a: " + repeated("fn() -> ", 8'000) + "int = 1"},
                              {"bytes", repeated("\x01\xFF\x80", 20'000)}};
  for (const Extreme &extreme : extremes) {
    double start = cpuMilliseconds();
    EXPECT_GT(parseAll(extreme.text), 0U) << extreme.name;
    EXPECT_LT(cpuMilliseconds() - start, soon) << extreme.name;
  }
}

// The grammar is LL(1): no choice asks ANTLR's adaptive prediction, which may be exponential.
TEST(ParseRobust, GeneratedParserDecidesByOneToken) {
  std::ifstream file(PIPELANG_BUILD_DIR "/compiler/parse/grammar/PipeParser.cpp");
  std::stringstream text;
  text << file.rdbuf();
  ASSERT_FALSE(text.str().empty());
  EXPECT_EQ(text.str().find("adaptivePredict"), std::string::npos);
}

} // namespace
} // namespace pipelang
