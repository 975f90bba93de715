// From the words of a command to a run that goes on: what `run` and `resume` share.
#pragma once

#include "runtime/cli/commands.h"
#include "runtime/exec/run.h"
#include "runtime/store/journal.h"

namespace pipelang::cli {

/// Everything a run needs, from its options and the world.
struct Prepared {
  Id<plan::Pipeline> pipeline;
  exec::RunOptions options;
  exec::GivenFacts given;
  exec::SecretForms secrets;
  std::string again; ///< The command that does it once more.
};

/// Of the project whose `.piperun` is `state`: PIPERUN_CACHE, or `cache` there.
std::string cacheDirectory(const std::string &state);

/// `-j`, `--keep-work`, the cache, and where things are. Error: a word that is no number.
llvm::Error readMachineOptions(const Parsed &parsed, const std::string &projectRoot,
                               exec::RunOptions &options);

/// Values of the secrets that the run's nodes need. Error: those that are missing.
llvm::Error readSecretsInto(const Parsed &parsed, const plan::Plan &plan, Prepared &prepared);

/// Runs it, writes the reports that are asked for; the exit status.
int carryOut(const Parsed &parsed, const plan::Plan &plan, Prepared prepared, store::Journal &journal);

} // namespace pipelang::cli
