// What jobs gave, by what they depended on: `ac/` holds a record for each key, `cas/` contents by their
// SHA-256, as the Bazel Remote Execution API has them. Everything is written under another name and then
// renamed; everything read is checked against its digest, and what is damaged is removed, so that the next
// job writes it anew. Several programs may use one cache at once.
#pragma once

#include "llvm/Support/Error.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pipelang::store {

/// A file an output is made of.
struct CachedFile {
  std::string path; ///< Relative to the output.
  std::string digest;
  bool executable = false;
  bool link = false; ///< The content is where it points to.
};

/// What a job gave.
struct CachedResult {
  std::string run;                                      ///< That made it.
  std::string manifest;                                 ///< Digest of the list of what it depended on.
  std::map<std::string, std::vector<CachedFile>> files; ///< By output.
  std::map<std::string, std::string> values;            ///< By output.
};

/// Whether restoring it writes only below the outputs: no `..`, no path through a link of its own.
bool isSafe(const CachedResult &result);

struct CacheStatistics {
  std::size_t results = 0, contents = 0;
  std::int64_t bytes = 0; ///< Of the contents.
};

class Cache {
public:
  explicit Cache(std::string directory) : directory_(std::move(directory)) {}
  const std::string &directory() const { return directory_; }

  /// Error: it cannot be read or written. Never fatal for a run.
  llvm::Expected<std::string> putFile(const std::string &path, bool executable);
  llvm::Expected<std::string> putText(llvm::StringRef text);
  llvm::Error putResult(llvm::StringRef key, const CachedResult &result);

  /// Whether `text`, whose digest this is, is kept. False: it is not there, or was damaged and has been
  /// removed.
  bool holds(llvm::StringRef digest, llvm::StringRef text);
  /// The content with this digest. None: it is not there, or was damaged and has been removed.
  std::optional<std::string> text(llvm::StringRef digest);
  /// The same as a new file. False: as above, or `to` cannot be written.
  bool file(llvm::StringRef digest, const std::string &to, bool executable);
  /// None: it is not there, was damaged and has been removed, or is of a newer version and stays.
  std::optional<CachedResult> result(llvm::StringRef key);

  /// Size of the content with this digest; its bytes are not looked at. None: it is not there.
  std::optional<std::int64_t> sizeOf(llvm::StringRef digest) const;
  /// Where the content lies, once its bytes have been checked. None: it is not there, or was damaged and has
  /// been removed.
  std::optional<std::string> verified(llvm::StringRef digest);
  /// The path of a file that nobody else writes, for adoptContent(). Error: it cannot be made.
  llvm::Expected<std::string> newName();
  /// Takes over the file `temporary`. False: its bytes have another digest. It is gone in any case. Error: it
  /// cannot be kept.
  llvm::Expected<bool> adoptContent(const std::string &temporary, llvm::StringRef digest);

  /// A secret of this cache's own, made when it is first asked for. Error: it cannot be kept.
  llvm::Expected<std::string> ownKey();

  CacheStatistics statistics() const;
  /// Removes what nobody asked for in the last `days`, then the oldest until `mostBytes` are left. Returns
  /// the bytes freed.
  std::int64_t collect(int days, std::int64_t mostBytes);

private:
  std::string contentPath(llvm::StringRef digest) const;
  std::string resultPath(llvm::StringRef key) const;
  llvm::Error adopt(const std::string &temporary, const std::string &path);

  std::string directory_;
};

} // namespace pipelang::store
