// Digests of files, remembered for as long as nothing about a file has changed.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace pipelang::store {

/// What of a file changes when it is touched in any way: the time of its inode cannot be set back.
struct FileState {
  std::uint64_t device = 0, inode = 0, mode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0, changed = 0; ///< Nanoseconds since 1970.
  bool operator==(const FileState &) const = default;
};

/// Of the file a link points to. Error: there is none.
llvm::Expected<FileState> fileState(const std::string &path);

/// Safe from several threads.
class FileDigests {
public:
  /// `kept` is the file where they lie between runs; empty: nowhere. What is damaged counts as nothing.
  explicit FileDigests(std::string kept = "");

  /// SHA-256 of the file's content. It is read, unless it has been read before and is untouched since. A file
  /// that was touched in the last two seconds is not remembered: it may be again without a sign.
  /// Error: it cannot be read.
  llvm::Expected<std::string> of(const std::string &path);
  /// Keeps what is new. Trouble with that is none: it is read again.
  void save();

private:
  struct Entry {
    FileState state;
    std::string digest;
  };
  void load(llvm::StringRef text);

  const std::string kept_;
  std::mutex mutex_; ///< Guards everything below.
  std::map<std::string, Entry> entries_;
  bool isNew_ = false;
};

} // namespace pipelang::store
