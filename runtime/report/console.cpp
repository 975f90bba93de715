#include "runtime/report/console.h"
#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace pipelang::report {
namespace {

/// What a terminal or pipe that says it is ready takes without waiting: pipes promise 4096.
constexpr std::size_t piece = 512;

bool ready(int descriptor, int milliseconds) {
  pollfd waiting{descriptor, POLLOUT, 0};
  return ::poll(&waiting, 1, milliseconds) == 1;
}

} // namespace

void Console::write(llvm::StringRef text) {
  while (!gone_ && !text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0)
      text = text.drop_front(static_cast<std::size_t>(written));
    else if (errno == EAGAIN) // somebody else made it so
      ready(descriptor_, -1);
    else if (errno != EINTR)
      gone_ = true;
  }
}

std::size_t Console::offer(llvm::StringRef text) {
  std::size_t taken = 0;
  while (!gone_ && taken < text.size() && ready(descriptor_, 0)) {
    const llvm::StringRef next = text.substr(taken, piece);
    const ssize_t written = ::write(descriptor_, next.data(), next.size());
    if (written >= 0)
      taken += static_cast<std::size_t>(written);
    else if (errno == EAGAIN || errno == EINTR)
      break;
    else
      gone_ = true;
  }
  return gone_ ? text.size() : taken;
}

} // namespace pipelang::report
