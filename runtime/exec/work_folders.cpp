#include "runtime/exec/work_folders.h"
#include <cstdio>
#include <ctime>
#include <fcntl.h>

namespace pipelang::exec {
namespace {

constexpr const char *names[] = {"work", "home", "tmp"};
constexpr time_t ageInSeconds = 10; // more than any clock of a file system is coarse

bool operator==(const timespec &a, const timespec &b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool isSame(const struct stat &a, const struct stat &b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_mode == b.st_mode && a.st_uid == b.st_uid &&
         a.st_gid == b.st_gid && a.st_mtim == b.st_mtim && a.st_ctim == b.st_ctim;
}

} // namespace

std::optional<WorkFolders::State> WorkFolders::stateOf(const std::string &directory) {
  State state{};
  if (::lstat(directory.c_str(), &state[0]) != 0) return std::nullopt;
  for (std::size_t i = 0; i < std::size(names); ++i)
    if (::lstat((directory + "/" + names[i]).c_str(), &state[i + 1]) != 0) return std::nullopt;
  return state;
}

/// None: their times cannot be set.
std::optional<WorkFolders::State> WorkFolders::age(const std::string &directory) {
  const timespec then{std::time(nullptr) - ageInSeconds, 0};
  const timespec times[] = {then, then};
  if (::utimensat(AT_FDCWD, directory.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  for (const char *name : names)
    if (::utimensat(AT_FDCWD, (directory + "/" + name).c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
      return std::nullopt;
  return stateOf(directory);
}

llvm::Error WorkFolders::make(const std::string &directory, bool withWork, host::Files &files) {
  if (llvm::Error error = files.makeDirectory(directory)) return error;
  for (const char *name : names)
    if (withWork || name != names[0])
      if (llvm::Error error = files.makeDirectory(directory + "/" + name)) return error;
  return llvm::Error::success();
}

llvm::Expected<std::string> WorkFolders::take(const std::string &root, bool withWork, host::Files &files) {
  std::string directory = root + "/";
  {
    const std::lock_guard lock(mutex_);
    if (withWork && !spare_.empty()) {
      const auto at = handedOut_.insert(spare_.extract(spare_.begin()));
      return at.position->first;
    }
    directory += std::to_string(++made_);
  }
  if (llvm::Error error = make(directory, withWork, files)) return error;
  if (!withWork) return directory;
  if (const std::optional<State> state = age(directory)) {
    const std::lock_guard lock(mutex_);
    handedOut_[directory] = *state;
  }
  return directory;
}

bool WorkFolders::takeBack(const std::string &directory) {
  const std::lock_guard lock(mutex_);
  auto before = handedOut_.extract(directory);
  const std::optional<State> now = before.empty() ? std::nullopt : stateOf(directory);
  if (!now || spare_.size() >= mostSpare) return false;
  for (std::size_t i = 0; i < now->size(); ++i)
    if (!isSame((*now)[i], before.mapped()[i])) return false;
  spare_.insert(std::move(before));
  return true;
}

} // namespace pipelang::exec
