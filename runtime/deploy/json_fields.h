// Fields of a message, or what stands for a missing one.
#pragma once

#include "llvm/Support/JSON.h"

namespace pipelang::deploy {

inline std::string textIn(const llvm::json::Object &object, llvm::StringRef name) {
  const auto found = object.getString(name);
  return found ? found->str() : std::string();
}
inline std::int64_t numberIn(const llvm::json::Object &object, llvm::StringRef name,
                             std::int64_t missing = 0) {
  const auto found = object.getInteger(name);
  return found ? *found : missing;
}
inline bool flagIn(const llvm::json::Object &object, llvm::StringRef name) {
  const auto found = object.getBoolean(name);
  return found && *found;
}

} // namespace pipelang::deploy
