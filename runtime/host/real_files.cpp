#include "runtime/host/ports.h"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::host {
namespace {

namespace fs = std::filesystem;

llvm::Error fileError(const char *doing, llvm::StringRef path, int error) {
  return llvm::createStringError(std::error_code(error, std::generic_category()), "cannot %s `%s`: %s", doing,
                                 path.str().c_str(), std::strerror(error));
}

/// Closes when it goes out of scope.
class Descriptor {
public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor &) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  /// Closes now, to see the error a full disk may give only here.
  bool close() {
    const int number = number_;
    number_ = -1;
    return ::close(number) == 0;
  }

private:
  int number_;
};

bool writeAll(int descriptor, llvm::StringRef text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text = text.drop_front(static_cast<std::size_t>(written));
  }
  return true;
}

class RealFiles final : public Files {
public:
  llvm::Expected<std::string> read(llvm::StringRef path) override {
    const Descriptor file(::open(path.str().c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) return fileError("read", path, errno);
    struct stat status;
    if (::fstat(file.number(), &status) == 0 && S_ISDIR(status.st_mode))
      return fileError("read", path, EISDIR);
    std::string text;
    char buffer[64 * 1024];
    for (;;) {
      const ssize_t got = ::read(file.number(), buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fileError("read", path, errno);
      if (got == 0) return text;
      text.append(buffer, static_cast<std::size_t>(got));
    }
  }

  llvm::Error write(llvm::StringRef path, llvm::StringRef text) override {
    static std::atomic<unsigned> counter{0};
    const fs::path target(path.str());
    const std::string temporary =
        path.str() + ".tmp" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    const auto open = [&] {
      return ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    };
    int opened = open();
    if (opened < 0 && errno == ENOENT && target.has_parent_path()) {
      if (llvm::Error error = makeDirectory(target.parent_path().string())) return error;
      opened = open();
    }
    Descriptor file(opened);
    if (file.number() < 0) return fileError("write", path, errno);
    if (writeAll(file.number(), text) && file.close() && ::rename(temporary.c_str(), target.c_str()) == 0)
      return llvm::Error::success();
    const int error = errno;
    ::unlink(temporary.c_str());
    return fileError("write", path, error);
  }

  bool exists(llvm::StringRef path) override {
    struct stat status;
    return ::lstat(path.str().c_str(), &status) == 0;
  }

  llvm::Error makeDirectory(llvm::StringRef path) override {
    std::error_code error;
    if (::mkdir(path.str().c_str(), 0777) == 0)
      return llvm::Error::success(); // the usual: its parent is there
    fs::create_directories(path.str(), error);
    if (error) return fileError("make the folder", path, error.value());
    return llvm::Error::success();
  }

  llvm::Error removeTree(llvm::StringRef path) override {
    std::error_code error;
    if (::rmdir(path.str().c_str()) == 0 || errno == ENOENT) return llvm::Error::success();
    fs::remove_all(path.str(), error);
    if (error && error != std::errc::no_such_file_or_directory)
      return fileError("remove", path, error.value());
    return llvm::Error::success();
  }

  llvm::Error giveTo(llvm::StringRef path, uid_t user) override {
    const passwd *entry = ::getpwuid(user);
    const gid_t group = entry ? entry->pw_gid : static_cast<gid_t>(user);
    if (::lchown(path.str().c_str(), user, group) != 0) return fileError("change the owner of", path, errno);
    return llvm::Error::success();
  }

  std::vector<std::string> list(llvm::StringRef path) override {
    std::vector<std::string> names;
    if (DIR *folder = ::opendir(path.str().c_str())) {
      while (const dirent *entry = ::readdir(folder)) {
        const llvm::StringRef name(entry->d_name);
        if (name != "." && name != "..") names.push_back(name.str());
      }
      ::closedir(folder);
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};

} // namespace

Files &realFiles() {
  static RealFiles files;
  return files;
}

} // namespace pipelang::host
