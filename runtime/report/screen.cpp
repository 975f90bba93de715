#include "runtime/report/screen.h"
#include "fmt/format.h"
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <poll.h>
#include <unistd.h>

namespace pipelang::report {
namespace {

/// False: it never will be written.
bool writeAll(int descriptor, llvm::StringRef text, const std::function<void(std::size_t)> &taken) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), std::min<std::size_t>(text.size(), 16 * 1024));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) { // somebody made it non-blocking
      pollfd writable{descriptor, POLLOUT, 0};
      ::poll(&writable, 1, 100);
      continue;
    }
    if (written <= 0) return false;
    taken(static_cast<std::size_t>(written));
    text = text.drop_front(static_cast<std::size_t>(written));
  }
  return true;
}

/// A signal that asks us to end, or one that says that nobody sweeps after us.
bool askedToEnd() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGRTMIN})
    sigaddset(&signals, signal);
  const timespec moment{0, 50'000'000};
  return ::sigtimedwait(&signals, nullptr, &moment) > 0;
}

} // namespace

void Screen::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::string text = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    const bool written = writeAll(descriptor_, text, [this](std::size_t count) {
      const std::lock_guard guard(mutex_);
      taken_ += count;
      changed_.notify_all();
    });
    lock.lock();
    busy_ = false;
    bytes_ -= text.size();
    if (!written) {
      dead_ = true;
      waiting_.clear();
    }
    changed_.notify_all();
    if (dead_) return;
  }
}

/// As long as the reader takes something every now and then.
bool Screen::waitForRoom(std::unique_lock<std::mutex> &lock, std::size_t size) {
  const auto fits = [&] { return dead_ || bytes_ == 0 || bytes_ + size <= mostWaiting; };
  while (!fits()) {
    const std::size_t before = taken_;
    // Once something was left out there is no waiting for it again, until there is room.
    if (leftOut_ > 0) return false;
    changed_.wait_for(lock, std::chrono::seconds(1), [&] { return fits() || taken_ != before; });
    if (!fits() && taken_ == before) return false;
  }
  return true;
}

void Screen::write(llvm::StringRef text) {
  if (text.empty()) return;
  std::unique_lock lock(mutex_);
  if (dead_) return;
  if (!thread_.joinable()) thread_ = std::thread([this] { serve(); });
  if (!waitForRoom(lock, text.size())) {
    leftOut_ += text.size();
    return;
  }
  std::string whole;
  if (leftOut_ > 0)
    whole = fmt::format("\n[{} bytes left out here: nobody read them; `piperun logs` has them]\n", leftOut_);
  leftOut_ = 0;
  whole += text;
  bytes_ += whole.size();
  waiting_.push_back(std::move(whole));
  changed_.notify_all();
}

bool Screen::idle() {
  const std::lock_guard guard(mutex_);
  return dead_ || (waiting_.empty() && !busy_);
}

Screen::~Screen() {
  if (!thread_.joinable()) return;
  std::unique_lock lock(mutex_);
  ending_ = true;
  changed_.notify_all();
  const auto done = [this] { return dead_ || (waiting_.empty() && !busy_); };
  while (!done()) {
    if (changed_.wait_for(lock, std::chrono::milliseconds(20), done)) break;
    lock.unlock();
    const bool stop = askedToEnd();
    lock.lock();
    if (stop && !done()) {
      ::_exit(130); // the thread hangs in a write
    }
  }
  lock.unlock();
  thread_.join();
}

} // namespace pipelang::report
