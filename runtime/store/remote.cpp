#include "runtime/store/remote.h"
#include "fmt/format.h"
#include "runtime/store/digest.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/JSON.h"
#include <algorithm>
#include <set>
#include <unistd.h>

namespace pipelang::store {
namespace {

/// Failures in a row after which a run goes on without the remote cache.
constexpr int mostFailures = 3;
constexpr llvm::StringLiteral manifestPath = "manifest"; // no output's: those are `NAME/…` or `NAME.text`
constexpr llvm::StringLiteral valueSuffix = ".text";
constexpr llvm::StringLiteral firstWord = "piperun ";

/// Of all of `result` and of where it belongs: a server that gives another's, or flips a bit, is found out.
/// It may order the files as it likes.
std::string sumOf(llvm::StringRef key, ActionResult result) {
  std::sort(result.files.begin(), result.files.end());
  std::sort(result.links.begin(), result.links.end());
  return sha256(key.str() + "\n" + encode(result));
}

bool addFile(ActionResult &action, const std::string &path, const std::string &digest, bool executable,
             const Cache &local) {
  const std::optional<std::int64_t> size = local.sizeOf(digest);
  if (!size || !llvm::json::isUTF8(path)) return false;
  action.files.push_back({path, digest, *size, executable});
  return true;
}

bool succeededStatus(int status) {
  return status >= 200 && status < 300;
}

} // namespace

std::optional<ActionResult> toActionResult(llvm::StringRef key, const CachedResult &result, Cache &local) {
  ActionResult action;
  action.worker = firstWord.str() + result.run;
  bool whole = addFile(action, manifestPath.str(), result.manifest, false, local);
  for (const auto &[output, files] : result.files)
    for (const CachedFile &file : files) {
      const std::string path = output + "/" + file.path;
      if (!file.link) {
        whole = whole && addFile(action, path, file.digest, file.executable, local);
        continue;
      }
      const std::optional<std::string> target = local.text(file.digest);
      if (!target || !llvm::json::isUTF8(path) || !llvm::json::isUTF8(*target)) return std::nullopt;
      action.links.push_back({path, *target});
    }
  for (const auto &[output, digest] : result.values)
    whole = whole && addFile(action, output + valueSuffix.str(), digest, false, local);
  if (!whole) return std::nullopt;
  action.worker += " " + sumOf(key, action);
  return action;
}

std::optional<CachedResult> fromActionResult(llvm::StringRef key, const ActionResult &action, Cache &local) {
  const auto [worker, sum] = llvm::StringRef(action.worker).rsplit(' ');
  ActionResult bare = action;
  bare.worker = worker.str();
  if (!worker.startswith(firstWord) || sumOf(key, bare) != sum) return std::nullopt;
  CachedResult result;
  result.run = worker.drop_front(firstWord.size()).str();
  for (const OutputFile &file : action.files) {
    const llvm::StringRef path(file.path);
    if (path == manifestPath)
      result.manifest = file.digest;
    else if (path.contains('/'))
      result.files[path.split('/').first.str()].push_back(
          {path.split('/').second.str(), file.digest, file.executable, false});
    else if (path.endswith(valueSuffix))
      result.values[path.drop_back(valueSuffix.size()).str()] = file.digest;
  }
  for (const OutputLink &link : action.links) {
    llvm::Expected<std::string> target = local.putText(link.target);
    if (!target) {
      llvm::consumeError(target.takeError());
      return std::nullopt;
    }
    const auto [output, path] = llvm::StringRef(link.path).split('/');
    result.files[output.str()].push_back({path.str(), *target, false, true});
  }
  for (auto &[output, files] : result.files)
    std::sort(files.begin(), files.end(),
              [](const CachedFile &left, const CachedFile &right) { return left.path < right.path; });
  return isSafe(result) ? std::optional(std::move(result)) : std::nullopt;
}

RemoteCache::RemoteCache(RemoteSettings settings, const std::string &localDirectory, host::Host &host,
                         std::function<void(const std::string &)> warn)
    : settings_(std::move(settings)), local_(localDirectory), host_(host), warn_(std::move(warn)),
      readOnly_(settings_.readOnly) {}

RemoteCache::~RemoteCache() {
  giveUp();
  if (sender_.joinable()) sender_.join();
}

// ---------------------------------------------------------------- requests

host::HttpRequest RemoteCache::request(const char *method, llvm::StringRef kind, llvm::StringRef name) const {
  host::HttpRequest request;
  request.method = method;
  request.url = fmt::format("{}/{}/{}", settings_.url, kind.str(), name.str());
  request.headers["content-type"] = "application/octet-stream";
  const llvm::StringRef secret(settings_.secret);
  if (secret.contains(':'))
    request.headers["authorization"] = "Basic " + llvm::encodeBase64(secret);
  else if (!secret.empty())
    request.headers["authorization"] = ("Bearer " + secret).str();
  request.timeout = settings_.timeout;
  request.authorities = settings_.authorities;
  request.keepConnection = true;
  request.unwanted = [this] { return givenUp_.load(); };
  return request;
}

std::optional<host::HttpResponse> RemoteCache::ask(const host::HttpRequest &request) {
  llvm::Expected<host::HttpResponse> response = host_.http.send(request);
  if (!response) {
    failed(request.method + " " + llvm::toString(response.takeError()));
    return std::nullopt;
  }
  const int status = response->status;
  const bool writes = request.method == "PUT";
  if (succeededStatus(status) || (status == 404 && !writes)) return std::move(*response);
  if (request.method == "HEAD" && (status == 405 || status == 501)) return std::move(*response);
  const std::string why = fmt::format("{} {}: the answer was {}", request.method, request.url, status);
  if (!writes || (status != 401 && status != 403 && status != 405 && status != 501)) {
    failed(why);
    return std::nullopt;
  }
  const std::unique_lock lock(mutex_); // it reads for us, but does not take
  if (!readOnly_) warn_(fmt::format("the remote cache takes nothing from here: {}; it is only read", why));
  readOnly_ = true;
  return std::nullopt;
}

// ---------------------------------------------------------------- reading

bool RemoteCache::fetchContent(const OutputFile &file) {
  if (local_.sizeOf(file.digest) == file.size) return true; // restoring it will check its bytes
  llvm::Expected<std::string> temporary = local_.newName();
  if (!temporary) {
    llvm::consumeError(temporary.takeError()); // our own disk: that is not the server's failure
    return false;
  }
  host::HttpRequest get = request("GET", "cas", file.digest);
  get.into = *temporary;
  get.mostBytes = file.size;
  get.large = true;
  const std::optional<host::HttpResponse> response = ask(get);
  if (!response || response->status != 200) { // 404: collected meanwhile, a miss
    ::unlink(temporary->c_str());
    return false;
  }
  llvm::Expected<bool> kept = local_.adoptContent(*temporary, file.digest);
  if (!kept) {
    llvm::consumeError(kept.takeError());
    return false;
  }
  if (!*kept) failed(fmt::format("GET {}: the bytes are not those of this digest", get.url));
  return *kept;
}

bool RemoteCache::fetch(llvm::StringRef key) {
  if (isOpen()) return false;
  const host::HttpRequest get = request("GET", "ac", key);
  const std::optional<host::HttpResponse> response = ask(get);
  if (!response) return false;
  if (response->status != 200) {
    succeeded();
    return false;
  }
  const std::optional<ActionResult> action = decodeActionResult(response->body);
  const std::optional<CachedResult> result = action ? fromActionResult(key, *action, local_) : std::nullopt;
  if (!result) {
    failed(fmt::format("GET {}: the record is damaged, or none of ours", get.url));
    return false;
  }
  for (const OutputFile &file : action->files)
    if (!fetchContent(file)) return false;
  succeeded();
  if (llvm::Error error = local_.putResult(key, *result)) {
    llvm::consumeError(std::move(error));
    return false;
  }
  return true;
}

// ---------------------------------------------------------------- sending

bool RemoteCache::sendContent(const std::string &digest) {
  const std::optional<host::HttpResponse> there = ask(request("HEAD", "cas", digest));
  if (!there) return false;
  if (there->status == 200) return true;
  const std::optional<std::string> path = local_.verified(digest); // damage stays here
  if (!path) return false;
  host::HttpRequest put = request("PUT", "cas", digest);
  put.bodyFile = *path;
  put.large = true;
  return ask(put).has_value();
}

/// Contents first: whoever reads the record finds all it names.
void RemoteCache::sendAll(const std::string &key) {
  const std::optional<CachedResult> result = local_.result(key);
  const std::optional<ActionResult> action = result ? toActionResult(key, *result, local_) : std::nullopt;
  if (!action) return;
  std::set<std::string> sent;
  for (const OutputFile &file : action->files)
    if (sent.insert(file.digest).second && !sendContent(file.digest)) return;
  host::HttpRequest put = request("PUT", "ac", key);
  put.body = encode(*action);
  if (ask(put)) succeeded();
}

void RemoteCache::send(std::string key) {
  const std::lock_guard lock(mutex_);
  if (readOnly_ || ending_ || givenUp_ || inARow_ >= mostFailures) return;
  waiting_.push_back(std::move(key));
  if (!sender_.joinable()) sender_ = std::thread([this] { serve(); });
  changed_.notify_all();
}

void RemoteCache::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty() || givenUp_) return;
    const std::string key = std::move(waiting_.front());
    waiting_.pop_front();
    if (readOnly_ || inARow_ >= mostFailures) continue;
    busy_ = true;
    lock.unlock();
    sendAll(key);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void RemoteCache::finish(Duration atMost) {
  std::unique_lock lock(mutex_);
  const bool sent = changed_.wait_for(lock, std::chrono::milliseconds(atMost.milliseconds),
                                      [this] { return givenUp_ || (waiting_.empty() && !busy_); });
  const std::size_t left = waiting_.size() + (busy_ ? 1 : 0);
  if (!sent)
    warn_(fmt::format("the remote cache is too slow: {} results were not sent in {}", left, toText(atMost)));
  if (!told_ && failures_ > 0 && !givenUp_)
    warn_(fmt::format("the remote cache: {} {} failed, the last: {}", failures_,
                      failures_ == 1 ? "request" : "requests", lastFailure_));
  told_ = true;
  lock.unlock();
  giveUp();
}

void RemoteCache::giveUp() {
  givenUp_ = true;
  const std::lock_guard lock(mutex_);
  ending_ = true;
  waiting_.clear();
  changed_.notify_all();
}

// ---------------------------------------------------------------- the circuit

bool RemoteCache::isOpen() {
  const std::lock_guard lock(mutex_);
  return givenUp_ || inARow_ >= mostFailures;
}

void RemoteCache::succeeded() {
  const std::lock_guard lock(mutex_);
  if (inARow_ < mostFailures) inARow_ = 0;
}

void RemoteCache::failed(const std::string &why) {
  if (givenUp_) return; // we ended it
  const std::lock_guard lock(mutex_);
  ++failures_;
  lastFailure_ = why;
  if (++inARow_ != mostFailures || told_) return;
  told_ = true;
  warn_(fmt::format("the remote cache failed {} times in a row; the run goes on without it. The last: {}",
                    mostFailures, why));
}

} // namespace pipelang::store
