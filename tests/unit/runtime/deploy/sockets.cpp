#include "tests/unit/runtime/deploy/sockets.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace pipelang::deploy::testing {

static sockaddr_in localAddress(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Peer::Peer(int descriptor) : descriptor_(descriptor) {
  const timeval patience{5, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

Peer Peer::connect(int port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = localAddress(port);
  if (::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
    ::shutdown(descriptor, SHUT_RDWR);
  return Peer(descriptor);
}

Peer::~Peer() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
Peer::Peer(Peer &&other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), received_(std::move(other.received_)) {}

void Peer::send(const std::string &text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const auto count = ::send(descriptor_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

void Peer::endSending() {
  ::shutdown(descriptor_, SHUT_WR);
}

bool Peer::more() {
  char buffer[65536];
  const auto count = ::recv(descriptor_, buffer, sizeof buffer, 0);
  if (count > 0) received_.append(buffer, static_cast<std::size_t>(count));
  return count > 0;
}

std::string Peer::until(const std::string &end) {
  std::size_t at = 0;
  while ((at = received_.find(end)) == std::string::npos)
    if (!more()) return std::exchange(received_, {});
  return exactly(at + end.size());
}

std::string Peer::exactly(std::size_t size) {
  while (received_.size() < size && more()) {
  }
  std::string text = received_.substr(0, size);
  received_.erase(0, text.size());
  return text;
}

std::string Peer::all() {
  while (more()) {
  }
  return std::exchange(received_, {});
}

Server::Server(std::function<void(Peer &)> serve) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = localAddress(0);
  socklen_t size = sizeof address;
  ::bind(listener_, reinterpret_cast<sockaddr *>(&address), size);
  ::listen(listener_, 1024);
  ::getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this, serve = std::move(serve)] {
    for (int client = 0; (client = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      std::lock_guard lock(mutex_);
      threads_.emplace_back([client, serve] {
        Peer peer(client);
        serve(peer);
      });
    }
  });
}

Server::~Server() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (auto &thread : threads_)
    thread.join();
  ::close(listener_);
}

} // namespace pipelang::deploy::testing
