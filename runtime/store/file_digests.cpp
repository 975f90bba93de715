#include "runtime/store/file_digests.h"
#include "fmt/format.h"
#include "runtime/host/host.h"
#include "runtime/store/digest.h"
#include "llvm/ADT/SmallVector.h"
#include <cerrno>
#include <cstring>
#include <sys/stat.h>

namespace pipelang::store {
namespace {

constexpr std::int64_t tooRecent = 2'000'000'000; // nanoseconds; coarser than the clock of any file system

std::int64_t nanoseconds(const timespec &time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

bool readNumber(llvm::StringRef word, std::uint64_t &into) {
  return !word.getAsInteger(10, into);
}
bool readNumber(llvm::StringRef word, std::int64_t &into) {
  return !word.getAsInteger(10, into);
}

} // namespace

llvm::Expected<FileState> fileState(const std::string &path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return llvm::createStringError(std::error_code(errno, std::generic_category()), "cannot read `%s`: %s",
                                   path.c_str(), std::strerror(errno));
  return FileState{status.st_dev,
                   status.st_ino,
                   status.st_mode,
                   status.st_size,
                   nanoseconds(status.st_mtim),
                   nanoseconds(status.st_ctim)};
}

FileDigests::FileDigests(std::string kept) : kept_(std::move(kept)) {
  if (kept_.empty()) return;
  llvm::Expected<std::string> text = host::realHost().files.read(kept_);
  if (!text)
    llvm::consumeError(text.takeError());
  else if (const auto [digest, rest] = llvm::StringRef(*text).split('\n'); sha256(rest) == digest)
    load(rest);
}

void FileDigests::load(llvm::StringRef text) {
  while (!text.empty()) {
    const auto [line, rest] = text.split('\n');
    text = rest;
    llvm::SmallVector<llvm::StringRef, 8> words;
    line.split(words, ' ', 7); // the path, last, may have spaces
    Entry entry;
    if (words.size() == 8 && readNumber(words[1], entry.state.device) &&
        readNumber(words[2], entry.state.inode) && readNumber(words[3], entry.state.mode) &&
        readNumber(words[4], entry.state.size) && readNumber(words[5], entry.state.modified) &&
        readNumber(words[6], entry.state.changed)) {
      entry.digest = words[0].str();
      entries_[words[7].str()] = std::move(entry);
    }
  }
}

llvm::Expected<std::string> FileDigests::of(const std::string &path) {
  llvm::Expected<FileState> before = fileState(path);
  if (!before) return before.takeError();
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(path);
    if (found != entries_.end() && found->second.state == *before) return found->second.digest;
  }
  const std::int64_t now = host::realHost().clock.wallMilliseconds() * 1'000'000;
  llvm::Expected<std::string> digest = sha256OfFile(path);
  if (!digest) return digest;
  llvm::Expected<FileState> after = fileState(path);
  if (!after) return after.takeError();
  if (*before == *after && after->changed + tooRecent < now) {
    const std::lock_guard lock(mutex_);
    entries_[path] = {*after, *digest};
    isNew_ = true;
  }
  return digest;
}

void FileDigests::save() {
  const std::lock_guard lock(mutex_);
  if (kept_.empty() || !isNew_) return;
  std::string text;
  for (const auto &[path, entry] : entries_)
    if (path.find('\n') == std::string::npos)
      text +=
          fmt::format("{} {} {} {} {} {} {} {}\n", entry.digest, entry.state.device, entry.state.inode,
                      entry.state.mode, entry.state.size, entry.state.modified, entry.state.changed, path);
  llvm::consumeError(host::realHost().files.write(kept_, sha256(text) + "\n" + text));
  isNew_ = false;
}

} // namespace pipelang::store
