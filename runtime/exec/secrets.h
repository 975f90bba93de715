// Which secrets and facts a run needs, and where they come from.
#pragma once

#include "runtime/exec/masker.h"
#include "runtime/exec/options.h"

namespace pipelang::exec {

/// Expressions that are evaluated when `nodes` run, and those of `target` where targets differ; each once,
/// ascending.
std::vector<plan::ExprId> expressionsFor(const plan::Plan &plan, llvm::ArrayRef<plan::NodeId> nodes,
                                         plan::Target target = plan::Target::Local);

/// Secrets that `nodes` name in what runs here, ascending.
std::vector<plan::SecretId> secretsFor(const plan::Plan &plan, llvm::ArrayRef<plan::NodeId> nodes);

/// Where values of secrets may come from, beside the caller's environment.
struct SecretSources {
  std::string file;      ///< NAME=VALUE lines, or a folder with a file for each; empty: none.
  std::string command;   ///< For /bin/sh: prints one; `{}` is its name. Empty: none.
  std::string directory; ///< Absolute: where the command runs.
};

/// Their values: from the file, else from PIPE_SECRET_NAME in the caller's environment, else what the command
/// prints, without its last line end. Error: every one that is missing or shorter than 4 characters, and how
/// to give it; a file that cannot be read; what a command that failed said.
llvm::Expected<std::map<plan::SecretId, std::string>> readSecrets(const plan::Plan &plan,
                                                                  llvm::ArrayRef<plan::SecretId> wanted,
                                                                  host::Host &host,
                                                                  const SecretSources &sources);

/// `PIPE_SECRET_DATABASE_URL`
std::string secretVariable(llvm::StringRef name);

} // namespace pipelang::exec
