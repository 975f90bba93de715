#include "runtime/exec/cache_session.h"
#include "runtime/exec/native.h"
#include "runtime/store/digest.h"
#include "runtime/store/machine.h"

namespace pipelang::exec {

/// How long a run that is over waits for results that are still being sent.
static constexpr Duration longestSending = Duration::fromSeconds(60);

CacheSession::CacheSession(const RunOptions &options, host::Host &host, Recorder &recorder)
    : host_(host), recorder_(recorder), projectRoot_(options.projectRoot), local_(options.cacheDirectory),
      lastLooks_(options.cacheDirectory + "/last/" + store::sha256(options.projectRoot)) {
  if (options.remote.url.empty() || options.cacheDirectory.empty()) return;
  const auto warn = [&recorder](const std::string &text) { recorder.record(store::Note{"", text}); };
  remote_ = std::make_unique<store::RemoteCache>(options.remote, options.cacheDirectory, host, warn);
}

llvm::Expected<FileList> CacheSession::files(Clock::time_point since) {
  const std::lock_guard lock(mutex_); // who waits gets the list that is being made, if that began late enough
  if (files_ && filesTaken_ >= since) return files_;
  const Clock::time_point now = Clock::now();
  llvm::Expected<std::vector<std::string>> files = filesOfProject(host_, projectRoot_);
  if (!files) return files.takeError();
  files_ = std::make_shared<const std::vector<std::string>>(std::move(*files));
  filesTaken_ = now;
  return files_;
}

const std::map<std::string, std::string> &CacheSession::machine() {
  std::call_once(machineRead_, [this] {
    store::FileDigests digests(local_.directory() + "/machine");
    machine_ = store::machineDigests(digests);
    digests.save();
  });
  return machine_;
}

void CacheSession::finish() {
  if (llvm::Error error = lastLooks_.save())
    recorder_.record(store::Note{"", "the cache: " + llvm::toString(std::move(error))});
  if (remote_) remote_->finish(longestSending);
}

void CacheSession::giveUp() {
  if (remote_) remote_->giveUp();
}

} // namespace pipelang::exec
