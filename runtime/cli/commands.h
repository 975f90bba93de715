// The commands of piperun, each from its parsed words to an exit status: 0 success, 1 a step, gate or
// deployment failed, 2 wrong usage, 3 the file does not compile, 4 the world refused, 130/143 interrupted.
#pragma once

#include "compiler/plan/plan.h"
#include "compiler/support/command_line.h"
#include <functional>
#include <optional>
#include <string>

namespace pipelang::cli {

inline constexpr int success = 0, failed = 1, wrongUsage = 2, doesNotCompile = 3, worldRefused = 4,
                     ourMistake = 70;

/// What piperun understands.
const Program &piperunProgram();

int runCommand(const Parsed &parsed);
/// `run --watch`: ends only by a signal, or where it cannot begin.
int watchCommand(const Parsed &parsed);
int gateCommand(const Parsed &parsed);
int deployCommand(const Parsed &parsed);
/// `gate` and `deploy` with `--inputs`: what other jobs gave lies in a folder, and no job runs.
int gateFromInputs(const Parsed &parsed);
int deployFromInputs(const Parsed &parsed);
int resumeCommand(const Parsed &parsed);
int whyCommand(const Parsed &parsed);
int explainCommand(const Parsed &parsed);
int cacheCommand(const Parsed &parsed);
int cleanCommand(const Parsed &parsed);
int statusCommand(const Parsed &parsed);
int logsCommand(const Parsed &parsed);
int historyCommand(const Parsed &parsed);
int reportCommand(const Parsed &parsed);
int pauseCommand(const Parsed &parsed);
int promoteCommand(const Parsed &parsed);
int abortCommand(const Parsed &parsed);
int rollbackCommand(const Parsed &parsed);
int downCommand(const Parsed &parsed);
int superviseCommand(const Parsed &parsed);
int doctorCommand(const Parsed &parsed);

/// All of piperun: `words` is what follows the program's name.
int piperunMain(llvm::ArrayRef<std::string> words);

/// `error: MESSAGE` on the error stream; returns `status`.
int fail(int status, const std::string &message);

/// `.piperun` of the project at or above the working directory; of the working directory where none is.
std::string findState();

/// This program's file.
std::string programPath();

/// A plan that is ready to run, and where its project is.
struct Loaded {
  plan::Plan plan;
  std::string projectRoot; ///< Absolute.
};
/// Compiles a .pipe file, or reads a Plan (.json). Where it cannot, it has said why and set `status`.
std::optional<Loaded> load(const Parsed &parsed, const std::string &path, int &status);

/// What of a plan is asked for.
struct Selection {
  Id<plan::Pipeline> pipeline;
  std::vector<plan::NodeId> nodes; ///< Ascending; with each node all before it.
};
/// `pipeline` may be empty where there is only one. `names`: nodes and matrices; empty: every node. Error:
/// no such name, with the nearest.
llvm::Expected<Selection> select(const plan::Plan &plan, llvm::StringRef pipeline,
                                 llvm::ArrayRef<std::string> names);

struct Prepared;
/// Changes what was prepared, before it is carried out.
using Adjust = std::function<void(Prepared &)>;

/// Runs a selection as the options say; `words` is the command that does it again.
int runSelection(const Parsed &parsed, const Loaded &loaded, const Selection &selection,
                 const std::string &words, const Adjust &adjust = {});
/// The same for what the words of `run` select.
int runLoaded(const Parsed &parsed, const Loaded &loaded, const Adjust &adjust = {});

/// What a selection would do, in order, for people.
std::string describeSelection(const plan::Plan &plan, const Selection &selection);

} // namespace pipelang::cli
