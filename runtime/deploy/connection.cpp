#include "runtime/deploy/connection.h"
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pipelang::deploy {

/// A side that is slower than the other holds this much of its bytes here; then the other has to wait.
constexpr std::size_t highWater = 262144;
constexpr std::size_t longestReplay = 65536;
/// How long a request waits for a version that refuses connections: a rollback takes less.
constexpr std::int64_t patience = 5'000'000'000;

Connection::Connection(Switchboard &board, int client, std::int64_t accepted)
    : board_(board), accepted_(accepted) {
  client_.descriptor = client;
  rewatch();
}

Connection::~Connection() {
  detach();
  board_.forget(client_.descriptor);
  ::close(client_.descriptor);
}

void Connection::setBusy(bool busy) {
  if (busy != busy_ && colour_ >= 0) board_.trafficOf(colour_).busy += busy ? 1 : -1;
  busy_ = busy;
}

void Connection::detach() {
  if (colour_ < 0) return;
  const bool wasBusy = busy_;
  setBusy(false);
  --board_.trafficOf(colour_).attached;
  colour_ = -1;
  busy_ = wasBusy;
  board_.forget(backend_.descriptor);
  ::close(backend_.descriptor);
  backend_ = {};
  fromBackend_.clear();
  connecting_ = reused_ = false;
}

/// To the live version. Its refusal is answered by trying again: the switch may be on its way.
void Connection::attach() {
  detach();
  const Colour live = board_.live();
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return connectionRefused();
  const int one = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(board_.backendPort(live)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int result = ::connect(descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address);
  if (result != 0 && errno != EINPROGRESS) {
    ::close(descriptor);
    return connectionRefused();
  }
  connecting_ = result != 0;
  backend_.descriptor = descriptor;
  colour_ = live;
  ++board_.trafficOf(live).attached;
  const bool wasBusy = busy_;
  busy_ = false;
  setBusy(wasBusy);
}

void Connection::connectionRefused() {
  detach();
  const auto now = monotonicNanoseconds();
  if (giveUpAt_ == 0) giveUpAt_ = now + patience;
  if (now >= giveUpAt_) return finish();
  board_.retryLater(*this);
}

void Connection::retry() {
  if (finished_ || colour_ >= 0 || !busy_) return;
  attach();
  if (colour_ < 0) return;
  backend_.out = replay_;
  backend_.written = 0;
  flush(backend_);
  work();
}

void Connection::leaveIdle() {
  if (colour_ >= 0 && colour_ != board_.live() && !busy_) {
    detach();
    rewatch();
  }
}

/// Reads once. False: the other end is lost.
bool Connection::readInto(Side &side, std::string &in) {
  std::array<char, 65536> buffer;
  const auto count = ::recv(side.descriptor, buffer.data(), buffer.size(), 0);
  if (count > 0)
    in.append(buffer.data(), static_cast<std::size_t>(count));
  else if (count == 0)
    side.ended = true;
  else
    return errno == EAGAIN || errno == EINTR;
  return true;
}

void Connection::flush(Side &side) {
  // Sending would take the refusal that `writable` is to see.
  if (&side == &backend_ && connecting_) return;
  while (side.descriptor >= 0 && side.pending() > 0) {
    const auto count =
        ::send(side.descriptor, side.out.data() + side.written, side.pending(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count <= 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == ENOTCONN) return;
      // A version that is gone shows when it is read from: what it still has sent comes first.
      side.out.clear();
      side.written = 0;
      if (&side == &client_) finish();
      return;
    }
    side.written += static_cast<std::size_t>(count);
  }
  side.out.clear();
  side.written = 0;
}

void Connection::readable(int which) {
  if (finished_) return;
  if (which == 0) {
    if (!readInto(client_, fromClient_)) return finish();
  } else if (backend_.descriptor >= 0) {
    if (connecting_) return writable(1);
    if (!readInto(backend_, fromBackend_)) backend_.ended = true;
  }
  work();
}

void Connection::writable(int which) {
  if (finished_) return;
  if (which == 1 && connecting_) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(backend_.descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    connecting_ = false;
    if (error != 0) return connectionRefused();
  }
  flush(which == 0 ? client_ : backend_);
  work();
}

/// Passes on whatever can be, then says what to wait for.
void Connection::work() {
  while (!finished_ && !pinned_) {
    bool moved = false;
    if (!requestActive_) moved |= beginRequest();
    if (requestActive_ && !pinned_ && !finished_) {
      moved |= moveRequestBody();
      moved |= moveResponse();
    }
    if (!moved) break;
  }
  if (pinned_ && !finished_) workPinned();
  if (!finished_) flush(client_);
  if (!finished_) flush(backend_);
  if (!finished_ && !pinned_ && backend_.ended) backendLost();
  // Everything has been said to a client that is to go.
  if (client_.shut && client_.pending() == 0 && !pinned_) finish();
  if (!finished_) rewatch();
}

/// Between two requests. True: a request has begun.
bool Connection::beginRequest() {
  if (client_.shut) return false;
  if (!fromBackend_.empty()) {
    pin(); // It speaks unasked: not the protocol we follow.
    return false;
  }
  if (fromClient_.empty()) {
    if (client_.ended) client_.shut = true; // It is gone; what it has been sent may still be on its way.
    return false;
  }
  Head head = parseRequestHead(fromClient_);
  if (head.state == Head::State::Partial && !client_.ended) return false;
  if (head.state != Head::State::Complete) {
    pin();
    return false;
  }
  request_ = head;
  requestBody_ = BodyTracker(head.body, head.length);
  requestActive_ = true;
  responseStarted_ = responseByte_ = false;
  closes_ = head.closes;
  replay_.clear();
  replayable_ = true;
  giveUpAt_ = 0;
  if (colour_ != board_.live() || backend_.ended) attach();
  setBusy(true);
  const std::string text = fromClient_.substr(0, head.size);
  fromClient_.erase(0, head.size);
  replay_ = text;
  backend_.out += colour_ >= 0 ? text : std::string();
  return true;
}

bool Connection::moveRequestBody() {
  // Until there is a version, the request stays whole: another may get it.
  if (requestBody_.done() || colour_ < 0 || connecting_ || backend_.pending() > highWater) return false;
  if (fromClient_.empty()) {
    if (client_.ended) pin(); // Half a request, and nothing more to come: the version shall see just that.
    return false;
  }
  const std::size_t count = requestBody_.consume(fromClient_);
  if (requestBody_.broken()) {
    pin();
    return false;
  }
  backend_.out.append(fromClient_, 0, count);
  replayable_ = replayable_ && replay_.size() + count <= longestReplay;
  if (replayable_) replay_.append(fromClient_, 0, count);
  fromClient_.erase(0, count);
  return count > 0;
}

/// The head of a response. True: it has been passed on.
bool Connection::beginResponse() {
  Head head = parseResponseHead(fromBackend_, request_.method);
  if (head.state == Head::State::Partial && !backend_.ended) return false;
  if (head.state != Head::State::Complete) {
    pin();
    return false;
  }
  client_.out.append(fromBackend_, 0, head.size);
  fromBackend_.erase(0, head.size);
  if (head.status < 200) return true; // An interim answer; the answer follows.
  responseStarted_ = true;
  responseBody_ = BodyTracker(head.body, head.length);
  closes_ |= head.closes;
  if (responseBody_.done()) endExchange();
  return true;
}

bool Connection::moveResponse() {
  if (!requestActive_ || fromBackend_.empty()) return false;
  responseByte_ = true;
  replayable_ = false;
  replay_.clear();
  if (!responseStarted_) return beginResponse();
  const std::size_t count = responseBody_.consume(fromBackend_);
  if (responseBody_.broken()) {
    pin();
    return false;
  }
  client_.out.append(fromBackend_, 0, count);
  fromBackend_.erase(0, count);
  if (responseBody_.done()) endExchange();
  return count > 0;
}

/// The response is complete.
void Connection::endExchange() {
  board_.answered(colour_, accepted_);
  if (!requestBody_.done())
    return pin(); // An answer before the question's end: they settle it between themselves.
  requestActive_ = false;
  reused_ = true;
  setBusy(false);
  if (closes_) {
    client_.shut = true;
    detach();
  } else if (colour_ != board_.live()) {
    detach();
  }
}

bool Connection::mayReplay() const {
  // RFC 9110, 9.2.2: a connection that was kept may have been closed just as we used it; only what is
  // safe is sent again.
  return requestActive_ && replayable_ && !responseByte_ && reused_ &&
         (request_.method == "GET" || request_.method == "HEAD" || request_.method == "OPTIONS");
}

/// The version has closed its connection.
void Connection::backendLost() {
  if (!requestActive_) {
    detach(); // An idle one: the next request finds another.
    return;
  }
  if (mayReplay()) {
    attach();
    if (colour_ >= 0) {
      backend_.out = replay_;
      flush(backend_);
    }
    return;
  }
  if (responseStarted_ && responseBody_.endless())
    board_.answered(colour_, accepted_); // Its end is the message's end.
  detach();
  setBusy(false);
  client_.shut = true;
  requestActive_ = false;
  replay_.clear();
}

/// From here on bytes are passed on as they come, to the version it is with.
void Connection::pin() {
  pinned_ = true;
  if (colour_ < 0 || (!requestActive_ && colour_ != board_.live())) attach();
  setBusy(true);
  if (colour_ < 0) finish();
}

void Connection::workPinned() {
  const auto pass = [](std::string &from, Side &to) {
    if (to.pending() > highWater) return;
    to.out += from;
    from.clear();
  };
  pass(fromClient_, backend_);
  pass(fromBackend_, client_);
  flush(client_);
  flush(backend_);
  const auto passEnd = [](const Side &from, const std::string &in, Side &to) {
    if (from.ended && in.empty() && to.pending() == 0 && !to.shut) {
      ::shutdown(to.descriptor, SHUT_WR);
      to.shut = true;
    }
  };
  if (!connecting_) {
    passEnd(client_, fromClient_, backend_);
    passEnd(backend_, fromBackend_, client_);
  }
  if (client_.shut && (backend_.shut || client_.ended)) finish();
}

bool Connection::wantsRead(const Side &side, const std::string &in) const {
  return !side.ended && in.size() <= highWater;
}

void Connection::rewatch() {
  const bool fromClient = wantsRead(client_, fromClient_) && !client_.shut && backend_.pending() <= highWater;
  board_.watch(*this, 0, client_.descriptor, pinned_ ? wantsRead(client_, fromClient_) : fromClient,
               client_.pending() > 0);
  if (backend_.descriptor >= 0)
    board_.watch(*this, 1, backend_.descriptor,
                 !connecting_ && wantsRead(backend_, fromBackend_) && client_.pending() <= highWater,
                 connecting_ || backend_.pending() > 0);
}

} // namespace pipelang::deploy
