// The facts a run starts with (context.def): their types, who may have chosen them, and what GitHub calls
// them.
#pragma once

#include "compiler/plan/value.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace pipelang::plan {

struct ContextFact {
  const char *key; ///< `git.branch`
  ValueType type;
  const char *untrustedOn; ///< Events, separated by commas; `*` for all; empty for none.
  const char *onEvents;    ///< Events whose runs have it, separated by commas; empty for all.
  const char *github;      ///< Without `${{ }}`; may hold operators, so set it in parentheses.
  const char *source;      ///< Where its meaning is documented.

  /// Whether somebody outside may have chosen it where one of `events` starts the run.
  bool untrusted(llvm::ArrayRef<std::string> events) const;
  /// Whether a run that one of `events` starts may have it. None: not known, so it may.
  bool isThere(llvm::ArrayRef<std::string> events) const;
  /// What it is where a run does not have it: empty, or 0.
  Value absent() const;
};

/// All of them, in the order of the table.
llvm::ArrayRef<ContextFact> contextFacts();
/// The fact with this key, or null.
const ContextFact *findContext(llvm::StringRef key);

} // namespace pipelang::plan
