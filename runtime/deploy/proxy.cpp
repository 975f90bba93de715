#include "runtime/deploy/proxy.h"
#include "runtime/deploy/connection.h"
#include <arpa/inet.h>
#include <cerrno>
#include <future>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <set>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace pipelang::deploy {

std::int64_t monotonicNanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

namespace {

constexpr int retryMilliseconds = 5;

/// Everything but `call` and the constructor runs on the loop's thread.
class Loop final : public Proxy, public Switchboard {
public:
  Loop(int listener, int epoll, int wake, int port);
  ~Loop() override;

  int port() const override { return port_; }
  std::int64_t pointAt(Colour colour, int backendPort) override;
  ColourTraffic traffic(Colour colour) override;
  SwitchTimes times() override;
  void cut(Colour colour) override;

  Colour live() const override { return live_; }
  int backendPort(Colour colour) const override { return ports_[colour]; }
  ColourTraffic &trafficOf(Colour colour) override { return traffic_[colour]; }
  void answered(Colour colour, std::int64_t accepted) override;
  void watch(Connection &connection, int side, int descriptor, bool read, bool write) override;
  void forget(int descriptor) override;
  void retryLater(Connection &connection) override { retries_.insert(&connection); }

private:
  /// Runs `work` on the loop's thread and waits for it.
  void call(std::function<void()> work);
  void run();
  void runCalls();
  void accept();
  void dispatch(const epoll_event &event);
  void retryNow();
  void dropFinished();
  /// What a watched descriptor belongs to.
  struct Watched {
    Connection *connection;
    int side;
    std::uint32_t events;
  };

  const int listener_;
  const int epoll_;
  const int wake_;
  const int port_;
  bool listening_ = false;
  bool stopping_ = false;
  Colour live_ = -1;
  std::array<int, 2> ports_{};
  std::array<ColourTraffic, 2> traffic_{};
  SwitchTimes times_;
  std::map<int, Watched> watched_;
  std::map<Connection *, std::unique_ptr<Connection>> connections_;
  std::set<Connection *> retries_;
  std::vector<Connection *> touched_;
  std::mutex mutex_;
  std::vector<std::packaged_task<void()>> calls_; ///< Guarded by mutex_.
  std::thread thread_;
};

Loop::Loop(int listener, int epoll, int wake, int port)
    : listener_(listener), epoll_(epoll), wake_(wake), port_(port) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  thread_ = std::thread([this] { run(); });
}

Loop::~Loop() {
  call([this] { stopping_ = true; });
  thread_.join();
  connections_.clear();
  for (int descriptor : {listener_, epoll_, wake_})
    ::close(descriptor);
}

