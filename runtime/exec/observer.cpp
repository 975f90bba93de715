#include "runtime/exec/observer.h"
#include "llvm/Support/Path.h"
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

/// The text at `address` in the memory of `pid`; empty where it is none.
std::string textAt(int pid, std::uint64_t address) {
  const int memory = ::open(fmt::format("/proc/{}/mem", pid).c_str(), O_RDONLY | O_CLOEXEC);
  if (memory < 0) return {};
  char buffer[PATH_MAX];
  std::size_t size = 0;
  // Up to the end of a page first: the next one may not be there.
  while (size < sizeof buffer && std::memchr(buffer, 0, size) == nullptr) {
    const std::uint64_t at = address + size;
    const std::size_t want = std::min<std::size_t>(sizeof buffer - size, 4096 - at % 4096);
    const ssize_t got = ::pread(memory, buffer + size, want, static_cast<off_t>(at));
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  ::close(memory);
  const void *end = std::memchr(buffer, 0, size);
  return end ? std::string(buffer) : std::string();
}

std::string linkTarget(const std::string &link) {
  char target[PATH_MAX];
  const ssize_t size = ::readlink(link.c_str(), target, sizeof target);
  return size > 0 ? std::string(target, static_cast<std::size_t>(size)) : std::string();
}

/// Absolute, without `.` and `..`; empty where `path` is not the name of anything.
std::string whole(int pid, int folder, const std::string &path) {
  if (path.empty()) return {};
  llvm::SmallString<256> result(path);
  if (path.front() != '/') {
    const std::string base = linkTarget(folder == AT_FDCWD ? fmt::format("/proc/{}/cwd", pid)
                                                           : fmt::format("/proc/{}/fd/{}", pid, folder));
    if (base.empty() || base.front() != '/') return {};
    result = base + "/" + path;
  }
  llvm::sys::path::remove_dots(result, true);
  return result.str().str();
}

/// A call that names files: which of its arguments are the folder (-1: none, the current one) and the name.
struct Call {
  int folder, name, flags; ///< `flags`: of an open; -1: none.
  bool writes;
};

std::optional<Call> callOf(int number) {
  switch (number) {
#ifdef SYS_open
  case SYS_open: return Call{-1, 0, 1, false};
  case SYS_stat:
  case SYS_lstat:
  case SYS_access: return Call{-1, 0, -1, false};
  case SYS_creat:
  case SYS_mkdir:
  case SYS_rmdir:
  case SYS_unlink: return Call{-1, 0, -1, true};
  case SYS_rename: return Call{-1, 1, -1, true};
#endif
  case SYS_openat: return Call{0, 1, 2, false};
  case SYS_newfstatat:
  case SYS_statx:
  case SYS_faccessat:
  case SYS_faccessat2: return Call{0, 1, -1, false};
  case SYS_execve: return Call{-1, 0, -1, false};
  case SYS_truncate: return Call{-1, 0, -1, true};
  case SYS_mkdirat:
  case SYS_unlinkat: return Call{0, 1, -1, true};
  case SYS_renameat2: return Call{2, 3, -1, true};
  default: return std::nullopt;
  }
}

bool isFile(const std::string &path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool isThere(const std::string &path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

bool isBelow(llvm::StringRef path, llvm::StringRef folder) {
  return path == folder || (path.startswith(folder) && path.drop_front(folder.size()).startswith("/"));
}

} // namespace

Observer::Observer(host::Loop &loop, const Declared &declared, Tell tell)
    : loop_(loop), declared_(declared), tell_(std::move(tell)) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return;
  ours_ = ends[0];
  theirs_ = ends[1];
  loop_.watch(ours_, [this] { receive(); });
}

Observer::~Observer() {
  for (const int descriptor : {ours_, theirs_, listener_})
    if (descriptor >= 0) {
      loop_.unwatch(descriptor);
      ::close(descriptor);
    }
}

void Observer::started() {
  if (theirs_ >= 0) ::close(theirs_);
  theirs_ = -1;
}

/// What observes the step, or the end of a step that sent nothing.
void Observer::receive() {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t got = ::recvmsg(ours_, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  const cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header && header->cmsg_type == SCM_RIGHTS) {
    std::memcpy(&listener_, CMSG_DATA(header), sizeof listener_);
    loop_.watch(listener_, [this] { answer(); });
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  loop_.unwatch(ours_);
  ::close(ours_);
  ours_ = -1;
}

void Observer::answer() {
  // Asking where nobody is left would wait for ever.
  pollfd state{listener_, POLLIN, 0};
  ::poll(&state, 1, 0);
  if ((state.revents & POLLIN) == 0) {
    if ((state.revents & (POLLHUP | POLLERR)) == 0) return;
    loop_.unwatch(listener_);
    ::close(listener_);
    listener_ = -1;
    return;
  }
  seccomp_notif asked{};
  if (::ioctl(listener_, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0) return; // it was killed meanwhile
  const int pid = static_cast<int>(asked.pid);
  if (const auto call = callOf(asked.data.nr)) {
    const auto *arguments = asked.data.args;
    const int folder = call->folder < 0 ? AT_FDCWD : static_cast<int>(arguments[call->folder]);
    const std::uint64_t flags = call->flags < 0 ? 0 : arguments[call->flags];
    const bool writes = call->writes || (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
    const std::string path = whole(pid, folder, textAt(pid, arguments[call->name]));
    if (!path.empty()) judge(pid, path, writes);
  }
  seccomp_notif_resp response{};
  response.id = asked.id;
  response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, &response); // an error: it has been killed
}

void Observer::judge(int pid, const std::string &path, bool writes) {
  const bool inWork = isBelow(path, declared_.work) && path != declared_.work;
  const std::string shown = inWork ? path.substr(declared_.work.size() + 1) : path;
  bool tooMuch = false;
  if (writes) {
    tooMuch = true;
    for (const std::string &folder : declared_.writable)
      tooMuch = tooMuch && !isBelow(path, folder);
  } else if (!isThere(fmt::format("/proc/{}/root{}", pid, path))) {
    tooMuch = inWork ? declared_.projectFiles.count(shown) > 0 : isFile(path);
  }
  if (tooMuch && told_.insert((writes ? "w" : "r") + path).second) tell_(writes, shown);
}

} // namespace pipelang::exec
