// One client connection of the proxy, and the connection to a version that serves it now. Decides, never
// waits: the proxy's loop calls it when a descriptor is ready.
#pragma once

#include "runtime/deploy/http1.h"
#include "runtime/deploy/proxy.h"
#include <string>

namespace pipelang::deploy {

/// What a connection needs of the proxy around it.
class Switchboard {
public:
  virtual ~Switchboard() = default;
  virtual Colour live() const = 0;
  virtual int backendPort(Colour colour) const = 0;
  virtual ColourTraffic &trafficOf(Colour colour) = 0;
  /// A version answered; `accepted` is when the client had connected.
  virtual void answered(Colour colour, std::int64_t accepted) = 0;
  /// Watches `descriptor` for these; `side` 0 is the client, 1 the version.
  virtual void watch(class Connection &connection, int side, int descriptor, bool read, bool write) = 0;
  virtual void forget(int descriptor) = 0;
  /// Calls `retry` of the connection in a moment.
  virtual void retryLater(class Connection &connection) = 0;
};

class Connection {
public:
  Connection(Switchboard &board, int client, std::int64_t accepted);
  ~Connection();
  Connection(const Connection &) = delete;
  Connection &operator=(const Connection &) = delete;

  void readable(int side);
  void writable(int side);
  /// Another try to reach a version.
  void retry();
  /// Lets go of a version that is not live any more, where no request is with it.
  void leaveIdle();
  /// Over: to be destroyed.
  bool finished() const { return finished_; }
  void finish() { finished_ = true; }
  Colour colour() const { return colour_; } ///< -1: with no version.

private:
  /// Bytes on their way to one side.
  struct Side {
    int descriptor = -1;
    std::string out;
    std::size_t written = 0; ///< Of `out`.
    bool ended = false;      ///< It sends nothing more.
    bool shut = false;       ///< We have told it that nothing more comes.
    bool watchedRead = false;
    bool watchedWrite = false;
    std::size_t pending() const { return out.size() - written; }
  };

  bool readInto(Side &side, std::string &in);
  void flush(Side &side);
  void backendLost();
  void work();
  void workPinned();
  bool beginRequest();
  bool moveRequestBody();
  bool moveResponse();
  bool beginResponse();
  void endExchange();
  void pin();
  void attach();
  void detach();
  void connectionRefused();
  void setBusy(bool busy);
  bool mayReplay() const;
  void rewatch();
  bool wantsRead(const Side &side, const std::string &in) const;

  Switchboard &board_;
  const std::int64_t accepted_;
  Side client_;
  Side backend_;
  std::string fromClient_; ///< Read, not yet understood or passed on.
  std::string fromBackend_;
  Colour colour_ = -1;
  bool connecting_ = false;
  std::int64_t giveUpAt_ = 0;
  bool pinned_ = false;
  bool busy_ = false;
  bool finished_ = false;
  bool reused_ = false; ///< The version's connection has completed an exchange before.
  // The exchange in flight:
  bool requestActive_ = false;
  bool responseStarted_ = false;
  bool responseByte_ = false; ///< Something of the response has been seen.
  bool closes_ = false;
  Head request_;
  BodyTracker requestBody_;
  BodyTracker responseBody_;
  std::string replay_; ///< The request so far, while it may still be sent again.
  bool replayable_ = false;
};

} // namespace pipelang::deploy
