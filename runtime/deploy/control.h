// What a person says to a rollout that goes on: `piperun pause|promote|abort`. A file of the run keeps it, a
// line each, so that it outlives whoever obeys.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pipelang::deploy {

struct Control {
  enum class Word {
    Pause,   ///< Hold before the next phase.
    Promote, ///< Go on; where traffic is being watched: judge it now.
    Abort,   ///< As it was before.
    Resumed, ///< The run began anew: an earlier Abort is done with, a Pause is not.
  };
  Word word = Word::Pause;
  std::string actor;
  std::string reason;  ///< May be empty.
  std::int64_t at = 0; ///< Milliseconds since 1970, UTC.
};

llvm::StringRef toText(Control::Word word); ///< `pause`, `promote`, …

/// `paused by ada: the graphs look odd`
std::string describe(const Control &control);

/// Adds a line to `file`. Error: the disk said no.
llvm::Error say(llvm::StringRef file, const Control &control);

/// Reads a file as it grows.
class Controls {
public:
  explicit Controls(std::string file) : file_(std::move(file)) {}
  /// What was said since the last call; nothing where there is no file. A line that is cut waits for its
  /// rest.
  std::vector<Control> news();

private:
  const std::string file_;
  std::int64_t read_ = 0; ///< Bytes.
};

} // namespace pipelang::deploy
