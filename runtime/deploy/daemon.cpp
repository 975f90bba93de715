// The processes of a supervisor. The guardian is the nearest subreaper above everything the supervisor
// starts: whatever loses its parent becomes the guardian's child, and when the supervisor ends, in whatever
// way, the guardian kills what is left. If the guardian is killed, the supervisor gets a signal and stops
// everything itself.
#include "runtime/deploy/deploy.h"
#include "runtime/deploy/identity.h"
#include "runtime/deploy/line_socket.h"
#include "runtime/deploy/supervisor.h"
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipelang::deploy {
namespace {

int stopPipe[2] = {-1, -1};
void onStopSignal(int) {
  const char byte = 0;
  [[maybe_unused]] const auto written = ::write(stopPipe[1], &byte, 1);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

void say(int descriptor, const std::string &text) {
  [[maybe_unused]] const auto written = ::write(descriptor, text.data(), text.size());
}

/// Thousands of connections need as many descriptors.
void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

void killDescendants() {
  for (pid_t pid : descendantsOf(::getpid()))
    if (pid != ::getpid()) ::kill(pid, SIGKILL);
}

/// The process that serves. Never returns.
[[noreturn]] void supervise(const std::string &directory, int ready, pid_t guardian, int lock) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::pipe2(stopPipe, O_CLOEXEC | O_NONBLOCK) != 0 || ::getppid() != guardian) ::_exit(1);
  handle(SIGTERM, onStopSignal);
  handle(SIGINT, onStopSignal);
  raiseDescriptorLimit();
  auto listener = listenIn(directory);
  if (!listener) {
    say(ready, llvm::toString(listener.takeError()));
    ::_exit(1);
  }
  say(ready, "+");
  ::close(ready);
  serveSupervisor(*listener, stopPipe[0], lock, host::realHost());
  ::unlink((directory + "/socket").c_str());
  killDescendants();
  ::_exit(0);
}

/// Reaps until the supervisor has ended, then leaves nothing behind. Never returns.
[[noreturn]] void guard(pid_t supervisor) {
  for (int signal : {SIGINT, SIGHUP, SIGPIPE})
    handle(signal, SIG_IGN);
  handle(SIGTERM, SIG_DFL); // The supervisor hears of our death.
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::wait(&status)) != supervisor)
    if (ended < 0 && errno != EINTR) break;
  // A process may fork between being listed and being killed: again until nobody is left.
  while (true) {
    killDescendants();
    while ((ended = ::waitpid(-1, &status, WNOHANG)) > 0) {
    }
    if (ended < 0 && errno == ECHILD) ::_exit(0);
    ::usleep(5000);
  }
}

/// Keeps `directory`/lock for as long as this supervisor or its guardian lives. -1: another one does.
int takeLock(const std::string &directory) {
  const int lock = ::open((directory + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  // One that has been killed may still be clearing up.
  for (int tries = 0; lock >= 0 && tries < 500; ++tries) {
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
    auto answers = LineSocket::connect(directory);
    if (answers) break;
    llvm::consumeError(answers.takeError());
    ::usleep(20'000);
  }
  return -1;
}

/// The first process of the daemon: becomes the guardian. Never returns.
[[noreturn]] void becomeDaemon(const std::string &directory, int ready) {
  ::setsid();
  const int null = ::open("/dev/null", O_RDWR);
  for (int standard : {0, 1, 2})
    ::dup2(null, standard);
  if (null > 2) ::close(null);
  const int lock = takeLock(directory);
  if (lock < 0) {
    say(ready, "another supervisor has " + directory + "/lock and does not answer");
    ::_exit(1);
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock, 0) == 0) say(lock, pid);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t guardian = ::getpid();
  const pid_t supervisor = ::fork();
  if (supervisor == 0) supervise(directory, ready, guardian, lock);
  ::close(ready);
  if (supervisor < 0) ::_exit(1);
  guard(supervisor);
}

} // namespace

int superviseMain(llvm::StringRef stateDirectory) {
  const std::string directory = stateDirectory.str();
  if (auto answers = LineSocket::connect(directory))
    return 0; // One is there.
  else
    llvm::consumeError(answers.takeError());
  int ready[2];
  if (::pipe2(ready, O_CLOEXEC) != 0) return 1;
  const pid_t daemon = ::fork();
  if (daemon == 0) {
    ::close(ready[0]);
    becomeDaemon(directory, ready[1]);
  }
  ::close(ready[1]);
  std::string said;
  char buffer[256];
  for (ssize_t count = 0; (count = ::read(ready[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<std::size_t>(count));
  ::close(ready[0]);
  if (said == "+") return 0;
  // Two were started at once, and the other one was first.
  if (auto answers = LineSocket::connect(directory))
    return 0;
  else
    llvm::consumeError(answers.takeError());
  say(2, "piperun supervise: " + (said.empty() ? "it ended before it answered" : said) + "\n");
  return 1;
}

std::optional<pid_t> supervisorOf(llvm::StringRef stateDirectory) {
  const int lock = ::open((stateDirectory + "/lock").str().c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0) return std::nullopt;
  std::optional<pid_t> found;
  if (::flock(lock, LOCK_SH | LOCK_NB) != 0) {
    char text[32] = {};
    pid_t pid = 0;
    const auto count = ::pread(lock, text, sizeof text - 1, 0);
    if (count > 0 && !llvm::StringRef(text).trim().getAsInteger(10, pid)) found = pid;
  }
  ::close(lock);
  return found;
}

} // namespace pipelang::deploy
