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

/// Their values: from `file` (NAME=VALUE lines; may be empty: none), else from PIPE_SECRET_NAME in
/// `environ`. Error: every one that is missing or shorter than 4 characters, and how to give it.
llvm::Expected<std::map<plan::SecretId, std::string>> readSecrets(const plan::Plan &plan,
                                                                  llvm::ArrayRef<plan::SecretId> wanted,
                                                                  const host::Environ &environ,
                                                                  llvm::StringRef fileText);

/// `PIPE_SECRET_DATABASE_URL`
std::string secretVariable(llvm::StringRef name);

} // namespace pipelang::exec
