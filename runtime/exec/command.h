// From a plan's action to a program with arguments and an environment: late values evaluated, the shells
// called as GitHub calls them (docs/local-runs.md).
#pragma once

#include "compiler/plan/evaluate.h"
#include "runtime/services/services.h"

namespace pipelang::exec {

/// The environment every process of a job starts from; nothing of the caller's is in it.
/// `marker` names the job; by it what the job left behind is found at its end.
host::Environ baseEnvironment(llvm::StringRef home, llvm::StringRef temporary, llvm::StringRef marker);

/// The variable that holds the marker.
inline constexpr const char *markerName = "PIPELANG_JOB";

/// Adds `bindings`, in order, evaluated for this machine. Error: the first that cannot be, with its name.
llvm::Error addBindings(const plan::Plan &plan, llvm::ArrayRef<plan::EnvBinding> bindings, plan::Facts &facts,
                        host::Environ &into);

/// What runs `action` with `environ` and its own bindings. `scriptFolder` takes script files where the
/// interpreter needs one. Error: a late value is missing, the action is not for this machine, or the
/// interpreter is unknown. Not for Native.
llvm::Expected<services::Command> commandFor(const plan::Plan &plan, const plan::Action &action,
                                             host::Environ environ, plan::Facts &facts, host::Files &files,
                                             llvm::StringRef scriptFolder);

/// The same for several, in order.
llvm::Expected<std::vector<services::Command>> commandsFor(const plan::Plan &plan,
                                                           llvm::ArrayRef<plan::Action> actions,
                                                           const host::Environ &environ, plan::Facts &facts,
                                                           host::Files &files, llvm::StringRef scriptFolder);

/// Whether `condition` holds; none always does. Error: a fact is missing.
llvm::Expected<bool> holds(const plan::Plan &plan, const std::optional<plan::ExprId> &condition,
                           plan::Facts &facts);

/// The text of a late expression. Error: a fact is missing.
llvm::Expected<std::string> textOf(const plan::Plan &plan, plan::ExprId expr, plan::Facts &facts);

} // namespace pipelang::exec
