// What the fuzzer looks for, in a few seconds, always the same: the corpus of every target through it, and
// mutations of that. It needs no second build with another compiler, so that `./dev test` has it everywhere.
// PIPELANG_MUTATION_SECONDS and PIPELANG_MUTATION_SEED make it longer, and another one.
#include "tests/fuzz/corpus.h"
#include "gtest/gtest.h"
#include <ctime>
#include <random>

namespace pipelang {
namespace {

constexpr double secondsOfMutation = 3; ///< Processor time, for each target.
constexpr int mutations = 2000;         ///< At most, for each target.

double number(const char *name, double otherwise) {
  const char *text = std::getenv(name);
  return text ? std::atof(text) : otherwise;
}

std::string mutated(const std::string &text, const std::string &other, std::mt19937 &random) {
  static const std::vector<std::string> words = fuzz::dictionary();
  static const std::string pool =
      "{}()[]\"'#\\\n;:,=.?<>+-*/%!&|$ \tabr019_\x80\xC3\xFF" + std::string(1, '\0');
  std::string result = text;
  for (unsigned change = 0; change <= random() % 6; ++change) {
    std::size_t at = result.empty() ? 0 : random() % result.size();
    switch (random() % 6) {
    case 5: result.insert(at, words[random() % words.size()]); break;
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

class Mutations : public testing::TestWithParam<fuzz::Target> {};

TEST_P(Mutations, TheCorpus) {
  std::vector<std::string> texts = fuzz::corpusOf(GetParam().name);
  EXPECT_GT(texts.size(), 1U);
  for (const std::string &text : texts)
    GetParam().run(text);
}

TEST_P(Mutations, TheCorpusMutated) {
  std::vector<std::string> texts = fuzz::corpusOf(GetParam().name);
  std::mt19937 random(static_cast<std::uint32_t>(number("PIPELANG_MUTATION_SEED", 20240519)));
  const double most = number("PIPELANG_MUTATION_SECONDS", secondsOfMutation);
  const bool counted = most == secondsOfMutation;
  std::clock_t start = std::clock();
  int done = 0;
  for (double seconds = 0; seconds < most && !(counted && done == mutations); ++done) {
    const std::string &text = texts[random() % texts.size()], &other = texts[random() % texts.size()];
    std::string input = mutated(text, other, random);
    if (!counted) std::ofstream("mutated.input", std::ios::binary) << input; // for whoever looks for a crash
    GetParam().run(input);
    seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  RecordProperty("executions", done);
  if (!counted) std::printf("%s: %d executions\n", GetParam().name, done);
}

INSTANTIATE_TEST_SUITE_P(Of, Mutations, testing::ValuesIn(fuzz::targets),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace pipelang
