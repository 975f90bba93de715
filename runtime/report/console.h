// A descriptor that people or programs read at their own pace: it may be slow, full or closed.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace pipelang::report {

/// Once it refuses, nothing is written any more: a view that nobody can see is no reason to end a run.
class Console {
public:
  explicit Console(int descriptor) : descriptor_(descriptor) {}

  /// All of `text`; waits for a slow reader.
  void write(llvm::StringRef text);
  /// As much of `text` as is taken without waiting: how many bytes that were.
  std::size_t offer(llvm::StringRef text);
  bool gone() const { return gone_; }

private:
  int descriptor_;
  bool gone_ = false;
};

} // namespace pipelang::report
