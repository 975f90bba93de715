// libFuzzer's entry. Which target of readers.h is fuzzed says FUZZ_TARGET in the environment, so that one
// program is enough. With FUZZ_SEEDS it writes the target's corpus into that folder instead.
#include "tests/fuzz/corpus.h"

extern "C" int LLVMFuzzerInitialize(int *count, char ***words);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

static const pipelang::fuzz::Target *target;

static void writeSeeds(const std::filesystem::path &folder) {
  std::filesystem::create_directories(folder);
  std::size_t number = 0;
  for (const std::string &text : pipelang::fuzz::corpusOf(target->name))
    std::ofstream(folder / ("seed-" + std::to_string(number++)), std::ios::binary) << text;
}

int LLVMFuzzerInitialize(int *, char ***) {
  const char *wanted = std::getenv("FUZZ_TARGET"), *seeds = std::getenv("FUZZ_SEEDS");
  for (const pipelang::fuzz::Target &each : pipelang::fuzz::targets)
    if (wanted && llvm::StringRef(wanted) == each.name) target = &each;
  if (!target) {
    std::fputs("FUZZ_TARGET must name one of:", stderr);
    for (const pipelang::fuzz::Target &each : pipelang::fuzz::targets)
      std::fprintf(stderr, " %s", each.name);
    std::fputs("\n", stderr);
    std::exit(2);
  }
  if (seeds) {
    writeSeeds(seeds);
    std::exit(0);
  }
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  target->run(llvm::StringRef(reinterpret_cast<const char *>(data), size));
  return 0;
}
