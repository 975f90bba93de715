#include "runtime/exec/work_folders.h"
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

constexpr const char *names[] = {"work", "home", "tmp"};

/// Whether there are `count` entries in `path`, and its owner, mode and attributes are those of `model`.
bool isUntouched(const std::string &path, std::size_t count, const struct stat &model) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat status {};
  const bool same = folder >= 0 && ::fstat(folder, &status) == 0 && status.st_mode == model.st_mode &&
                    status.st_uid == model.st_uid && status.st_gid == model.st_gid &&
                    ::flistxattr(folder, nullptr, 0) <= 0;
  DIR *entries = same ? ::fdopendir(folder) : nullptr;
  if (!entries) {
    if (folder >= 0) ::close(folder);
    return false;
  }
  std::size_t found = 0;
  while (found <= count + 2 && ::readdir(entries)) // `.` and `..` too
    ++found;
  ::closedir(entries);
  return found == count + 2;
}

} // namespace

llvm::Error WorkFolders::make(const std::string &directory, bool withWork, host::Files &files) {
  std::string spare;
  if (withWork) {
    const std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      spare = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  // Over what an earlier attempt has left it would fail; then it is made as ever.
  if (!spare.empty() && ::rename(spare.c_str(), directory.c_str()) == 0) return llvm::Error::success();
  if (llvm::Error error = files.makeDirectory(directory)) return error;
  for (const char *name : names)
    if (withWork || name != names[0])
      if (llvm::Error error = files.makeDirectory(directory + "/" + name)) return error;
  return llvm::Error::success();
}

bool WorkFolders::takeBack(const std::string &directory) {
  struct stat model {};
  if (::lstat(directory.c_str(), &model) != 0 || !isUntouched(directory, std::size(names), model))
    return false;
  for (const char *name : names)
    if (!isUntouched(directory + "/" + name, 0, model)) return false;
  const std::lock_guard lock(mutex_);
  if (spare_.size() >= mostSpare) return false;
  spare_.push_back(directory);
  return true;
}

} // namespace pipelang::exec
