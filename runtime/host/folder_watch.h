// News of folders: which of them had files written, made, moved or removed (inotify).
#pragma once

#include "llvm/Support/Error.h"
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pipelang::host {

class FolderWatch {
public:
  /// Error: the system has no more watches to give.
  static llvm::Expected<std::unique_ptr<FolderWatch>> create();
  FolderWatch(const FolderWatch &) = delete;
  ~FolderWatch();

  /// Readable when there is news. Not inherited by programs.
  int descriptor() const { return descriptor_; }

  /// From now on, what happens in `folder` itself (not below it) is news. No error where it is gone.
  llvm::Error add(const std::string &folder);

  /// What happened since the last call; never blocks.
  struct News {
    bool any = false;
    std::vector<std::string> folders; ///< New ones, by their whole paths.
    bool lost = false;                ///< Too much happened to tell what: folders may be missing.
  };
  News take();

private:
  explicit FolderWatch(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  std::map<int, std::string> folders_;
};

} // namespace pipelang::host
