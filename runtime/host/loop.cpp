#include "runtime/host/loop.h"
#include <algorithm>
#include <csignal>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace pipelang::host {
namespace {

sigset_t setOf(llvm::ArrayRef<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals)
    sigaddset(&set, signal);
  return set;
}

} // namespace

void blockSignals(llvm::ArrayRef<int> signals) {
  const sigset_t set = setOf(signals);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  watch(wake_, [this] {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_, &count, sizeof count);
    takePosted();
  });
}

Loop::~Loop() {
  for (const int descriptor : {epoll_, wake_, signals_})
    if (descriptor >= 0) ::close(descriptor);
}

void Loop::watch(int descriptor, Callback readable) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  watched_[descriptor] = std::move(readable);
}

void Loop::unwatch(int descriptor) {
  if (watched_.erase(descriptor) > 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
}

Loop::TimerId Loop::after(Duration delay, Callback callback) {
  const TimerId timer = ++lastTimer_;
  const Clock::time_point at = Clock::now() + std::chrono::milliseconds(delay.milliseconds);
  timers_.emplace(std::make_pair(at, timer), std::move(callback));
  deadlines_.emplace(timer, at);
  return timer;
}

void Loop::cancel(TimerId timer) {
  const auto found = deadlines_.find(timer);
  if (found == deadlines_.end()) return;
  timers_.erase({found->second, timer});
  deadlines_.erase(found);
}

void Loop::delayTimers(Duration by) {
  std::map<std::pair<Clock::time_point, TimerId>, Callback> later;
  for (auto &[key, callback] : timers_) {
    const Clock::time_point at = key.first + std::chrono::milliseconds(by.milliseconds);
    deadlines_[key.second] = at;
    later.emplace(std::make_pair(at, key.second), std::move(callback));
  }
  timers_ = std::move(later);
}

void Loop::post(Callback callback) {
  if (std::this_thread::get_id() == thread_) {
    posted_.push_back(std::move(callback));
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    postedByOthers_.push_back(std::move(callback));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

void Loop::onSignals(llvm::ArrayRef<int> signals, std::function<void(int)> callback) {
  blockSignals(signals);
  const sigset_t set = setOf(signals);
  signals_ = signalfd(signals_, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  signalled_ = std::move(callback);
  watch(signals_, [this] {
    signalfd_siginfo info;
    while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
      signalled_(static_cast<int>(info.ssi_signo));
  });
}

int Loop::millisecondsToNextTimer() const {
  if (timers_.empty()) return -1;
  const auto left = timers_.begin()->first.first - Clock::now();
  if (left <= Clock::duration::zero()) return 0;
  // Rounded up: waking early would only mean to wait again.
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::min<std::int64_t>(milliseconds, 3'600'000));
}

void Loop::fireTimers() {
  const Clock::time_point now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const Callback callback = std::move(timers_.begin()->second);
    deadlines_.erase(timers_.begin()->first.second);
    timers_.erase(timers_.begin());
    callback();
  }
}

void Loop::takePosted() {
  const std::lock_guard lock(mutex_);
  std::move(postedByOthers_.begin(), postedByOthers_.end(), std::back_inserter(posted_));
  postedByOthers_.clear();
}

/// Those that are there now: what they post in turn waits until the descriptors were looked at.
void Loop::runPosted() {
  std::vector<Callback> posted;
  posted.swap(posted_);
  for (const Callback &callback : posted)
    callback();
}

void Loop::run() {
  stopped_ = false;
  while (!stopped_) {
    epoll_event events[64];
    if (posted_.empty() && beforeWaiting_) beforeWaiting_();
    const int count = epoll_wait(epoll_, events, 64, posted_.empty() ? millisecondsToNextTimer() : 0);
    for (int i = 0; i < count && !stopped_; ++i) {
      // Looked up each time: an earlier callback of this round may have unwatched it.
      const auto found = watched_.find(events[i].data.fd);
      if (found == watched_.end()) continue;
      const Callback callback = found->second; // a copy: it may unwatch itself
      callback();
    }
    fireTimers();
    runPosted();
  }
}

} // namespace pipelang::host
