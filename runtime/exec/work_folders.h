// The folders that attempts of jobs work in. Making and removing four for each job is most of what a small
// job costs a file system, so those that a job leaves as empty as it got them are handed on to the next.
#pragma once

#include "runtime/host/host.h"
#include <array>
#include <map>
#include <mutex>
#include <sys/stat.h>

namespace pipelang::exec {

/// Safe from several threads.
class WorkFolders {
public:
  /// A folder below `root` that is nobody else's, with `home`, `tmp` and, where `withWork`, `work` in it, all
  /// empty. Error: the disk said no.
  llvm::Expected<std::string> take(const std::string &root, bool withWork, host::Files &files);
  /// The same under a name of its own, which is never handed on: for who wants to look at it later.
  llvm::Error make(const std::string &directory, bool withWork, host::Files &files);
  /// Takes back what take() gave. False: something is in it or has been changed about it, and it stays.
  bool takeBack(const std::string &directory);

private:
  /// How the folder and the three in it are while nobody has touched them. Their times lie in the past, so
  /// that whatever is put into one shows, however soon after.
  using State = std::array<struct stat, 4>;
  static std::optional<State> stateOf(const std::string &directory);
  static std::optional<State> age(const std::string &directory);

  static constexpr std::size_t mostSpare = 64;

  std::mutex mutex_;                       ///< Guards what follows.
  std::map<std::string, State> handedOut_; ///< Of those that are in use, with all three folders.
  std::map<std::string, State> spare_;
  unsigned made_ = 0;
};

} // namespace pipelang::exec
