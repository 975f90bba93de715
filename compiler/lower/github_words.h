// What GitHub and widespread actions give a meaning to, as far as labels and hardening need it. The table:
// github_words.def.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <utility>

namespace pipelang::lowering {

/// What `input` of `action` (`owner/name[/path]`) is, where more people see it than the run's own: `the key
/// of a cache`. Null for others.
const char *seenInput(llvm::StringRef action, llvm::StringRef input);
/// Whether an input of this name holds a credential.
bool isCredential(llvm::StringRef input);

/// Whether `label` looks like a machine of GitHub's own and is none. A label of one's own never does.
bool isUnknownMachine(llvm::StringRef label);
const std::vector<std::string> &machines();
/// Scopes of `permissions`.
const std::vector<std::string> &permissionScopes();

/// Commands the runner no longer reads from a log, each with what to do instead.
llvm::ArrayRef<std::pair<llvm::StringLiteral, llvm::StringLiteral>> goneCommands();

} // namespace pipelang::lowering
