#include "runtime/host/tree.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::host {
namespace {

namespace fs = std::filesystem;

llvm::Error copyError(llvm::StringRef path, int error) {
  return llvm::createStringError(std::error_code(error, std::generic_category()), "cannot copy `%s`: %s",
                                 path.str().c_str(), std::strerror(error));
}

using Stop = std::function<bool()>;

/// False: `errno` says why.
bool copyBytes(int from, int to, off_t size, const Stop &stop) {
  if (::ioctl(to, FICLONE, from) == 0) return true;
  constexpr off_t atOnce = 1 << 26;
  while (size > 0) {
    if (stop && stop()) {
      errno = ECANCELED;
      return false;
    }
    const ssize_t sent =
        ::sendfile(to, from, nullptr, static_cast<std::size_t>(std::min<off_t>(size, atOnce)));
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    if (sent == 0) break; // became shorter
    size -= sent;
  }
  return true;
}

llvm::Error copyRegular(const std::string &from, const std::string &to, const struct stat &status,
                        const Stop &stop) {
  const int source = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) return copyError(from, errno);
  const int target = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, status.st_mode & 07777);
  int error = target < 0 ? errno : 0;
  if (error == 0 && !copyBytes(source, target, status.st_size, stop)) error = errno;
  if (target >= 0) {
    ::fchmod(target, status.st_mode & 07777);
    const timespec times[2] = {status.st_atim, status.st_mtim};
    ::futimens(target, times); // make compares them
    if (::close(target) != 0 && error == 0) error = errno;
  }
  ::close(source);
  return error == 0 ? llvm::Error::success() : copyError(from, error);
}

llvm::Error copyOne(const std::string &from, const std::string &to, const Stop &stop = {}) {
  struct stat status;
  if (::lstat(from.c_str(), &status) != 0) return copyError(from, errno);
  if (S_ISLNK(status.st_mode)) {
    std::string target(PATH_MAX, '\0');
    const ssize_t length = ::readlink(from.c_str(), target.data(), target.size());
    if (length < 0) return copyError(from, errno);
    target.resize(static_cast<std::size_t>(length));
    ::unlink(to.c_str());
    if (::symlink(target.c_str(), to.c_str()) != 0) return copyError(from, errno);
    return llvm::Error::success();
  }
  if (S_ISREG(status.st_mode)) return copyRegular(from, to, status, stop);
  return copyError(from, EINVAL); // a socket or a device
}

/// Matches one folder's or file's name; `*` does not match `/` because there is none in it.
bool nameMatches(llvm::StringRef pattern, llvm::StringRef name) {
  std::size_t p = 0, n = 0, star = llvm::StringRef::npos, retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != llvm::StringRef::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

bool isBelow(llvm::StringRef folder, llvm::StringRef path) {
  return folder == "." || (path.startswith(folder) && path.drop_front(folder.size()).startswith("/"));
}

} // namespace

llvm::Error copyFile(llvm::StringRef from, llvm::StringRef to) {
  std::error_code error;
  fs::create_directories(fs::path(to.str()).parent_path(), error);
  if (error) return copyError(to, error.value());
  return copyOne(from.str(), to.str());
}

llvm::Error copyPaths(llvm::StringRef from, llvm::ArrayRef<std::string> paths, llvm::StringRef to,
                      const std::function<bool()> &stop) {
  std::string lastFolder;
  for (const std::string &path : paths) {
    if (stop && stop()) return copyError(path, ECANCELED);
    const fs::path source = fs::path(from.str()) / path, target = fs::path(to.str()) / path;
    std::error_code error;
    const fs::file_status status = fs::symlink_status(source, error);
    if (status.type() == fs::file_type::not_found) continue;
    if (target.parent_path() != lastFolder) {
      lastFolder = target.parent_path();
      fs::create_directories(lastFolder, error);
      if (error) return copyError(lastFolder, error.value());
    }
    if (status.type() == fs::file_type::directory) { // a nested repository, which git lists as one name
      if (llvm::Error failed =
              copyPaths(source.string(), findFiles(source.string(), "**"), target.string(), stop))
        return failed;
    } else if (llvm::Error failed = copyOne(source.string(), target.string(), stop)) {
      return failed;
    }
  }
  return llvm::Error::success();
}

bool globMatches(llvm::StringRef pattern, llvm::StringRef path) {
  if (pattern.empty()) return path.empty();
  auto [first, rest] = pattern.split('/');
  if (first == "**") {
    if (rest.empty()) return true;
    for (llvm::StringRef tail = path;;) {
      if (globMatches(rest, tail)) return true;
      if (!tail.contains('/')) return false;
      tail = tail.split('/').second;
    }
  }
  auto [name, tail] = path.split('/');
  if (!nameMatches(first, name)) return false;
  const bool morePattern = pattern.contains('/'), morePath = path.contains('/');
  if (!morePattern || !morePath) return morePattern == morePath || (morePattern && rest == "**");
  return globMatches(rest, tail);
}

std::vector<std::string> findFiles(llvm::StringRef root, llvm::StringRef pattern) {
  std::vector<std::string> found;
  std::error_code error;
  while (pattern.consume_front("./")) {
  }
  const llvm::StringRef wanted = pattern.rtrim('/');
  for (fs::recursive_directory_iterator it(root.str(), error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_directory(error) && !it->is_symlink(error)) continue;
    const std::string path = it->path().string().substr(root.size() + 1);
    if (globMatches(wanted, path) || isBelow(wanted, path)) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  return found;
}

} // namespace pipelang::host
