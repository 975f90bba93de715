#include "runtime/host/host.h"
#include "runtime/host/ports.h"
#include "runtime/host/spawn.h"
#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char **environ;

namespace pipelang::host {
namespace {

ExitStatus statusFrom(int raw) {
  ExitStatus status;
  if (WIFSIGNALED(raw)) {
    status.signal = WTERMSIG(raw);
    status.code = 128 + status.signal;
  } else {
    status.code = WEXITSTATUS(raw);
  }
  return status;
}

class RealProcesses final : public Processes {
public:
  llvm::Expected<Child> spawn(const SpawnOptions &options) override { return spawnProcess(options); }

  void signalGroup(pid_t group, int signal) override {
    if (group > 1) ::kill(-group, signal);
  }

  std::optional<ExitStatus> wait(const Child &child, Duration atMost) override {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(atMost.milliseconds);
    for (;;) {
      int raw = 0;
      const pid_t got = ::waitpid(child.pid, &raw, WNOHANG);
      if (got == child.pid) return statusFrom(raw);
      if (got < 0 && errno != EINTR) return ExitStatus{}; // somebody else reaped it
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return std::nullopt;
      pollfd readable{child.pidfd, POLLIN, 0};
      ::poll(&readable, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    }
  }

  bool groupAlive(pid_t group) override {
    if (group <= 1) return false;
    // Orphans of the group became our children, and count until they are reaped; its leader is another's to
    // reap.
    siginfo_t ended{};
    while (::waitid(P_PGID, static_cast<id_t>(group), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid > 0 && ended.si_pid != group) {
      ::waitpid(ended.si_pid, nullptr, WNOHANG);
      ended = {};
    }
    return ::kill(-group, 0) == 0 || errno == EPERM;
  }
};

class RealClock final : public Clock {
public:
  Duration sinceStart() override {
    return Duration::fromMilliseconds(
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_)
            .count() -
        stopped_);
  }
  void stoodStill(Duration duration) override { stopped_ += duration.milliseconds; }
  std::int64_t wallMilliseconds() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  void sleep(Duration duration) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(duration.milliseconds));
  }

private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<std::int64_t> stopped_ = 0;
};

Environ callersEnvironment() {
  Environ result;
  for (char **entry = environ; *entry != nullptr; ++entry) {
    auto [key, value] = llvm::StringRef(*entry).split('=');
    result.emplace(key.str(), value.str());
  }
  return result;
}

} // namespace

Host &realHost() {
  static RealProcesses processes;
  static RealClock clock;
  static Host host{processes, clock, realFiles(), realHttp(), callersEnvironment()};
  return host;
}

llvm::Expected<int> freePort() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool found = descriptor >= 0 &&
                     ::bind(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0 &&
                     ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &size) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!found)
    return llvm::createStringError(std::error_code(error, std::generic_category()),
                                   "cannot find a free port on 127.0.0.1: %s", std::strerror(error));
  return ntohs(address.sin_port);
}

std::optional<uid_t> unprivilegedUser() {
  if (::geteuid() != 0) return std::nullopt;
  for (const char *name : {"nobody", "postgres", "daemon"})
    if (const passwd *entry = ::getpwnam(name)) return entry->pw_uid;
  return uid_t{65534};
}

} // namespace pipelang::host
