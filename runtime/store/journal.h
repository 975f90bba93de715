// The record of one run: an append-only file of events, each with its length and checksum. What was
// written before a crash can be read; reading stops at the first record that is not whole.
#pragma once

#include "runtime/store/events.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <vector>

namespace pipelang::store {

/// CRC-32C (Castagnoli) of `bytes`; 0 for none.
std::uint32_t crc32c(llvm::StringRef bytes);

/// Appends events; they are in the file (not on the platter: no fsync) when flush() returns.
class Journal {
public:
  /// A new one; the folder must exist. Error: it cannot be written, or is there already.
  static llvm::Expected<std::unique_ptr<Journal>> create(llvm::StringRef path);
  /// The one at `path`, to be continued after its last whole record; what follows that is cut off.
  static llvm::Expected<std::unique_ptr<Journal>> reopen(llvm::StringRef path);
  Journal(const Journal &) = delete;
  ~Journal();

  void append(const Event &event);
  /// Error: the disk said no. What is in the file stays readable: the torn record is cut off, and what was
  /// appended since the last flush is lost.
  llvm::Error flush();

private:
  Journal(std::string path, int file, std::int64_t size) : path_(std::move(path)), file_(file), size_(size) {}
  const std::string path_;
  int file_;
  std::int64_t size_;
  std::string pending_; ///< Records that are not in the file yet.
};

struct LoadedJournal {
  std::vector<Event> events;
  std::int64_t goodBytes = 0; ///< Of the file: where a next record belongs.
  bool whole = true;          ///< False: something after the last good record was left out.
};

/// What `bytes` (a journal's) hold, up to the first record that is cut, damaged or unknown.
LoadedJournal readJournal(llvm::StringRef bytes);
/// Error: no such file, or no journal.
llvm::Expected<LoadedJournal> loadJournal(llvm::StringRef path);

} // namespace pipelang::store
