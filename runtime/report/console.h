// A descriptor that a program reads, which wants every byte (what people look at is screen.h).
#pragma once

#include "llvm/ADT/StringRef.h"

namespace pipelang::report {

/// Once it refuses, nothing is written any more: a view that nobody can see is no reason to end a run.
class Console {
public:
  explicit Console(int descriptor) : descriptor_(descriptor) {}

  /// All of `text`; waits for a slow reader.
  void write(llvm::StringRef text);
  bool gone() const { return gone_; }

private:
  int descriptor_;
  bool gone_ = false;
};

} // namespace pipelang::report
