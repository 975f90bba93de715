#include "runtime/exec/recorder.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

/// A line that does not end is reported in pieces of this size.
constexpr std::size_t longestHeldLine = 8 * 1024;

} // namespace

void Recorder::take(const store::Event &event) {
  const std::lock_guard lock(mutex_);
  store::Event stamped = event;
  if (stamped.at == 0) stamped.at = clock_.wallMilliseconds();
  if (!std::holds_alternative<store::Output>(stamped.node) && failure_.empty()) {
    journal_.append(stamped);
    if (std::this_thread::get_id() != keepsBack_) write();
  }
  report_.take(stamped);
}

void Recorder::write() {
  if (llvm::Error error = journal_.flush()) failure_ = llvm::toString(std::move(error));
}

void Recorder::keepBack() {
  const std::lock_guard lock(mutex_);
  keepsBack_ = std::this_thread::get_id();
}

void Recorder::flush() {
  const std::lock_guard lock(mutex_);
  if (failure_.empty()) write();
}

void Recorder::show(decltype(store::Event::node) node) {
  const std::lock_guard lock(mutex_);
  report_.take({clock_.wallMilliseconds(), std::move(node)});
}

void Recorder::between(const std::function<void()> &action) {
  const std::lock_guard lock(mutex_);
  action();
}

std::string Recorder::failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

StreamLog::StreamLog(const std::string &path, const SecretForms &forms, Recorder &recorder, std::string node,
                     int step)
    : path_(path), recorder_(recorder), masker_(forms), node_(std::move(node)), step_(step) {}

void StreamLog::open() {
  opened_ = true;
  const auto open = [this] { return ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644); };
  file_ = open();
  if (file_ < 0 && errno == ENOENT) { // the first of its node
    const std::string folder = llvm::StringRef(path_).rsplit('/').first.str();
    std::error_code ignored; // opening says what is wrong
    if (::mkdir(folder.c_str(), 0777) != 0) std::filesystem::create_directories(folder, ignored);
    file_ = open();
  }
  if (file_ < 0) recorder_.record(store::Note{node_, "no log: `" + path_ + "`: " + std::strerror(errno)});
}

StreamLog::~StreamLog() {
  flush();
  if (file_ >= 0) ::close(file_);
}

void StreamLog::toFile(llvm::StringRef text) {
  if (!opened_ && !text.empty()) open();
  while (file_ >= 0 && !text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      ::close(file_);
      file_ = -1;
      recorder_.record(store::Note{node_, "the log `" + path_ + "` ends here: " + std::strerror(error)});
      return;
    }
    text = text.drop_front(static_cast<std::size_t>(written));
  }
}

void StreamLog::emit(bool partialLines) {
  const std::size_t end = masked_.rfind('\n');
  std::size_t complete = end == std::string::npos ? 0 : end + 1;
  if (partialLines || masked_.size() - complete > longestHeldLine) complete = masked_.size();
  if (complete == 0) return;
  recorder_.record(store::Output{node_, step_, masked_.substr(0, complete)});
  masked_.erase(0, complete);
}

void StreamLog::write(llvm::StringRef bytes) {
  const std::lock_guard lock(mutex_);
  const std::size_t before = masked_.size();
  masker_.write(bytes, masked_);
  toFile(llvm::StringRef(masked_).drop_front(before));
  emit(false);
}

void StreamLog::flush() {
  const std::lock_guard lock(mutex_);
  const std::size_t before = masked_.size();
  masker_.flush(masked_);
  toFile(llvm::StringRef(masked_).drop_front(before));
  emit(true);
}

void MaskingSink::take(const store::Event &event) {
  if (const auto *output = std::get_if<store::Output>(&event.node)) {
    log_.write(output->text);
    return;
  }
  store::Event masked = event;
  const auto hide = [this](std::string &text) { text = mask(text, forms_); };
  if (auto *checked = std::get_if<store::Checked>(&masked.node)) {
    hide(checked->value);
    hide(checked->message);
    hide(checked->evidence);
  } else if (auto *phase = std::get_if<store::PhaseEntered>(&masked.node)) {
    hide(phase->message);
  } else if (auto *note = std::get_if<store::Note>(&masked.node)) {
    hide(note->text);
  } else if (auto *ended = std::get_if<store::NodeEnded>(&masked.node)) {
    hide(ended->reason);
  }
  recorder_.take(masked);
}

} // namespace pipelang::exec
