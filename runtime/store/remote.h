// A cache on another machine, over HTTP, as Bazel's clients use one: `URL/ac/KEY` holds messages
// ActionResult, `URL/cas/DIGEST` contents by their SHA-256. What it has is brought into the local cache and
// restored from there; what jobs give is sent in the background. Nothing that goes wrong with it fails a run:
// after some failures in a row the run goes on without it. Read next: action_result.h, cache.h.
#pragma once

#include "runtime/host/host.h"
#include "runtime/store/action_result.h"
#include "runtime/store/cache.h"
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace pipelang::store {

struct RemoteSettings {
  std::string url;         ///< `http://` or `https://`, without a slash at the end. Empty: there is none.
  std::string secret;      ///< `user:password`, or a token. Empty: none is sent.
  std::string authorities; ///< A file of certificates to trust; empty: those of the machine.
  bool readOnly = false;
  Duration timeout = Duration::fromSeconds(5); ///< For a record; for a content: of standing still.
};

/// What a server keeps for `result`, made under `key`: the sum of all in it makes damage visible. `local`
/// knows sizes and the links' targets. None: a content is missing there, or a name is not UTF-8.
std::optional<ActionResult> toActionResult(llvm::StringRef key, const CachedResult &result, Cache &local);
/// The same back; the links' targets are put into `local`. None: it is damaged, of another key, or none of
/// ours.
std::optional<CachedResult> fromActionResult(llvm::StringRef key, const ActionResult &result, Cache &local);

/// Safe from several threads.
class RemoteCache {
public:
  /// `warn` is called at most a few times, from any thread, with what people should know.
  RemoteCache(RemoteSettings settings, const std::string &localDirectory, host::Host &host,
              std::function<void(const std::string &)> warn);
  RemoteCache(const RemoteCache &) = delete;
  ~RemoteCache();

  /// Brings the result under `key` and its contents into the local cache. False: there is none, or it cannot
  /// be had. Blocks.
  bool fetch(llvm::StringRef key);
  /// Sends what the local cache has under `key`, later.
  void send(std::string key);

  /// Waits until everything is sent, at most so long; then tells what has not been told of failures.
  void finish(Duration atMost);
  /// The run was interrupted: what is under way ends, nothing more begins.
  void giveUp();

private:
  host::HttpRequest request(const char *method, llvm::StringRef kind, llvm::StringRef name) const;
  /// None: no answer, or one that nobody expects; that counts as a failure.
  std::optional<host::HttpResponse> ask(const host::HttpRequest &request);
  bool fetchContent(const OutputFile &file);
  bool sendContent(const std::string &digest);
  void sendAll(const std::string &key);
  void serve();

  bool isOpen();
  void succeeded();
  void failed(const std::string &why);

  const RemoteSettings settings_;
  Cache local_;
  host::Host &host_;
  const std::function<void(const std::string &)> warn_;
  std::atomic<bool> givenUp_ = false;
  std::mutex mutex_; ///< Guards everything below.
  std::condition_variable changed_;
  int inARow_ = 0, failures_ = 0;
  std::string lastFailure_;
  bool told_ = false, readOnly_ = false;
  std::deque<std::string> waiting_; ///< Keys to be sent.
  bool busy_ = false, ending_ = false;
  std::thread sender_;
};

} // namespace pipelang::store
