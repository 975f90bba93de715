// What a process writes, from its pipe to a callback, on a thread of its own.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace pipelang::services {

using LogSink = std::function<void(llvm::StringRef)>;

/// Reads until every writer has closed the pipe, or `stop` and nothing more is there: a stray grandchild
/// that holds the pipe hangs nobody.
class LogPump {
public:
  /// `sink` is called from the pump's thread with whole lines where possible.
  static llvm::Expected<std::unique_ptr<LogPump>> create(LogSink sink);
  ~LogPump();
  LogPump(const LogPump &) = delete;
  LogPump &operator=(const LogPump &) = delete;

  int writeEnd() const { return write_; }
  /// To be called once the processes have their copy.
  void closeWriteEnd();
  /// Takes what is there and ends the thread. Idempotent.
  void stop();
  /// The last lines written, at most 20, joined by line feeds.
  std::string tail();

private:
  LogPump() = default;
  void run();
  void take(llvm::StringRef text);

  LogSink sink_;
  int read_ = -1;
  int write_ = -1;
  int wake_ = -1;
  std::string partial_;
  std::mutex mutex_;
  std::deque<std::string> lines_;
  std::thread thread_;
};

} // namespace pipelang::services
