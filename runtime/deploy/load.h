// An open-loop load: requests leave when they are due, whether earlier ones have been answered or not. Half
// of them on kept-alive connections, half on a connection of their own.
#pragma once

#include "runtime/deploy/measure.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace pipelang::deploy {

struct LoadOptions {
  std::string url;
  double perSecond = 100;
  std::string identityHeader; ///< Of the response; empty: nobody is told apart.
  std::string oldIdentity;
  std::string newIdentity;
};

/// Sends from a thread of its own until it is stopped.
class Load {
public:
  /// Error: there is no libcurl here.
  static llvm::Expected<std::unique_ptr<Load>> start(const LoadOptions &options);
  virtual ~Load() = default;
  /// What has been answered so far; those in flight are not in it.
  virtual std::vector<Sample> samples() = 0;
  /// Sends nothing more and waits for what is in flight. Idempotent.
  virtual void stop() = 0;
};

} // namespace pipelang::deploy
