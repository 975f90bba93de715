#include "runtime/host/workers.h"
#include <system_error>

namespace pipelang::host {

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread &thread : threads_)
    thread.join();
}

/// False: the machine has none for us now.
bool Workers::addThread() {
  try {
    threads_.emplace_back([this] { serve(); });
    return true;
  } catch (const std::system_error &) {
    return false;
  }
}

void Workers::run(Loop::Callback work, Loop::Callback done) {
  std::unique_lock lock(mutex_);
  waiting_.push_back({std::move(work), std::move(done)});
  // One thread for each piece of work: a piece may wait a minute for a service, and another may depend on
  // nothing. There are never more than nodes running at once.
  if (waiting_.size() <= idle_ || addThread() || !threads_.empty()) {
    changed_.notify_one();
    return;
  }
  const Task task = std::move(waiting_.front()); // slowly, rather than never
  waiting_.pop_front();
  lock.unlock();
  task.work();
  loop_.post(task.done);
}

void Workers::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    Task task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    task.work();
    loop_.post(std::move(task.done));
    lock.lock();
  }
}

} // namespace pipelang::host
