// The console as a run sees it: it may be closed, full or slow, and none of that may fail the run or hold
// it up for long. What is written is kept in log files anyway.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace pipelang::report {

class Screen {
public:
  explicit Screen(int descriptor = 1) : descriptor_(descriptor) {}
  Screen(const Screen &) = delete;
  /// Waits until everything is written, or a signal asks to end.
  ~Screen();

  /// In order, some time later. Waits for a slow reader while it takes anything at all; what a reader that
  /// has stopped reading does not take is left out, and a line says so.
  void write(llvm::StringRef text);
  /// Whether all that was given has been taken: only then is a new picture worth drawing.
  bool idle();

private:
  static constexpr std::size_t mostWaiting = 1024 * 1024; ///< Bytes.

  void serve();
  bool waitForRoom(std::unique_lock<std::mutex> &lock, std::size_t size);

  const int descriptor_;
  std::mutex mutex_; ///< Guards all below.
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  std::size_t bytes_ = 0;   ///< Of `waiting_`.
  std::size_t taken_ = 0;   ///< Written so far.
  std::size_t leftOut_ = 0; ///< Since the last text that found room.
  bool dead_ = false;       ///< It cannot be written: closed, or full.
  bool busy_ = false;       ///< The thread writes.
  bool ending_ = false;
  std::thread thread_; ///< Started with the first text.
};

} // namespace pipelang::report
