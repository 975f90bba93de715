#include "runtime/deploy/load.h"
#include "runtime/deploy/proxy.h"
#include "runtime/host/curl_library.h"
#include <atomic>
#include <map>
#include <mutex>
#include <sys/socket.h>
#include <thread>

namespace pipelang::deploy {
namespace {

constexpr long longestAnswer = 10'000; // milliseconds

class CurlLoad;

/// A request that is or was under way; handles are used again for others of their kind.
struct Flight {
  CURL *handle = nullptr;
  CurlLoad *load = nullptr;
  bool keptAlive = false;
  Sample sample;
  int attempts = 0; ///< Times it was sent: libcurl sends again what a dying kept connection swallowed.
};

class CurlLoad final : public Load {
public:
  CurlLoad(const host::CurlLibrary &curl, LoadOptions options) : curl_(curl), options_(std::move(options)) {
    multi_ = curl_.makeMulti();
    curl_.setMulti(multi_, CURLMOPT_MAXCONNECTS, 512L);
    thread_ = std::thread([this] { run(); });
  }
  ~CurlLoad() override {
    stop();
    for (auto &flight : flights_)
      curl_.freeHandle(flight->handle);
    curl_.freeMulti(multi_);
  }
  std::vector<Sample> samples() override {
    std::lock_guard lock(mutex_);
    return samples_;
  }
  void stop() override {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }

private:
  static curl_socket_t onSocket(void *data, curlsocktype, curl_sockaddr *address);
  static int onRequest(void *data, char *, char *, int, int localPort);
  static std::size_t onHeader(char *bytes, std::size_t size, std::size_t count, void *data);
  static std::size_t onBody(char *, std::size_t size, std::size_t count, void *) { return size * count; }

  void run();
  void send(bool keptAlive, std::int64_t due);
  Flight *takeFlight(bool keptAlive);
  void collect();

  const host::CurlLibrary &curl_;
  const LoadOptions options_;
  CURLM *multi_ = nullptr;
  std::vector<std::unique_ptr<Flight>> flights_;
  std::map<bool, std::vector<Flight *>> idle_;
  /// When the connection from this local port was opened.
  std::map<int, std::int64_t> opened_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<Sample> samples_; ///< Guarded by mutex_.
  std::thread thread_;
};

curl_socket_t CurlLoad::onSocket(void *data, curlsocktype, curl_sockaddr *address) {
  static_cast<Flight *>(data)->sample.connected = monotonicNanoseconds();
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int CurlLoad::onRequest(void *data, char *, char *, int, int localPort) {
  auto &flight = *static_cast<Flight *>(data);
  ++flight.attempts;
  if (flight.sample.connected != 0)
    flight.load->opened_[localPort] = flight.sample.connected;
  else
    flight.sample.connected = flight.load->opened_[localPort];
  return CURL_PREREQFUNC_OK;
}

std::size_t CurlLoad::onHeader(char *bytes, std::size_t size, std::size_t count, void *data) {
  auto &flight = *static_cast<Flight *>(data);
  const LoadOptions &options = flight.load->options_;
  auto [name, value] = llvm::StringRef(bytes, size * count).split(':');
  if (!options.identityHeader.empty() && name.equals_insensitive(options.identityHeader)) {
    value = value.trim();
    flight.sample.who = value == options.newIdentity   ? Sample::Who::New
                        : value == options.oldIdentity ? Sample::Who::Old
                                                       : Sample::Who::Unknown;
  }
  return size * count;
}

Flight *CurlLoad::takeFlight(bool keptAlive) {
  auto &idle = idle_[keptAlive];
  if (!idle.empty()) {
    Flight *flight = idle.back();
    idle.pop_back();
    return flight;
  }
  Flight *flight = flights_.emplace_back(std::make_unique<Flight>()).get();
  flight->load = this;
  flight->keptAlive = keptAlive;
  CURL *handle = flight->handle = curl_.makeHandle();
  curl_.set(handle, CURLOPT_URL, options_.url.c_str());
  curl_.set(handle, CURLOPT_NOSIGNAL, 1L);
  curl_.set(handle, CURLOPT_PROXY, "");
  curl_.set(handle, CURLOPT_TIMEOUT_MS, longestAnswer);
  curl_.set(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_.set(handle, CURLOPT_PRIVATE, flight);
  curl_.set(handle, CURLOPT_WRITEFUNCTION, onBody);
  curl_.set(handle, CURLOPT_HEADERFUNCTION, onHeader);
  curl_.set(handle, CURLOPT_HEADERDATA, flight);
  curl_.set(handle, CURLOPT_OPENSOCKETFUNCTION, onSocket);
  curl_.set(handle, CURLOPT_OPENSOCKETDATA, flight);
  curl_.set(handle, CURLOPT_PREREQFUNCTION, onRequest);
  curl_.set(handle, CURLOPT_PREREQDATA, flight);
  curl_.set(handle, CURLOPT_FRESH_CONNECT, keptAlive ? 0L : 1L);
  curl_.set(handle, CURLOPT_FORBID_REUSE, keptAlive ? 0L : 1L);
  return flight;
}

void CurlLoad::send(bool keptAlive, std::int64_t due) {
  Flight *flight = takeFlight(keptAlive);
  flight->sample = {};
  flight->sample.due = due;
  flight->attempts = 0;
  curl_.addHandle(multi_, flight->handle);
}

void CurlLoad::collect() {
  int left = 0;
  while (CURLMsg *message = curl_.nextMessage(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Flight *flight = nullptr;
    long status = 0;
    curl_.info(message->easy_handle, CURLINFO_PRIVATE, &flight);
    curl_.info(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    Sample &sample = flight->sample;
    sample.ended = monotonicNanoseconds();
    // Sent twice is lost once: not every client tries again.
    sample.complete =
        message->data.result == CURLE_OK && status >= 200 && status < 300 && flight->attempts == 1;
    curl_.removeHandle(multi_, flight->handle);
    idle_[flight->keptAlive].push_back(flight);
    std::lock_guard lock(mutex_);
    samples_.push_back(sample);
  }
}

void CurlLoad::run() {
  const auto begin = monotonicNanoseconds();
  const double interval = 1e9 / options_.perSecond;
  const auto dueOf = [&](std::int64_t index) {
    return begin + static_cast<std::int64_t>(static_cast<double>(index) * interval);
  };
  std::int64_t next = 0;
  int running = 0;
  while (!stopping_ || running > 0) {
    for (auto now = monotonicNanoseconds(); !stopping_ && dueOf(next) <= now; ++next)
      send(next % 2 == 0, dueOf(next));
    curl_.performMulti(multi_, &running);
    collect();
    const auto wait = stopping_ ? 5'000'000 : dueOf(next) - monotonicNanoseconds();
    if (wait > 0)
      curl_.poll(multi_, nullptr, 0, static_cast<int>(std::min<std::int64_t>(wait / 1'000'000 + 1, 20)),
                 nullptr);
  }
}

} // namespace

llvm::Expected<std::unique_ptr<Load>> Load::start(const LoadOptions &options) {
  llvm::Expected<const host::CurlLibrary &> curl = host::curlLibrary();
  if (!curl) return curl.takeError();
  return std::make_unique<CurlLoad>(*curl, options);
}

} // namespace pipelang::deploy
