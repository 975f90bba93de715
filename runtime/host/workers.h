// Threads for what blocks (starting services, copying files, deployments), so that the loop never does.
#pragma once

#include "runtime/host/loop.h"
#include <condition_variable>
#include <deque>
#include <thread>

namespace pipelang::host {

/// Threads start as they are needed and live until the end. Destroying waits for all work.
class Workers {
public:
  explicit Workers(Loop &loop) : loop_(loop) {}
  Workers(const Workers &) = delete;
  ~Workers();

  /// Runs `work` on some thread at once, then `done` on the loop's. Where the machine has no thread left,
  /// one that is there takes it when it can, or this one does.
  void run(Loop::Callback work, Loop::Callback done);

private:
  struct Task {
    Loop::Callback work;
    Loop::Callback done;
  };
  void serve();
  bool addThread();

  Loop &loop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

} // namespace pipelang::host
