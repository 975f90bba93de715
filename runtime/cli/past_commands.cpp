#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/deploy/deploy.h"
#include "runtime/exec/deploy_run.h"
#include "runtime/host/host.h"
#include <unistd.h>

namespace pipelang::cli {
namespace {

/// Deployments that a command is about: the named one, or all that are here.
llvm::Expected<std::vector<std::string>> deploymentsFor(const Parsed &parsed, const std::string &state) {
  const std::vector<std::string> all = host::realHost().files.list(state + "/deployments");
  if (parsed.arguments.empty()) return all;
  const std::string name = store::folderName(parsed.arguments[0]);
  if (std::find(all.begin(), all.end(), name) != all.end()) return std::vector<std::string>{name};
  const std::string nearest = nearestName(name, all);
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      fmt::format("nothing called `{}` is deployed here{}", parsed.arguments[0],
                  nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest)));
}

} // namespace

int rollbackCommand(const Parsed &parsed) {
  const std::string state = findState();
  llvm::Expected<std::vector<std::string>> names = deploymentsFor(parsed, state);
  if (!names) return fail(wrongUsage, llvm::toString(names.takeError()));
  if (names->empty()) return fail(wrongUsage, "nothing is deployed here");
  if (names->size() > 1)
    return fail(wrongUsage, fmt::format("which deployment? Name one of `{}`", fmt::join(*names, "`, `")));
  llvm::Expected<std::string> done = deploy::rollback(exec::deploymentDirectory(state, names->front()),
                                                      fmt::format("piperun rollback (pid {})", ::getpid()));
  if (!done) return fail(failed, llvm::toString(done.takeError()));
  fmt::print("{}\n", llvm::StringRef(*done).rtrim().str());
  return success;
}

int downCommand(const Parsed &parsed) {
  const std::string state = findState();
  llvm::Expected<std::vector<std::string>> names = deploymentsFor(parsed, state);
  if (!names) return fail(wrongUsage, llvm::toString(names.takeError()));
  int status = success;
  for (const std::string &name : *names)
    if (llvm::Error error = deploy::down(exec::deploymentDirectory(state, name)))
      status = fail(worldRefused, name + ": " + llvm::toString(std::move(error)));
  return status;
}

int superviseCommand(const Parsed &parsed) {
  return deploy::superviseMain(parsed.arguments[0]);
}

} // namespace pipelang::cli
