#include "runtime/host/folder_watch.h"
#include <cerrno>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace pipelang::host {

static llvm::Error watchError(const char *doing, int error) {
  return llvm::createStringError(
      std::error_code(error, std::generic_category()), "cannot watch %s: %s%s", doing, std::strerror(error),
      error == ENOSPC || error == EMFILE ? " (more: sysctl fs.inotify.max_user_watches, max_user_instances)"
                                         : "");
}

llvm::Expected<std::unique_ptr<FolderWatch>> FolderWatch::create() {
  const int descriptor = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (descriptor < 0) return watchError("files", errno);
  return std::unique_ptr<FolderWatch>(new FolderWatch(descriptor));
}

FolderWatch::~FolderWatch() {
  ::close(descriptor_);
}

llvm::Error FolderWatch::add(const std::string &folder) {
  const int watch = ::inotify_add_watch(descriptor_, folder.c_str(),
                                        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |
                                            IN_ONLYDIR | IN_EXCL_UNLINK);
  if (watch >= 0) {
    folders_[watch] = folder;
    return llvm::Error::success();
  }
  if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) return llvm::Error::success();
  return watchError(folder.c_str(), errno);
}

FolderWatch::News FolderWatch::take() {
  News news;
  alignas(inotify_event) char buffer[16 * 1024];
  for (ssize_t got; (got = ::read(descriptor_, buffer, sizeof buffer)) > 0;)
    for (const char *at = buffer; at < buffer + got;) {
      const auto &event = *reinterpret_cast<const inotify_event *>(at);
      at += sizeof event + event.len;
      news.any = true;
      news.lost |= (event.mask & IN_Q_OVERFLOW) != 0;
      if (event.mask & IN_IGNORED) folders_.erase(event.wd); // it is gone; its number may come back
      const auto folder = folders_.find(event.wd);
      if ((event.mask & IN_ISDIR) && (event.mask & (IN_CREATE | IN_MOVED_TO)) && folder != folders_.end())
        news.folders.push_back(folder->second + "/" + event.name);
    }
  return news;
}

} // namespace pipelang::host
