#include "runtime/host/guardian.h"
#include "runtime/host/descendants.h"
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <malloc.h>
#include <new>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipelang::host {
namespace {

constexpr std::array passedOn = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// Shared by guardian and runner.
struct Borrowed {
  std::atomic<int> descriptor, count;
  char bytes[4000];
};
Borrowed *borrowed = nullptr;

/// Null where there is no memory for it: then nothing is given back.
Borrowed *shareMemory() {
  void *memory = ::mmap(nullptr, sizeof(Borrowed), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Borrowed{};
}

void giveBack() {
  if (!borrowed || borrowed->count == 0) return;
  // One by one, as they were taken; a pipe that is full or closed wants none of them.
  for (int i = 0; i < borrowed->count; ++i)
    if (::write(borrowed->descriptor, &borrowed->bytes[i], 1) != 1) break;
}

void say(const char *text) {
  std::fputs(text, stderr);
  std::fflush(stderr);
}

/// What the guardian does when the runner has ended. Never returns.
[[noreturn]] void finish(int status) {
  killAllBelow(detachedBelow());
  giveBack();
  if (WIFEXITED(status)) ::_exit(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  if (signal == SIGKILL)
    say("error: the runner was killed; nothing it started is left (piperun resume goes on from here)\n");
  else if (signal != SIGINT && signal != SIGTERM && signal != SIGHUP && signal != SIGQUIT)
    say("internal error: the runner crashed; nothing it started is left\n");
  ::_exit(128 + signal);
}

/// The runner stops what it started and then itself; we follow, so that the shell sees us stopped.
void stopBoth(pid_t runner) {
  ::kill(runner, SIGTSTP);
  for (int tries = 0; tries < 400; ++tries) {
    siginfo_t state{};
    if (::waitid(P_PID, static_cast<id_t>(runner), &state, WSTOPPED | WEXITED | WNOWAIT | WNOHANG) != 0 ||
        state.si_pid == runner)
      break;
    ::usleep(5'000);
  }
  ::kill(::getpid(), SIGSTOP);
}

[[noreturn]] void guard(pid_t runner, const sigset_t &signals) {
  std::signal(SIGTTOU, SIG_IGN);
  for (;;) {
    siginfo_t info{};
    const int signal = ::sigwaitinfo(&signals, &info);
    if (signal == SIGTSTP)
      stopBoth(runner);
    else if (signal > 0 && signal != SIGCHLD)
      ::kill(runner, signal);
    int status = 0;
    for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;)
      if (ended == runner) finish(status);
  }
}

/// After a fork each page of the heap is copied when it is first written to, one fault at a time; nearly all
/// are going to be. Where the kernel knows how (Linux 5.14), all at once spares some 150 faults of a start's
/// 970.
void takeHeap() {
#ifdef MADV_POPULATE_WRITE
  const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  const std::uintptr_t page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (end - ::mallinfo2().arena) / page * page;
  ::madvise(reinterpret_cast<void *>(begin), end - begin, MADV_POPULATE_WRITE);
#endif
}

} // namespace

void guardianGivesBack(int descriptor, llvm::StringRef bytes) {
  if (!borrowed || bytes.size() > sizeof borrowed->bytes) return;
  borrowed->count = 0;
  std::copy(bytes.begin(), bytes.end(), borrowed->bytes);
  borrowed->descriptor = descriptor;
  borrowed->count = static_cast<int>(bytes.size());
}

int guardianGone() {
  return SIGRTMIN;
}

void forkUnderGuardian() {
  sigset_t signals, before;
  sigemptyset(&signals);
  for (const int signal : passedOn)
    sigaddset(&signals, signal);
  for (const int signal : {SIGCHLD, SIGTSTP, SIGCONT})
    sigaddset(&signals, signal);
  ::sigprocmask(SIG_BLOCK, &signals, &before);
  becomeSubreaper();
  borrowed = shareMemory();
  const pid_t guardian = ::getpid();
  const pid_t runner = ::fork();
  if (runner > 0) {
    ::setpgid(runner, runner); // both do it: whoever is first
    guard(runner, signals);
  }
  if (runner == 0) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, guardianGone());
    if (::getppid() != guardian) ::_exit(1);
    std::signal(SIGTTOU, SIG_IGN); // it writes to the terminal from the background
    // What asks us to stop or end waits until the run's loop reads it; it would be lost where it is ignored.
    sigdelset(&signals, SIGCHLD);
    sigdelset(&signals, SIGCONT);
    ::sigprocmask(SIG_SETMASK, &signals, nullptr);
    takeHeap();
    return;
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

} // namespace pipelang::host
