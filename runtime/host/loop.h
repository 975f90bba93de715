// The one loop that owns a run's processes: descriptors (pidfds, pipes), timers, signals, and what
// worker threads post back. Everything it calls runs on the thread that called run().
#pragma once

#include "compiler/support/quantities.h"
#include "llvm/ADT/ArrayRef.h"
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace pipelang::host {

class Loop {
public:
  using Callback = std::function<void()>;
  using TimerId = std::uint64_t; ///< 0: none.

  Loop();
  Loop(const Loop &) = delete;
  ~Loop();

  /// False: it got no descriptors, and cannot run.
  bool usable() const { return epoll_ >= 0 && wake_ >= 0; }

  /// Calls `readable` whenever `descriptor` can be read or was hung up, until unwatch(). Owns nothing.
  void watch(int descriptor, Callback readable);
  void unwatch(int descriptor);

  TimerId after(Duration delay, Callback callback);
  /// No effect on 0 and on a timer that has fired.
  void cancel(TimerId timer);

  /// All timers fire that much later: the program was stopped for so long.
  void delayTimers(Duration by);

  /// From any thread: `callback` runs on the loop's, which is the one that made it.
  void post(Callback callback);

  /// Called whenever there is nothing to do but to wait.
  void beforeWaiting(Callback callback) { beforeWaiting_ = std::move(callback); }

  /// Takes these signals away from the process (block them before any thread starts: blockSignals) and
  /// calls `callback` with each that arrives.
  void onSignals(llvm::ArrayRef<int> signals, std::function<void(int)> callback);

  /// Until stop(). May be called again.
  void run();
  void stop() { stopped_ = true; }

private:
  using Clock = std::chrono::steady_clock;

  int millisecondsToNextTimer() const;
  void fireTimers();
  void takePosted();
  void runPosted();

  int epoll_ = -1;
  int wake_ = -1;
  int signals_ = -1;
  bool stopped_ = false;
  TimerId lastTimer_ = 0;
  std::map<int, Callback> watched_;
  std::map<std::pair<Clock::time_point, TimerId>, Callback> timers_;
  std::map<TimerId, Clock::time_point> deadlines_;
  std::function<void(int)> signalled_;
  Callback beforeWaiting_;
  const std::thread::id thread_ = std::this_thread::get_id();
  std::vector<Callback> posted_; ///< By whom the loop called, and what it took from the others.
  std::mutex mutex_;             ///< Guards postedByOthers_.
  std::vector<Callback> postedByOthers_;
};

/// Blocks `signals` in this thread and all it starts from now on. Processes we start get them unblocked.
void blockSignals(llvm::ArrayRef<int> signals);

} // namespace pipelang::host
