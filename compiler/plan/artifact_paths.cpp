#include "compiler/plan/artifact_paths.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::plan {

bool isHidden(llvm::StringRef path) {
  while (path.consume_front("./")) {
  }
  return path.startswith(".") || path.contains("/.");
}

bool keepsHidden(llvm::ArrayRef<std::string> paths) {
  return llvm::any_of(paths, [](const std::string &path) { return isHidden(path); });
}

} // namespace pipelang::plan
