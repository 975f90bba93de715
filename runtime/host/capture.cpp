#include "runtime/host/capture.h"
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace pipelang::host {

llvm::Expected<Captured> capture(SpawnOptions options, Processes &processes, Duration atMost) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return llvm::createStringError(std::error_code(errno, std::generic_category()), "cannot make a pipe");
  options.output = ends[1];
  llvm::Expected<Child> child = processes.spawn(options);
  ::close(ends[1]);
  if (!child) {
    ::close(ends[0]);
    return child.takeError();
  }
  Captured captured;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(atMost.milliseconds);
  char buffer[64 * 1024];
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd readable{ends[0], POLLIN, 0};
    if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) == 0) break;
    const ssize_t got = ::read(ends[0], buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    captured.output.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  std::optional<ExitStatus> status =
      processes.wait(*child, Duration::fromMilliseconds(std::max<std::int64_t>(left.count(), 0)));
  const bool tooLong = !status.has_value();
  if (tooLong) {
    processes.signalGroup(child->pid, SIGKILL);
    status = processes.wait(*child, Duration::fromSeconds(10));
  }
  ::close(child->pidfd);
  if (tooLong)
    return llvm::createStringError(std::make_error_code(std::errc::timed_out), "`%s` took longer than %s",
                                   options.argv.front().c_str(), toText(atMost).c_str());
  captured.status = *status;
  return captured;
}

} // namespace pipelang::host
