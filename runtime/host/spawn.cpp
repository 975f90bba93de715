#include "runtime/host/spawn.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipelang::host {

/// The C library's `clone` by its other name. The thread sanitizer puts its own in front of the usual one,
/// which takes every child for one with memory of its own: after one that shares ours it does not see locks
/// any more.
extern "C" int cloneUnseen(int (*)(void *), void *, int, void *, ...) __asm__("__clone");

namespace {

/// Of what runs in the child: it shares our memory and never returns, so that a sanitizer would take the
/// marks it leaves for those of whoever has its stack next. What sanitizers keep books of (signal handlers,
/// descriptors, exits) it does by bare system calls, for the books would be ours.
#define PIPELANG_IN_CHILD                                                                                    \
  __attribute__((no_sanitize("address"), no_sanitize("undefined"), no_sanitize("thread")))

/// What the child does between clone and exec. It shares our memory (CLONE_VM), so it gets everything
/// ready-made and only makes system calls.
struct ChildPlan {
  const char *program = nullptr;
  char *const *argv = nullptr;
  char *const *environ = nullptr;
  const char *directory = nullptr;
  int nullDescriptor = -1;
  int output = -1;
  const int *inherited = nullptr;
  std::size_t inheritedCount = 0;
  const int *signals = nullptr;
  std::size_t signalCount = 0;
  bool changeUser = false;
  uid_t user = 0;
  gid_t group = 0;
  bool newSession = false;
  bool dieWithParent = false;
  pid_t parent = 0;
  const char *failedAt = ""; ///< Written by the child: what it was doing when it gave up.
  int error = 0;             ///< Written by the child.
};

PIPELANG_IN_CHILD int giveUp(ChildPlan &plan, const char *doing) {
  plan.failedAt = doing;
  plan.error = errno;
  syscall(SYS_exit_group, 127);
  __builtin_unreachable();
}

PIPELANG_IN_CHILD void resetSignals(const ChildPlan &plan) {
  const long standard[8] = {}; // the kernel's struct: SIG_DFL, no flags, nothing blocked
  for (std::size_t i = 0; i < plan.signalCount; ++i)
    syscall(SYS_rt_sigaction, plan.signals[i], standard, nullptr, NSIG / 8);
}

PIPELANG_IN_CHILD void closeFrom3() {
  if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  // Kernels before 5.11. Our own descriptors are close-on-exec anyway; this is for those a library opened.
  for (int descriptor = 3; descriptor < 1024; ++descriptor)
    syscall(SYS_fcntl, descriptor, F_SETFD, FD_CLOEXEC);
}

PIPELANG_IN_CHILD int childMain(void *argument) {
  ChildPlan &plan = *static_cast<ChildPlan *>(argument);
  resetSignals(plan);
  if (plan.newSession) {
    if (setsid() < 0) giveUp(plan, "start a session");
  } else if (setpgid(0, 0) < 0) {
    giveUp(plan, "start a process group");
  }
  if (syscall(SYS_dup3, plan.nullDescriptor, 0, 0) < 0) giveUp(plan, "redirect stdin");
  const int output = plan.output >= 0 ? plan.output : plan.nullDescriptor;
  if (syscall(SYS_dup3, output, 1, 0) < 0 || syscall(SYS_dup3, output, 2, 0) < 0)
    giveUp(plan, "redirect output");
  closeFrom3();
  for (std::size_t i = 0; i < plan.inheritedCount; ++i)
    syscall(SYS_fcntl, plan.inherited[i], F_SETFD, 0);
  if (chdir(plan.directory) < 0) giveUp(plan, "enter its directory");
  // Not by the C library, which would look for our other threads to change them too.
  if (plan.changeUser && (syscall(SYS_setgroups, 1, &plan.group) < 0 || syscall(SYS_setgid, plan.group) < 0 ||
                          syscall(SYS_setuid, plan.user) < 0))
    giveUp(plan, "change the user");
  if (plan.dieWithParent) { // after the change of user, which clears it
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != plan.parent) syscall(SYS_exit_group, 127);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(plan.program, plan.argv, plan.environ);
  giveUp(plan, "execute");
  return 127;
}

std::vector<char *> pointersTo(std::vector<std::string> &texts) {
  std::vector<char *> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string &text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

llvm::Error spawnError(llvm::StringRef program, llvm::StringRef doing, int error) {
  return llvm::createStringError(std::error_code(error, std::generic_category()), "cannot start `%s`: %s%s%s",
                                 program.str().c_str(), doing.str().c_str(), doing.empty() ? "" : ": ",
                                 std::strerror(error));
}

/// One clone. The thread's signals are blocked meanwhile, so that no handler of ours runs in the child.
Child cloneOnce(ChildPlan &plan, int &error) {
  constexpr std::size_t stackSize = 64 * 1024;
  static thread_local const auto stack = std::make_unique_for_overwrite<char[]>(stackSize);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  Child child;
  child.pid = cloneUnseen(childMain, stack.get() + stackSize, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD,
                          &plan, &child.pidfd);
  error = child.pid < 0 ? errno : 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return child;
}

bool worthAnotherTry(int error) {
  return error == EAGAIN || error == ETXTBSY || error == ENOMEM;
}

bool isProgram(const std::string &path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

/// Signals that we ignore or handle; main() has said which before the first process is started.
const std::vector<int> &signalsOfOurs() {
  static const std::vector<int> signals = [] {
    std::vector<int> changed;
    for (int signal = 1; signal < NSIG; ++signal) {
      struct sigaction now {};
      if (sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_DFL) changed.push_back(signal);
    }
    return changed;
  }();
  return signals;
}

int nullDevice() {
  static const int descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
  return descriptor;
}

} // namespace

std::string findProgram(llvm::StringRef name, llvm::StringRef path, llvm::StringRef directory) {
  if (name.contains('/')) return name.str();
  while (!path.empty()) {
    auto [folder, rest] = path.split(':');
    path = rest;
    std::string candidate = folder.startswith("/") ? folder.str() : (directory + "/" + folder).str();
    candidate += "/" + name.str();
    if (isProgram(candidate)) return candidate;
  }
  return {};
}

llvm::Expected<Child> spawnProcess(const SpawnOptions &options) {
  if (options.argv.empty()) return spawnError("", "no program given", EINVAL);
  const std::string &name = options.argv.front();
  const auto path = options.environ.find("PATH");
  const std::string program =
      findProgram(name, path == options.environ.end() ? "" : path->second, options.directory);
  if (program.empty())
    return llvm::createStringError(std::error_code(ENOENT, std::generic_category()),
                                   "cannot start `%s`: no such program in PATH", name.c_str());
  std::vector<std::string> argv = options.argv;
  std::vector<std::string> environ;
  environ.reserve(options.environ.size());
  for (const auto &[key, value] : options.environ)
    environ.push_back(key + "=" + value);
  const std::vector<char *> argvPointers = pointersTo(argv);
  const std::vector<char *> environPointers = pointersTo(environ);

  ChildPlan plan;
  plan.program = program.c_str();
  plan.argv = argvPointers.data();
  plan.environ = environPointers.data();
  plan.directory = options.directory.c_str();
  plan.nullDescriptor = nullDevice();
  plan.output = options.output;
  plan.inherited = options.inherited.data();
  plan.inheritedCount = options.inherited.size();
  plan.signals = signalsOfOurs().data();
  plan.signalCount = signalsOfOurs().size();
  plan.newSession = options.newSession;
  plan.dieWithParent = options.dieWithParent;
  plan.parent = getpid();
  if (options.user && *options.user != geteuid()) {
    plan.changeUser = true;
    plan.user = *options.user;
    const passwd *entry = getpwuid(*options.user);
    plan.group = entry ? entry->pw_gid : static_cast<gid_t>(*options.user);
  }

  for (int attempt = 0;; ++attempt) {
    plan.error = 0;
    int cloneError = 0;
    const Child child = cloneOnce(plan, cloneError);
    if (cloneError == 0 && plan.error == 0) return child;
    if (cloneError == 0) { // it was born, and could not become the program
      waitpid(child.pid, nullptr, 0);
      close(child.pidfd);
    }
    const int error = cloneError != 0 ? cloneError : plan.error;
    if (!worthAnotherTry(error) || attempt == 5)
      return spawnError(name, cloneError != 0 ? "fork" : plan.failedAt, error);
    usleep(10'000u << attempt);
  }
}

} // namespace pipelang::host
