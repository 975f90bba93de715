#include "runtime/cli/past_run.h"
#include "compiler/plan/evaluate.h"
#include "runtime/cli/commands.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace pipelang::cli {

std::optional<PastRun> pastRun(const Parsed &parsed, int &status) {
  const std::string state = findState();
  llvm::Expected<std::string> id = store::findRun(state, parsed.arguments.empty() ? "" : parsed.arguments[0]);
  if (!id) {
    status = fail(wrongUsage, llvm::toString(id.takeError()));
    return std::nullopt;
  }
  const store::RunFolder folder = store::folderOf(state, *id);
  llvm::Expected<store::LoadedJournal> journal = store::loadJournal(folder.journal());
  if (!journal) {
    status = fail(worldRefused, llvm::toString(journal.takeError()));
    return std::nullopt;
  }
  return PastRun{*id, folder, std::move(journal->events)};
}

/// A runner holds the lock of its run (store::holdRun).
bool isRunning(const store::RunFolder &folder) {
  const int file = ::open((folder.path + "/lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0;
  ::close(file);
  return held;
}

std::string outcomeWord(const std::optional<plan::Outcome> &outcome, const store::RunFolder &folder) {
  if (outcome) return plan::toText(*outcome).str();
  return isRunning(folder) ? "running" : "killed";
}

} // namespace pipelang::cli
