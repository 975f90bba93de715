// The folders that attempts of jobs work in. Making and removing four for each job is most of what a small
// job costs a file system, so those that a job leaves as empty as it got them are handed on to the next,
// renamed.
#pragma once

#include "runtime/host/host.h"
#include <mutex>

namespace pipelang::exec {

/// Safe from several threads.
class WorkFolders {
public:
  /// Makes `directory` with `home`, `tmp` and, where `withWork`, `work` in it. Error: the disk said no.
  llvm::Error make(const std::string &directory, bool withWork, host::Files &files);
  /// Takes back what make() made. False: something is in it or has been changed about it, and it stays.
  bool takeBack(const std::string &directory);

private:
  static constexpr std::size_t mostSpare = 64;

  std::mutex mutex_;               ///< Guards the list.
  std::vector<std::string> spare_; ///< Empty ones, with all three folders.
};

} // namespace pipelang::exec
