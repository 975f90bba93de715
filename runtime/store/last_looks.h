// How each job of a project was looked up the last time: its manifest then, beside the one now, tells what
// has changed. One small file for a project, not one for a job: a thousand small files cost more than the
// jobs do.
#pragma once

#include "llvm/Support/Error.h"
#include <map>
#include <mutex>
#include <string>

namespace pipelang::store {

struct LastLook {
  std::string key;     ///< Empty: it was never looked up.
  bool failed = false; ///< It ran then, and did not succeed.
  bool operator==(const LastLook &) const = default;
};

/// Safe from several threads.
class LastLooks {
public:
  /// `path` is of the file; it need not be there. What cannot be read of it counts as not known.
  explicit LastLooks(std::string path) : path_(std::move(path)) {}

  LastLook of(const std::string &job);
  void set(const std::string &job, const LastLook &look);
  /// Writes what is new; what others wrote meanwhile about other jobs stays. Error: the disk.
  llvm::Error save();

private:
  using Looks = std::map<std::string, LastLook>; ///< By jobs.
  static Looks read(const std::string &path);

  const std::string path_;
  std::mutex mutex_; ///< Guards what follows.
  bool isRead_ = false;
  Looks known_, new_;
};

} // namespace pipelang::store
