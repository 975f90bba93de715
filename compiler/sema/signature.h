// Types and signatures as text in the tables builtins.def and settings.def:
// `(parts: list[string], separator: string =) -> string`. `=`: may be left out; `...`: any number of them.
// `T`, `K`, `V` stand for any type; `Text` for everything that has a text; `Sized` for strings, lists and
// maps; `Output` for an output of a job that keeps files.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace pipelang::sema {

struct Pattern {
  std::string name;
  std::vector<Pattern> arguments;
  bool optional = false;
};
struct SignatureParameter {
  std::string name;
  Pattern type;
  bool hasDefault = false;
  bool repeated = false;
};
struct Signature {
  std::vector<SignatureParameter> parameters;
  Pattern result;
};

/// The tables are ours: text that is no pattern fails an assertion.
Pattern parsePattern(llvm::StringRef text);
Signature parseSignature(llvm::StringRef text);

/// A function of the language itself.
struct Builtin {
  const char *name;
  const char *signature;
  const char *doc;
};
const std::vector<Builtin> &allBuiltins();

} // namespace pipelang::sema
