// The folders that attempts of jobs work in. Making and removing four for each job is most of what a small
// job costs a file system, so those that a job leaves as empty as it got them are handed on to the next,
// renamed.
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
  /// Makes `directory` with `home`, `tmp` and, where `withWork`, `work` in it. Error: the disk said no.
  llvm::Error make(const std::string &directory, bool withWork, host::Files &files);
  /// Takes back what make() made. False: something is in it or has been changed about it, and it stays.
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
};

} // namespace pipelang::exec
