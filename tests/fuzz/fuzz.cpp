// libFuzzer's entry: PIPELANG_TARGET is one of the functions of targets.h.
#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  pipelang::fuzz::PIPELANG_TARGET(llvm::StringRef(reinterpret_cast<const char *>(data), size));
  return 0;
}
