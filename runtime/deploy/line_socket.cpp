#include "runtime/deploy/line_socket.h"
#include "compiler/support/bounded_json.h"
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace pipelang::deploy {

/// A message is a few kilobytes; more than this is no message of ours.
constexpr std::size_t longestMessage = 16 << 20;

static llvm::Error failed(llvm::StringRef what) {
  return llvm::createStringError(std::error_code(errno, std::generic_category()), "%s: %s",
                                 what.str().c_str(), std::generic_category().message(errno).c_str());
}

/// Calls `use` with an address of `directory`/socket that fits: through a descriptor of the directory.
template <typename Use> static int withAddress(llvm::StringRef directory, Use use) {
  const int folder = ::open(directory.str().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  *fmt::format_to_n(address.sun_path, sizeof address.sun_path - 1, "/proc/self/fd/{}/socket", folder).out = 0;
  const int result = use(reinterpret_cast<sockaddr *>(&address), sizeof address, address.sun_path);
  const int error = errno;
  ::close(folder);
  errno = error;
  return result;
}

LineSocket::~LineSocket() {
  ::close(descriptor_);
}

llvm::Expected<std::unique_ptr<LineSocket>> LineSocket::connect(llvm::StringRef directory) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failed("cannot make a socket");
  auto socket = std::make_unique<LineSocket>(descriptor);
  const int result = withAddress(directory, [&](sockaddr *address, socklen_t size, const char *) {
    return ::connect(descriptor, address, size);
  });
  if (result != 0) return failed("cannot reach the supervisor in " + directory.str());
  return socket;
}

llvm::Error LineSocket::send(llvm::json::Value message) {
  const std::string text = fmt::format("{}\n", llvm::formatv("{0}", message).str());
  std::lock_guard lock(mutex_);
  for (std::size_t sent = 0; sent < text.size();) {
    const auto count = ::send(descriptor_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno != EINTR) return failed("the other end of the supervisor's socket is gone");
    sent += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  return llvm::Error::success();
}

llvm::Expected<std::optional<llvm::json::Object>> LineSocket::receive(std::stop_token stop) {
  std::array<char, 65536> buffer;
  while (true) {
    if (const auto end = received_.find('\n'); end != std::string::npos) {
      auto value = parseBoundedJson(llvm::StringRef(received_).take_front(end));
      received_.erase(0, end + 1);
      if (!value) return value.takeError();
      if (llvm::json::Object *object = value->getAsObject()) return std::optional(std::move(*object));
      return llvm::createStringError(llvm::inconvertibleErrorCode(), "not a JSON object");
    }
    if (received_.size() > longestMessage)
      return llvm::createStringError(llvm::inconvertibleErrorCode(), "the message has no end");
    if (stop.stop_requested())
      return llvm::createStringError(std::make_error_code(std::errc::operation_canceled), "cancelled");
    pollfd wait{descriptor_, POLLIN, 0};
    if (::poll(&wait, 1, stop.stop_possible() ? 50 : -1) <= 0) continue;
    const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count > 0)
      received_.append(buffer.data(), static_cast<std::size_t>(count));
    else if (count == 0 || (errno != EINTR && errno != EAGAIN))
      return std::optional<llvm::json::Object>();
  }
}

llvm::Expected<int> listenIn(llvm::StringRef directory) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failed("cannot make a socket");
  const int result = withAddress(directory, [&](sockaddr *address, socklen_t size, const char *path) {
    ::unlink(path);
    const mode_t before = ::umask(0177); // Nobody else, from the first moment on.
    const int bound = ::bind(descriptor, address, size);
    ::umask(before);
    return bound == 0 ? ::listen(descriptor, 64) : bound;
  });
  if (result == 0) return descriptor;
  auto error = failed("cannot listen in " + directory.str());
  ::close(descriptor);
  return error;
}

} // namespace pipelang::deploy
