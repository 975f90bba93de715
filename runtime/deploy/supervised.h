// What a supervisor has: its versions, services and the lease. Thread-safe; every method may be called from
// the thread of any connection.
#pragma once

#include "runtime/deploy/proxy.h"
#include "runtime/services/services.h"
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>

namespace llvm::json {
class Value;
}

namespace pipelang::deploy {

llvm::StringRef colourName(Colour colour); ///< `blue`, `green`
std::optional<Colour> colourFromText(llvm::StringRef text);

/// The last 256 KiB of what a process wrote. In memory only: it may hold secrets.
class RecentLog {
public:
  void add(llvm::StringRef text);
  std::string text() const;

private:
  mutable std::mutex mutex_;
  std::string text_;
};

class Supervised {
public:
  explicit Supervised(host::Host &host) : host_(host) {}

  /// The token. Error: who holds the lease.
  llvm::Expected<std::int64_t> acquire(llvm::StringRef owner);
  void release(std::int64_t token);
  /// Error: `token` is not the lease's.
  llvm::Error mayAct(std::int64_t token);

  llvm::Expected<int> open(int port, bool any);
  llvm::Expected<int> startService(const services::ProcessSpec &spec);
  /// On a free port, which is returned. Error: the colour is taken, or what services::start says.
  llvm::Expected<int> start(Colour colour, llvm::StringRef release, services::ProcessSpec spec);
  bool identify(Colour colour);
  struct Switched {
    std::int64_t generation;
    std::int64_t at; ///< Monotonic nanoseconds.
  };
  /// Error: not ready, or `generation` is not the current one: somebody else has switched.
  llvm::Expected<Switched> switchTo(Colour colour, std::int64_t generation);
  /// Waits until no request is with `colour`, then closes what is left; returns how many that were.
  llvm::Expected<std::int64_t> drain(Colour colour, Duration within);
  llvm::Error stop(Colour colour);
  llvm::Error retire(Colour colour, Duration after);
  /// Stops what has to be by now. To be called often.
  void tick();
  llvm::json::Value status();
  llvm::json::Value traffic(Colour colour);
  llvm::json::Value times();
  std::string log(llvm::StringRef of);
  /// With each one's grace, or at once.
  void stopAll(bool gently);

private:
  struct Version {
    enum class State { Absent, Starting, Ready, Stopping };
    State state = State::Absent;
    std::string release;
    int port = 0;
    std::unique_ptr<services::Running> running;
    std::stop_source cancel;
    std::shared_ptr<RecentLog> log;
    std::optional<std::int64_t> retireAt; ///< Monotonic milliseconds.
  };
  struct Service {
    int port = 0;
    std::unique_ptr<services::Running> running;
    std::shared_ptr<RecentLog> log;
  };

  llvm::json::Value statusOf(Colour colour);
  bool serves(Colour colour) const { return live_ == colour; }

  host::Host &host_;
  std::mutex mutex_;
  std::condition_variable changed_; ///< A version's state.
  std::array<Version, 2> versions_;
  std::map<std::string, Service> services_;
  std::shared_ptr<Proxy> proxy_; ///< Null before open() and after stopAll().
  Colour live_ = -1;
  std::int64_t generation_ = 0;
  std::int64_t lastToken_ = 0;
  bool held_ = false;
  std::string owner_;
};

} // namespace pipelang::deploy
