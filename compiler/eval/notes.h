// What an evaluation has seen beside its result: for `pipec check --show=…`.
#pragma once

#include "compiler/eval/value.h"

namespace pipelang::eval {

/// A `declassify`, each time it was computed.
struct Declassification {
  Span place; ///< The call.
  Span what;  ///< The value whose labels it takes away, as written.
  Labels labels;
  std::string reason; ///< Not empty.
};

/// A name and a value it had.
struct Binding {
  const char *kind; ///< `let`, `param`, `secret`, `for`, `out`, `env`
  std::string name; ///< As others say it: `title`, `build.version`.
  Span place;       ///< Where it is declared.
  bool late = false;
  std::string lateBecause; ///< What it leans on: `git.commit`, `secret token`. Empty if it is known now.
  Labels labels;
};

/// In the order computed. What is computed for each cell of a matrix, or at each call, is there as often.
struct Notes {
  std::vector<Declassification> declassified;
  std::vector<Binding> bindings;
};

/// Whether `value` or a part of it is late.
bool isLate(const Value &value);
/// The first fact, secret, param, output, … that a late `value` leans on, in words; empty where there is
/// none.
std::string lateReason(const plan::Plan &plan, const Value &value);
/// Writes down that `name` has `value`. Values that are errors are left out.
void note(Notes &notes, const plan::Plan &plan, const char *kind, const std::string &name, Span place,
          const Value &value);

} // namespace pipelang::eval
