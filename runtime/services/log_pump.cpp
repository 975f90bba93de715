#include "runtime/services/log_pump.h"
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace pipelang::services {

constexpr std::size_t tailLines = 20;
/// A line without an end is passed on in pieces of this size.
constexpr std::size_t longestLine = 16384;

llvm::Expected<std::unique_ptr<LogPump>> LogPump::create(LogSink sink) {
  std::unique_ptr<LogPump> pump(new LogPump);
  int ends[2];
  pump->wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (pump->wake_ < 0 || ::pipe2(ends, O_CLOEXEC) != 0)
    return llvm::createStringError(std::error_code(errno, std::generic_category()),
                                   "cannot make a pipe for a log");
  pump->read_ = ends[0];
  pump->write_ = ends[1];
  ::fcntl(pump->read_, F_SETFL, O_NONBLOCK);
  pump->sink_ = std::move(sink);
  pump->thread_ = std::thread([raw = pump.get()] { raw->run(); });
  return pump;
}

LogPump::~LogPump() {
  stop();
  closeWriteEnd();
  for (int descriptor : {read_, wake_})
    if (descriptor >= 0) ::close(descriptor);
}

void LogPump::closeWriteEnd() {
  if (write_ >= 0) ::close(write_);
  write_ = -1;
}

void LogPump::stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  thread_.join();
}

std::string LogPump::tail() {
  std::lock_guard lock(mutex_);
  std::string text;
  for (const auto &line : lines_)
    text += (text.empty() ? "" : "\n") + line;
  return text;
}

void LogPump::take(llvm::StringRef text) {
  partial_ += text;
  const auto end = partial_.rfind('\n');
  std::string whole;
  if (end != std::string::npos) {
    whole = partial_.substr(0, end + 1);
    partial_.erase(0, end + 1);
  } else if (partial_.size() > longestLine) {
    whole.swap(partial_);
  } else {
    return;
  }
  {
    std::lock_guard lock(mutex_);
    llvm::SmallVector<llvm::StringRef, 32> lines;
    llvm::StringRef(whole).split(lines, '\n', -1, false);
    for (llvm::StringRef line : lines) {
      lines_.push_back(line.rtrim('\r').str());
      if (lines_.size() > tailLines) lines_.pop_front();
    }
  }
  sink_(whole);
}

void LogPump::run() {
  std::array<char, 65536> buffer;
  bool stopping = false;
  while (true) {
    pollfd waits[2] = {{read_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (!stopping) ::poll(waits, 2, -1);
    stopping = stopping || (waits[1].revents & POLLIN);
    const auto count = ::read(read_, buffer.data(), buffer.size());
    if (count > 0)
      take({buffer.data(), static_cast<std::size_t>(count)});
    else if (count == 0 || (errno != EAGAIN && errno != EINTR) || (stopping && errno == EAGAIN))
      break;
  }
  if (!partial_.empty()) take("\n");
}

} // namespace pipelang::services
