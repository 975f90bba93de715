#include "runtime/report/console.h"
#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace pipelang::report {
namespace {

void waitUntilReady(int descriptor) {
  pollfd waiting{descriptor, POLLOUT, 0};
  ::poll(&waiting, 1, -1);
}

} // namespace

void Console::write(llvm::StringRef text) {
  while (!gone_ && !text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0)
      text = text.drop_front(static_cast<std::size_t>(written));
    else if (errno == EAGAIN) // somebody else made it so
      waitUntilReady(descriptor_);
    else if (errno != EINTR)
      gone_ = true;
  }
}

} // namespace pipelang::report