void Loop::call(std::function<void()> work) {
  std::packaged_task<void()> task(std::move(work));
  auto done = task.get_future();
  {
    std::lock_guard lock(mutex_);
    calls_.push_back(std::move(task));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  done.wait();
}

std::int64_t Loop::pointAt(Colour colour, int backendPort) {
  std::int64_t at = 0;
  call([&] {
    ports_[colour] = backendPort;
    live_ = colour;
    times_ = {};
    at = times_.switched = monotonicNanoseconds();
    for (auto &[connection, owned] : connections_)
      connection->leaveIdle();
    if (!listening_ && ::listen(listener_, 4096) == 0) {
      listening_ = true;
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = listener_;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
    }
  });
  return at;
}

ColourTraffic Loop::traffic(Colour colour) {
  ColourTraffic traffic;
  call([&] { traffic = traffic_[colour]; });
  return traffic;
}

SwitchTimes Loop::times() {
  SwitchTimes times;
  call([&] { times = times_; });
  return times;
}

void Loop::cut(Colour colour) {
  call([&] {
    for (auto &[connection, owned] : connections_)
      if (connection->colour() == colour) {
        connection->finish();
        touched_.push_back(connection);
      }
  });
}

void Loop::answered(Colour colour, std::int64_t accepted) {
  if (colour < 0) return;
  ++traffic_[colour].answers;
  const auto now = monotonicNanoseconds();
  if (colour == live_) {
    if (times_.firstNewAnswer == 0) times_.firstNewAnswer = now;
    return;
  }
  times_.lastOldAnswer = now;
  if (accepted > times_.switched) times_.lastOldAnswerOnNewConnection = now;
}

void Loop::watch(Connection &connection, int side, int descriptor, bool read, bool write) {
  epoll_event event{};
  event.events = (read ? EPOLLIN : 0u) | (write ? EPOLLOUT : 0u);
  event.data.fd = descriptor;
  const auto found = watched_.find(descriptor);
  // A descriptor nothing is wanted of is taken out: it would report its end again and again.
  if (event.events == 0) return forget(descriptor);
  if (found != watched_.end() && found->second.events == event.events) return;
  ::epoll_ctl(epoll_, found == watched_.end() ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
  watched_[descriptor] = {&connection, side, event.events};
}

void Loop::forget(int descriptor) {
  if (watched_.erase(descriptor)) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
}

void Loop::accept() {
  while (true) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client < 0) {
      if (errno == EMFILE || errno == ENFILE) // Others must end first; do not spin meanwhile.
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return;
    }
    const int one = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    auto connection = std::make_unique<Connection>(*this, client, monotonicNanoseconds());
    Connection *raw = connection.get();
    connections_.emplace(raw, std::move(connection));
    raw->readable(0); // Often the request is there already.
    touched_.push_back(raw);
  }
}

void Loop::dispatch(const epoll_event &event) {
  const auto found = watched_.find(event.data.fd);
  if (found == watched_.end()) return;
  const Watched watched = found->second;
  touched_.push_back(watched.connection);
  if (event.events & EPOLLOUT) watched.connection->writable(watched.side);
  // Writing may have let go of the descriptor.
  const auto again = watched_.find(event.data.fd);
  if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && again != watched_.end() &&
      again->second.connection == watched.connection)
    watched.connection->readable(watched.side);
}

void Loop::retryNow() {
  std::set<Connection *> retries;
  retries.swap(retries_);
  for (Connection *connection : retries) {
    connection->retry();
    touched_.push_back(connection);
  }
}

void Loop::dropFinished() {
  for (Connection *connection : touched_) {
    const auto found = connections_.find(connection);
    if (found == connections_.end() || !connection->finished()) continue;
    retries_.erase(connection);
    connections_.erase(found);
  }
  touched_.clear();
}

void Loop::runCalls() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_, &count, sizeof count);
  std::vector<std::packaged_task<void()>> calls;
  {
    std::lock_guard lock(mutex_);
    calls.swap(calls_);
  }
  for (auto &task : calls)
    task();
}

void Loop::run() {
  std::array<epoll_event, 256> events;
  std::int64_t nextRetry = 0;
  while (!stopping_) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   retries_.empty() ? -1 : retryMilliseconds);
    for (int i = 0; i < count; ++i) {
      if (events[i].data.fd == wake_)
        runCalls();
      else if (events[i].data.fd == listener_)
        accept();
      else
        dispatch(events[i]);
    }
    if (const auto now = monotonicNanoseconds(); !retries_.empty() && now >= nextRetry) {
      nextRetry = now + retryMilliseconds * 1'000'000;
      retryNow();
    }
    dropFinished();
  }
}

llvm::Error failed(const char *what) {
  return llvm::createStringError(std::error_code(errno, std::generic_category()), "%s", what);
}

} // namespace

llvm::Expected<std::unique_ptr<Proxy>> Proxy::create(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) return failed("cannot make a socket");
  const int one = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
    auto error = failed("cannot take the public port");
    ::close(listener);
    return error;
  }
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (epoll < 0 || wake < 0) return failed("cannot watch sockets");
  return std::make_unique<Loop>(listener, epoll, wake, ntohs(address.sin_port));
}

} // namespace pipelang::deploy
