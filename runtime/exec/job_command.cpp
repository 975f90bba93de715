// One command of a job: from the plan's action to a process, and how that ended.
#include "fmt/format.h"
#include "runtime/exec/command.h"
#include "runtime/exec/job_run.h"
#include <cstring>

namespace pipelang::exec {

using plan::Outcome;

static std::string describe(const host::ExitStatus &status) {
  if (status.signal != 0) return fmt::format("killed by {}", ::strsignal(status.signal));
  return fmt::format("exit {}", status.code);
}

/// Error: a late value is missing, or it cannot run where the job does.
llvm::Expected<host::SpawnOptions> JobRun::spawnFor(const plan::Action &action, ProcessRun &process) {
  host::Environ environ = attempt_.environ;
  if (llvm::Error error = addBindings(context_.plan, step().env, context_.facts, environ)) return error;
  llvm::Expected<services::Command> command = commandFor(
      context_.plan, action, std::move(environ), context_.facts, context_.host.files, attempt_.temporary);
  if (!command) return command.takeError();
  host::SpawnOptions spawn;
  spawn.argv = std::move(command->argv);
  spawn.environ = std::move(command->environ);
  if (!attempt_.room->isContainer()) spawn.inherited = context_.slots.shared();
  if (!spawn.inherited.empty()) spawn.environ.emplace("MAKEFLAGS", context_.slots.makeFlags());
  spawn.directory = attempt_.work;
  for (const std::optional<std::string> &directory : {step().directory, action.directory})
    if (directory) spawn.directory += "/" + *directory;
  return attempt_.room->enter(std::move(spawn), step().name, process);
}

void JobRun::runCommand(const plan::Action &action) {
  auto process =
      std::make_unique<ProcessRun>(context_.loop, context_.host.processes, context_.options.patience);
  llvm::Expected<host::SpawnOptions> spawn = spawnFor(action, *process);
  if (!spawn) {
    actionEnded(Outcome::Failure, 0, llvm::toString(spawn.takeError()));
    return;
  }
  StreamLog *log = attempt_.logs.back().get();
  context_.recorder.flush(); // that it begins is known before it does
  const std::optional<Limit> ends = limit();
  llvm::Error error = process->start(
      *spawn, ends ? std::optional(ends->left) : std::nullopt,
      [log](llvm::StringRef text) { log->write(text); },
      [this, run = process.get()](const ProcessEnd &end) { commandEnded(*run, end); });
  attempt_.room->entered();
  if (error) {
    actionEnded(Outcome::Failure, 127, llvm::toString(std::move(error)));
    return;
  }
  context_.children.insert(process->group());
  attempt_.processes.push_back(std::move(process));
}

void JobRun::commandEnded(ProcessRun &run, const ProcessEnd &end) {
  context_.children.erase(run.group());
  if (!run.hasLeftovers()) attempt_.processes.pop_back();
  if (end.timedOut)
    actionEnded(Outcome::TimedOut, end.status.code, "timed out after " + toText(limit()->timeout));
  else if (end.status.ok())
    actionEnded(Outcome::Success, 0, "");
  else
    actionEnded(Outcome::Failure, end.status.code, describe(end.status));
}

} // namespace pipelang::exec
