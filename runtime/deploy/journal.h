// The effects of deployments, each written before it happens: `journal.jsonl` in the state directory. What a
// killed deployment left is known from its last line.
#pragma once

#include "runtime/deploy/control.h"
#include "runtime/deploy/rollout.h"
#include "runtime/deploy/supervised.h"

namespace pipelang::deploy {

/// One line. Without an effect: the phase has been entered.
struct JournalEntry {
  std::int64_t at = 0; ///< Milliseconds since 1970, UTC.
  std::string owner;
  std::string release;         ///< Of the new version.
  std::int64_t supervisor = 0; ///< Its process: of another one nothing is left.
  Rollout rollout;
  Colour oldColour = -1;
  Colour newColour = -1;
  std::optional<Effect> effect;
  std::optional<Control> control; ///< What a person said, and is obeyed from here on.
};

/// Appends and makes it durable. Error: the disk refused; then the effect must not happen.
llvm::Error append(llvm::StringRef stateDirectory, const JournalEntry &entry);
/// The last whole line; none where there is no journal.
std::optional<JournalEntry> lastEntry(llvm::StringRef stateDirectory);

} // namespace pipelang::deploy
