#include "runtime/exec/process_run.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace pipelang::exec {

ProcessRun::~ProcessRun() {
  for (const host::Loop::TimerId timer : {timeout_, escalation_, idle_, drain_})
    loop_.cancel(timer);
  closePipe();
  if (child_.pidfd >= 0) {
    loop_.unwatch(child_.pidfd);
    ::close(child_.pidfd);
  }
  if (running_ || groupLeft_) processes_.signalGroup(child_.pid, SIGKILL);
}

llvm::Error ProcessRun::start(host::SpawnOptions options, std::optional<Duration> timeout, Take take,
                              Done done) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return llvm::createStringError(std::error_code(errno, std::generic_category()), "cannot make a pipe: %s",
                                   std::strerror(errno));
  options.output = ends[1];
  options.dieWithParent = true;
  llvm::Expected<host::Child> child = processes_.spawn(options);
  ::close(ends[1]);
  if (!child) {
    ::close(ends[0]);
    return child.takeError();
  }
  child_ = *child;
  pipe_ = ends[0];
  ::fcntl(pipe_, F_SETFL, O_NONBLOCK);
  take_ = std::move(take);
  done_ = std::move(done);
  running_ = true;
  loop_.watch(pipe_, [this] { readOutput(); });
  loop_.watch(child_.pidfd, [this] { exited(); });
  if (timeout)
    timeout_ = loop_.after(*timeout, [this] {
      end_.timedOut = true;
      stop(false);
    });
  return llvm::Error::success();
}

void ProcessRun::readOutput() {
  constexpr std::size_t size = 64 * 1024;
  static thread_local const auto buffer = std::make_unique_for_overwrite<char[]>(size);
  // A few rounds at most, so that one chatty step does not keep the others waiting.
  for (int round = 0; round < 8 && pipe_ >= 0; ++round) {
    const ssize_t got = ::read(pipe_, buffer.get(), size);
    if (got > 0) {
      take_(llvm::StringRef(buffer.get(), static_cast<std::size_t>(got)));
      if (!running_ && !finished_) waitForIdle();
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    closePipe();
    if (!running_) finish();
  }
}

void ProcessRun::exited() {
  // The whole group first: once the leader is reaped its number may be given to somebody else.
  if (end_.stopped || end_.timedOut) processes_.signalGroup(child_.pid, SIGKILL);
  loop_.unwatch(child_.pidfd);
  if (const auto status = processes_.wait(child_, Duration::fromSeconds(1))) end_.status = *status;
  ::close(child_.pidfd);
  child_.pidfd = -1;
  running_ = false;
  groupLeft_ = processes_.groupAlive(child_.pid);
  loop_.cancel(timeout_);
  loop_.cancel(escalation_);
  readOutput();
  if (finished_) return;
  if (pipe_ < 0) {
    finish();
    return;
  }
  drain_ = loop_.after(patience_.drain, [this] { finish(); });
  waitForIdle();
}

void ProcessRun::waitForIdle() {
  loop_.cancel(idle_);
  idle_ = loop_.after(patience_.idle, [this] { finish(); });
}

void ProcessRun::finish() {
  if (finished_) return;
  finished_ = true;
  loop_.cancel(idle_);
  loop_.cancel(drain_);
  // Not from here: whoever is told may destroy this.
  loop_.post([done = std::move(done_), end = end_] { done(end); });
}

void ProcessRun::stop(bool interrupted) {
  if (!running_) return;
  end_.stopped = end_.stopped || !end_.timedOut;
  if (nextSignal_ == 0) nextSignal_ = interrupted ? SIGINT : SIGTERM;
  escalate();
}

void ProcessRun::escalate() {
  if (!running_) return;
  if (send_) send_(nextSignal_);
  if (!send_ || nextSignal_ == SIGKILL) {
    processes_.signalGroup(child_.pid, nextSignal_);
    processes_.signalGroup(child_.pid, SIGCONT); // a stopped process takes no TERM
  }
  nextSignal_ = nextSignal_ == SIGINT ? SIGTERM : SIGKILL;
  loop_.cancel(escalation_);
  escalation_ = loop_.after(patience_.grace, [this] { escalate(); });
}

void ProcessRun::closePipe() {
  if (pipe_ < 0) return;
  loop_.unwatch(pipe_);
  ::close(pipe_);
  pipe_ = -1;
}

} // namespace pipelang::exec
