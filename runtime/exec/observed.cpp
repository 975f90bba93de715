// The step's side of observer.h.
#include "fmt/format.h"
#include "runtime/exec/observer.h"
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

#if defined(__x86_64__)
constexpr unsigned machine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned machine = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned machine = 0; // nothing is observed
#endif

/// What observer.cpp understands.
constexpr int calls[] = {
#ifdef SYS_open
    SYS_open,     SYS_stat,    SYS_lstat,     SYS_access,     SYS_creat,
    SYS_mkdir,    SYS_rmdir,   SYS_unlink,    SYS_rename,
#endif
    SYS_openat,   SYS_statx,   SYS_faccessat, SYS_faccessat2, SYS_execve,
    SYS_truncate, SYS_mkdirat, SYS_unlinkat,  SYS_renameat2};

sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
}
sock_filter give(unsigned what) {
  return BPF_STMT(BPF_RET | BPF_K, what);
}

/// A filter that stops at `calls`, and lets the rest pass. The descriptor that hears of them; -1: it cannot
/// be.
int observeMyself() {
  std::vector<sock_filter> filter = {load(offsetof(seccomp_data, arch)),
                                     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, machine, 1, 0),
                                     give(SECCOMP_RET_ALLOW), load(offsetof(seccomp_data, nr))};
  for (const int call : calls) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1));
    filter.push_back(give(SECCOMP_RET_USER_NOTIF));
  }
  // A stat of a descriptor names nothing, and there are many.
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_newfstatat, 1, 0));
  filter.push_back(give(SECCOMP_RET_ALLOW));
  filter.push_back(load(offsetof(seccomp_data, args) + 3 * sizeof(std::uint64_t)));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, AT_EMPTY_PATH, 0, 1));
  filter.push_back(give(SECCOMP_RET_ALLOW));
  filter.push_back(give(SECCOMP_RET_USER_NOTIF));
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return static_cast<int>(
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
}

void send(int socket, int descriptor) {
  char byte = '+';
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  ::sendmsg(socket, &message, 0);
}

} // namespace

int observedMain(llvm::ArrayRef<std::string> words) {
  int socket = -1;
  if (words.size() < 2 || llvm::StringRef(words[0]).getAsInteger(10, socket)) return 2;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE})
    std::signal(signal, SIG_DFL);
  std::vector<char *> argv;
  for (const std::string &word : words.drop_front())
    argv.push_back(const_cast<char *>(word.c_str()));
  argv.push_back(nullptr);
  if (socket >= 0) {
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    const int listener = observeMyself();
    if (listener >= 0) send(socket, listener);
  }
  ::execvp(argv[0], argv.data());
  fmt::print(stderr, "cannot start `{}`: {}\n", words[1], std::strerror(errno));
  return 127;
}

} // namespace pipelang::exec
