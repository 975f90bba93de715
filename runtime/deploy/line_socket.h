// JSON objects, one a line, through a unix socket: how deployments and their supervisor talk.
#pragma once

#include "llvm/Support/JSON.h"
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace pipelang::deploy {

/// One end of a connection; closes it when destroyed. `send` may be called from several threads.
class LineSocket {
public:
  explicit LineSocket(int descriptor) : descriptor_(descriptor) {}
  ~LineSocket();
  LineSocket(const LineSocket &) = delete;
  LineSocket &operator=(const LineSocket &) = delete;

  /// To the socket at `directory`/socket. The path may be longer than the system allows for sockets.
  static llvm::Expected<std::unique_ptr<LineSocket>> connect(llvm::StringRef directory);
  /// Error: the other end is gone.
  llvm::Error send(llvm::json::Value message);
  /// The next message. Nothing where the other end has closed. Error: no JSON object, or stopped.
  llvm::Expected<std::optional<llvm::json::Object>> receive(std::stop_token stop = {});

private:
  int descriptor_;
  std::mutex mutex_;
  std::string received_;
};

/// A listening socket at `directory`/socket that only this user may connect to.
llvm::Expected<int> listenIn(llvm::StringRef directory);

} // namespace pipelang::deploy
