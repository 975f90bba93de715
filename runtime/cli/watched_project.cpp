#include "runtime/cli/watched_project.h"
#include "fmt/format.h"
#include "runtime/exec/native.h"
#include "runtime/host/capture.h"
#include <filesystem>
#include <set>
#include <sys/stat.h>

namespace pipelang::cli {
namespace {

namespace fs = std::filesystem;

/// Swap files, backups, locks: they come and go while somebody types.
bool isEditors(llvm::StringRef path) {
  const llvm::StringRef name = path.contains('/') ? path.rsplit('/').second : path;
  return name.endswith("~") || name.startswith(".#") || (name.startswith("#") && name.endswith("#")) ||
         name.endswith(".swp") || name.endswith(".swx") || name.endswith(".swo") || name == "4913";
}

std::string stateOf(const std::string &path) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) return "";
  return fmt::format("{} {} {} {}.{}", s.st_ino, s.st_size, s.st_mode, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
}

/// Folders that git ignores as a whole, relative.
std::set<std::string> ignoredFolders(const std::string &root) {
  host::Host &host = host::realHost();
  host::SpawnOptions git;
  git.argv = {"git", "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"};
  git.environ = host.environ;
  git.directory = root;
  std::set<std::string> folders;
  llvm::Expected<host::Captured> listed = host::capture(git, host.processes, Duration::fromMinutes(5));
  if (!listed) {
    llvm::consumeError(listed.takeError());
    return folders;
  }
  if (!listed->status.ok()) return folders; // no repository: nothing is ignored
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(listed->output).split(names, '\0', -1, false);
  for (llvm::StringRef name : names)
    if (name.consume_back("/")) folders.insert(name.str());
  return folders;
}

} // namespace

Snapshot takeSnapshot(const std::string &root) {
  Snapshot snapshot;
  llvm::Expected<std::vector<std::string>> files = exec::filesOfProject(host::realHost(), root);
  if (!files) {
    llvm::consumeError(files.takeError());
    return snapshot;
  }
  for (const std::string &file : *files) {
    if (isEditors(file)) continue;
    const std::string state = stateOf(root + "/" + file);
    if (!state.empty()) snapshot[file] = state;
  }
  return snapshot;
}

std::vector<std::string> changedFiles(const Snapshot &before, const Snapshot &after) {
  std::set<std::string> changed;
  for (const auto &[file, state] : after)
    if (const auto known = before.find(file); known == before.end() || known->second != state)
      changed.insert(file);
  for (const auto &[file, state] : before)
    if (after.count(file) == 0) changed.insert(file);
  return {changed.begin(), changed.end()};
}

std::vector<std::string> foldersOf(const std::string &root) {
  const std::set<std::string> ignored = ignoredFolders(root);
  std::vector<std::string> folders = {root};
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    if (!it->is_directory(gone) || it->is_symlink(gone)) continue;
    const std::string relative = it->path().string().substr(root.size() + 1);
    const std::string name = it->path().filename();
    if (name == ".git" || name == ".piperun" || ignored.count(relative) > 0)
      it.disable_recursion_pending();
    else
      folders.push_back(it->path());
  }
  return folders;
}

} // namespace pipelang::cli
