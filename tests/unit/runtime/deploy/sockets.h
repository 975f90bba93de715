// Blocking sockets for tests of the proxy: clients, and versions that do as a test says.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pipelang::deploy::testing {

/// One end of a connection. Reads give up after five seconds.
class Peer {
public:
  explicit Peer(int descriptor);
  static Peer connect(int port);
  ~Peer();
  Peer(Peer &&other) noexcept;
  Peer(const Peer &) = delete;

  void send(const std::string &text);
  void endSending();
  /// Everything up to and with `end`; what was there where the other end closed before.
  std::string until(const std::string &end);
  std::string exactly(std::size_t size);
  /// Until the other end closes.
  std::string all();

private:
  bool more();
  int descriptor_;
  std::string received_;
};

/// A server on a port of its own; each connection is `serve`d on a thread of its own and then closed.
class Server {
public:
  explicit Server(std::function<void(Peer &)> serve);
  ~Server();
  int port() const { return port_; }

private:
  int listener_ = -1;
  int port_ = 0;
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

} // namespace pipelang::deploy::testing
