// The builtin traffic switch: a TCP proxy on 127.0.0.1 in front of two versions. One thread, epoll, nothing
// blocks. New connections and, between two requests, kept-alive HTTP/1 connections go where it points;
// whatever is in flight stays where it is. Read next: connection.h.
#pragma once

#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <functional>
#include <memory>

namespace pipelang::deploy {

/// Index of a version: 0 blue, 1 green.
using Colour = int;

/// Monotonic nanoseconds, the same clock in every process of this machine.
std::int64_t monotonicNanoseconds();

/// What goes through the proxy, for one version.
struct ColourTraffic {
  std::int64_t attached = 0; ///< Connections to it.
  std::int64_t busy = 0;     ///< Of these: with a request in flight, or pinned.
  std::int64_t answers = 0;  ///< Responses completed, ever.
};

/// When answers were completed, in monotonic nanoseconds; 0: none has been since the last switch.
struct SwitchTimes {
  std::int64_t switched = 0;
  std::int64_t firstNewAnswer = 0;
  std::int64_t lastOldAnswer = 0;
  std::int64_t lastOldAnswerOnNewConnection = 0; ///< On a client connection accepted after the switch.
};

class Proxy {
public:
  /// Takes `port` (0: any), so that nobody else does; refuses connections until it points somewhere.
  static llvm::Expected<std::unique_ptr<Proxy>> create(int port);
  virtual ~Proxy() = default;
  virtual int port() const = 0;
  /// Where traffic goes from now on. Returns the instant of the switch.
  virtual std::int64_t pointAt(Colour colour, int backendPort) = 0;
  virtual ColourTraffic traffic(Colour colour) = 0;
  virtual SwitchTimes times() = 0;
  /// Closes every connection that is with `colour`.
  virtual void cut(Colour colour) = 0;
};

} // namespace pipelang::deploy
