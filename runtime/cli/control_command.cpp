// `piperun pause|promote|abort [RUN]`: a word to a rollout that goes on, in another process.
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/past_run.h"
#include "runtime/deploy/control.h"
#include "runtime/exec/deploy_run.h"
#include <pwd.h>
#include <unistd.h>

namespace pipelang::cli {
namespace {

std::string userName() {
  const passwd *entry = ::getpwuid(::geteuid());
  return entry ? entry->pw_name : fmt::format("user {}", ::geteuid());
}

bool deploys(const std::vector<store::Event> &events) {
  for (const store::Event &event : events)
    if (const auto *started = std::get_if<store::RunStarted>(&event.node))
      for (const auto &[name, facts] : started->graph)
        if (facts.kind == "deployment") return true;
  return false;
}

int controlCommand(const Parsed &parsed, deploy::Control::Word word, const char *then) {
  int status = success;
  const std::optional<PastRun> run = pastRun(parsed, status);
  if (!run) return status;
  if (!isRunning(run->folder)) return fail(wrongUsage, fmt::format("run {} is not going on", run->id));
  if (!deploys(run->events)) return fail(wrongUsage, fmt::format("run {} deploys nothing", run->id));
  const deploy::Control control{word, parsed.value("--actor", userName()), parsed.value("--reason"),
                                host::realHost().clock.wallMilliseconds()};
  if (llvm::Error error = deploy::say(exec::controlFile(run->folder), control))
    return fail(worldRefused, llvm::toString(std::move(error)));
  fmt::print("run {} {}: {}\n", run->id, deploy::describe(control), then);
  return success;
}

} // namespace

int pauseCommand(const Parsed &parsed) {
  return controlCommand(parsed, deploy::Control::Word::Pause, "it holds before its next phase");
}

int promoteCommand(const Parsed &parsed) {
  return controlCommand(parsed, deploy::Control::Word::Promote, "it goes on");
}

int abortCommand(const Parsed &parsed) {
  return controlCommand(parsed, deploy::Control::Word::Abort, "it goes back to how it was");
}

} // namespace pipelang::cli
