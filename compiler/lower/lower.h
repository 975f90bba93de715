// Checked program -> Plan. Evaluates what is known now, turns what is late into plan::Expr, follows the
// labels `secret` and `untrusted` into the sinks, quotes the holes of scripts.
#pragma once

#include "compiler/lower/tests.h"
#include "compiler/plan/plan.h"
#include "compiler/sema/program.h"

namespace pipelang {

namespace eval {
struct Notes;
}

/// Pins from pipe.lock: action or image -> version and digest.
struct LockEntry {
  std::string name;    ///< `actions/checkout`, `postgres:15`
  std::string version; ///< `v4.2.2`
  std::string digest;  ///< 40 hexadecimal digits, or `sha256:…`
};
struct LowerOptions {
  std::string name;               ///< Plan::name
  std::vector<std::string> files; ///< Plan::files
  std::vector<LockEntry> lock;
  std::vector<plan::ToolPin> tools;
  std::map<std::string, std::string> params; ///< `--param name=value`
  const Sources *sources = nullptr;          ///< To point into the texts of scripts.
  /// Reads a file below the project's root, for `read("x")`. Error: why not.
  std::function<llvm::Expected<std::string>(llvm::StringRef path)> read;
  eval::Notes *notes = nullptr; ///< Where to write down what was seen, if anybody asks; not owned.
};

/// A plan that passes plan::validate, as far as `diagnostics` has no errors.
/// With `tests`, the root file's tests are lowered too, into the same tables; such a plan is to run them.
plan::Plan lower(const sema::Program &program, const LowerOptions &options, Diagnostics &diagnostics,
                 std::vector<Test> *tests = nullptr);

} // namespace pipelang
