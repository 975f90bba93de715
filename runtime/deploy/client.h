// The deployment's side of the supervisor's socket; supervisor.h lists what may be asked.
#pragma once

#include "runtime/deploy/supervised.h"
#include "llvm/Support/JSON.h"
#include <stop_token>

namespace pipelang::deploy {

class LineSocket;

/// Asks once, on a connection of its own. Error: what the supervisor refused, or that it is gone.
llvm::Expected<llvm::json::Object> ask(llvm::StringRef directory, llvm::json::Object request,
                                       std::stop_token stop = {});

/// The right to change a deployment; ends with this object, or with the process that has it.
class Lease {
public:
  /// Error: who has it.
  static llvm::Expected<Lease> acquire(llvm::StringRef directory, llvm::StringRef owner);
  Lease(Lease &&other) noexcept;
  ~Lease();

  /// `ask` with the fencing token.
  llvm::Expected<llvm::json::Object> ask(llvm::json::Object request, std::stop_token stop = {});

private:
  Lease(std::string directory, std::unique_ptr<LineSocket> socket, std::int64_t token);
  std::string directory_;
  std::unique_ptr<LineSocket> socket_; ///< The lease lives as long as this connection.
  std::int64_t token_;
};

/// Starts `programPath supervise directory` unless one answers. Error: why it did not start.
llvm::Error ensureSupervisor(llvm::StringRef programPath, llvm::StringRef directory, host::Host &host);

} // namespace pipelang::deploy
