// What a shell script does with the variables it was given, as far as its text tells: does it print a secret,
// does it execute what a stranger wrote? Read next: hardening.cpp.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>
#include <vector>

namespace pipelang::lowering {

/// One place where a variable gets to.
struct VariableFlow {
  enum class Sink {
    Printed,         ///< `echo`, `printf`: to the log, neither piped nor redirected.
    Traced,          ///< After `set -x` everything is printed.
    Executed,        ///< `eval`, `sh -c`: as code.
    EnvironmentFile, ///< `GITHUB_ENV`, `GITHUB_PATH`: it changes what later steps run.
  };
  Sink sink;
  std::string variable; ///< As named in the environment of the script.
};

/// Which variables a caller wants to know of.
struct WatchedVariables {
  std::set<std::string> secret;    ///< Watched for Printed and Traced.
  std::set<std::string> untrusted; ///< Watched for Executed and EnvironmentFile.
};

/// The flows of a script of sh or bash, each variable and sink once, in the order of the text. Follows plain
/// assignments (`copy=$TITLE`), substitutions and quotes. Linear in the text, except that what stands within
/// substitutions is read once for each level of at most 16.
std::vector<VariableFlow> variableFlows(llvm::StringRef script, const WatchedVariables &watched);

} // namespace pipelang::lowering
