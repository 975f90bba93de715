// A small report of every format, as its tool writes it, and what it says.
#pragma once

#include "runtime/gates/readers.h"
#include <string>
#include <vector>

namespace pipelang::gates {

struct Sample {
  const char *reader;
  std::string text;
  std::string says; ///< As `say` writes it.
};

/// One for each reader.
const std::vector<Sample> &samples();

/// A reading as `field=value field=value`, or `error: …`.
std::string say(llvm::Expected<Reading> reading);
inline std::string say(llvm::StringRef reader, llvm::StringRef text) {
  return say(readReport(reader, text));
}

} // namespace pipelang::gates
