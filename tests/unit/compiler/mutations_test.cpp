// What the fuzzers look for, in a few seconds, always the same: every program of the tree and every seed
// through every part of the front end, and mutations of them.
#include "tests/fuzz/targets.h"
#include "tests/unit/compiler/programs.h"
#include "gtest/gtest.h"
#include <ctime>
#include <random>

namespace pipelang {
namespace {

constexpr double secondsOfMutation = 4; ///< Processor time, for each part.
constexpr int mutations = 400;          ///< At most, for each part.

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  for (KnownProgram &program : knownPrograms())
    texts.push_back(std::move(program.text));
  for (const auto &entry : std::filesystem::directory_iterator(PIPELANG_SOURCE_DIR "/tests/fuzz/seeds"))
    texts.push_back(programs::read(entry.path()));
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::string mutated(const std::string &text, const std::string &other, std::mt19937 &random) {
  static const std::string pool =
      "{}()[]\"'#\\\n;:,=.?<>+-*/%!&|$ \tabr019_\x80\xC3\xFF" + std::string(1, '\0');
  std::string result = text;
  for (unsigned change = 0; change <= random() % 6; ++change) {
    std::size_t at = result.empty() ? 0 : random() % result.size();
    switch (random() % 5) {
    case 0: result.insert(at, 1, pool[random() % pool.size()]); break;
    case 1: result.erase(at, 1 + random() % 20); break;
    case 2: result.insert(at, result.substr(random() % (result.size() + 1), random() % 60)); break;
    case 3: result.insert(at, other.substr(random() % (other.size() + 1), random() % 80)); break;
    default:
      if (!result.empty()) result[at] = pool[random() % pool.size()];
      break;
    }
  }
  return result;
}

class Mutations : public testing::TestWithParam<void (*)(llvm::StringRef)> {};

TEST_P(Mutations, EveryProgram) {
  for (const std::string &text : corpus())
    GetParam()(text);
}

TEST_P(Mutations, ProgramsMutated) {
  std::vector<std::string> texts = corpus();
  std::mt19937 random(20240519);
  std::clock_t start = std::clock();
  for (int i = 0; i < mutations; ++i) {
    const std::string &text = texts[random() % texts.size()], &other = texts[random() % texts.size()];
    GetParam()(mutated(text, other, random));
    if (static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC > secondsOfMutation) break;
  }
}

std::string nameOf(const testing::TestParamInfo<void (*)(llvm::StringRef)> &info) {
  static const char *const names[] = {"Parse", "Format", "Check", "Compile", "Shell"};
  return names[info.index];
}

INSTANTIATE_TEST_SUITE_P(Parts, Mutations,
                         testing::Values(fuzz::fuzzParse, fuzz::fuzzFormat, fuzz::fuzzCheck,
                                         fuzz::fuzzCompile, fuzz::fuzzShell),
                         nameOf);

} // namespace
} // namespace pipelang
