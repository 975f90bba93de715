// Where events of a run go: into the journal (all but output, which has log files) and on to the report.
#pragma once

#include "runtime/exec/masker.h"
#include "runtime/host/host.h"
#include "runtime/store/journal.h"
#include <functional>
#include <mutex>
#include <thread>

namespace pipelang::exec {

/// Stamps events with the time. Safe from several threads. They are in the journal's file once take()
/// returns, except for those of a thread that keeps them back: for it, once it called flush().
class Recorder final : public store::EventSink {
public:
  Recorder(store::Journal &journal, store::EventSink &report, host::Clock &clock)
      : journal_(journal), report_(report), clock_(clock) {}

  /// An event whose `at` is 0 gets the present time.
  void take(const store::Event &event) override;
  void record(decltype(store::Event::node) node) { take({clock_.wallMilliseconds(), std::move(node)}); }
  /// To the report alone: the journal has it already.
  void show(decltype(store::Event::node) node);
  /// Calls `action` while no event is taken.
  void between(const std::function<void()> &action);
  /// From now on the calling thread's events may wait for its flush().
  void keepBack();
  /// What was kept back is written.
  void flush();
  /// Why the journal could not be written, once it could not; else empty.
  std::string failure();

private:
  store::Journal &journal_;
  store::EventSink &report_;
  host::Clock &clock_;
  void write();

  std::mutex mutex_;
  std::thread::id keepsBack_;
  std::string failure_;
};

/// One stream of output, on its way through the masker into its log file and the report. Memory is fixed:
/// 64 KiB and what the masker holds back. Safe from several threads.
class StreamLog {
public:
  /// The file and its folder are made with the first output. Where it cannot be written the output is still
  /// reported, and a note says so.
  StreamLog(const std::string &path, const SecretForms &forms, Recorder &recorder, std::string node,
            int step);
  StreamLog(const StreamLog &) = delete;
  ~StreamLog();

  void write(llvm::StringRef bytes);
  /// The stream has ended or pauses: what was held back is written too.
  void flush();

private:
  void open();
  void emit(bool partialLines);
  void toFile(llvm::StringRef text);

  std::mutex mutex_;
  const std::string path_;
  bool opened_ = false;
  int file_ = -1;
  Recorder &recorder_;
  Masker masker_;
  const std::string node_;
  const int step_;
  std::string masked_; ///< Not yet reported: the line that is not complete.
};

/// Events of a part that runs on its own thread (a deployment): texts masked, output through a StreamLog.
class MaskingSink final : public store::EventSink {
public:
  MaskingSink(Recorder &recorder, const SecretForms &forms, StreamLog &log)
      : recorder_(recorder), forms_(forms), log_(log) {}
  void take(const store::Event &event) override;

private:
  Recorder &recorder_;
  const SecretForms &forms_;
  StreamLog &log_;
};

} // namespace pipelang::exec
