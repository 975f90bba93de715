// What a sandboxed step asks the kernel for by name: files that are on this machine and not in the sandbox,
// places where it may not write. By seccomp's notifications: the step waits for a moment at each such call,
// and goes on as if nothing had been.
#pragma once

#include "runtime/host/loop.h"
#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>
#include <vector>

namespace pipelang::exec {

/// What counts as asking for too much.
struct Declared {
  std::string work;                   ///< The job's directory, absolute.
  std::set<std::string> projectFiles; ///< Names that a checkout of everything would put there.
  std::vector<std::string> writable;  ///< Folders, absolute.
};

class Observer {
public:
  /// Called on the loop, once for each path: relative to the working directory where it is below it.
  using Tell = std::function<void(bool writes, const std::string &path)>;

  Observer(host::Loop &loop, const Declared &declared, Tell tell);
  Observer(const Observer &) = delete;
  ~Observer();

  /// For the step to inherit; -1: no descriptors are left, and nothing is observed.
  int stepsEnd() const { return theirs_; }
  /// The step has its copy.
  void started();

private:
  void receive();
  void answer();
  void judge(int pid, const std::string &path, bool writes);

  host::Loop &loop_;
  const Declared &declared_;
  const Tell tell_;
  int ours_ = -1, theirs_ = -1;
  int listener_ = -1;
  std::set<std::string> told_;
};

/// `piperun observed DESCRIPTOR -- PROGRAM…`: the first process inside the sandbox. Sends what observes it
/// through the descriptor (none where it is negative, or the kernel does not offer it) and becomes the
/// program. Returns only where that failed: the exit status.
int observedMain(llvm::ArrayRef<std::string> words);

} // namespace pipelang::exec
