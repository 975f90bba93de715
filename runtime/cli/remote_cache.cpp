#include "runtime/cli/remote_cache.h"
#include "fmt/format.h"
#include "runtime/host/capture.h"

namespace pipelang::cli {
namespace {

llvm::Error wrong(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), why);
}

std::string fromEnvironment(const host::Host &host, const char *name) {
  const auto found = host.environ.find(name);
  return found == host.environ.end() ? std::string() : found->second;
}

/// What `sh` prints for `command`.
llvm::Expected<std::string> outputOf(llvm::StringRef command, host::Host &host) {
  host::SpawnOptions options;
  options.argv = {"/bin/sh", "-c", command.str()};
  options.environ = host.environ;
  options.directory = "/";
  llvm::Expected<host::Captured> captured = host::capture(options, host.processes, Duration::fromSeconds(30));
  if (!captured) return captured.takeError();
  if (captured->status.ok()) return captured->output;
  return wrong(fmt::format("`{}`: exit {}", command.str(), captured->status.code));
}

/// The first line of what `from` names: `env:NAME`, `file:PATH`, `command:WORDS`.
llvm::Expected<std::string> secretFrom(llvm::StringRef from, host::Host &host) {
  const auto [kind, rest] = from.split(':');
  llvm::Expected<std::string> text = std::string();
  if (kind == "env")
    *text = fromEnvironment(host, rest.str().c_str());
  else if (kind == "file")
    text = host.files.read(rest);
  else if (kind == "command")
    text = outputOf(rest, host);
  else
    return wrong("it is `env:NAME`, `file:PATH` or `command:WORDS`, never the secret itself");
  if (!text) return text.takeError();
  const llvm::StringRef secret = llvm::StringRef(*text).split('\n').first.trim();
  if (secret.empty()) return wrong(fmt::format("`{}` is empty", from.str()));
  return secret.str();
}

llvm::Error checkUrl(llvm::StringRef url) {
  if (!url.startswith("http://") && !url.startswith("https://"))
    return wrong(fmt::format("`{}` is no `http://` or `https://` address", url.str()));
  const llvm::StringRef host = url.split("://").second.split('/').first;
  if (host.contains('@')) // it would be in every message
    return wrong("a remote cache's user and password do not belong into its address: "
                 "--remote-cache-secret env:NAME");
  if (host.empty()) return wrong(fmt::format("`{}` names no machine", url.str()));
  return llvm::Error::success();
}

} // namespace

std::vector<Option> remoteCacheOptions() {
  return {{"--remote-cache", "", "URL", "results of pure jobs are shared there too; `none`: nowhere"},
          {"--remote-cache-secret", "", "FROM", "for it: env:NAME, file:PATH or command:WORDS"},
          {"--remote-cache-read-only", "", "", "nothing is sent there"}};
}

llvm::Expected<store::RemoteSettings> remoteCacheSettings(const Parsed &parsed, host::Host &host) {
  const auto setting = [&](const char *option, const char *variable) {
    return parsed.has(option) ? parsed.value(option) : fromEnvironment(host, variable);
  };
  store::RemoteSettings settings;
  const std::string url = setting("--remote-cache", "PIPERUN_REMOTE_CACHE");
  if (url.empty() || url == "none") return settings;
  if (llvm::Error error = checkUrl(url)) return error;
  settings.url = llvm::StringRef(url).rtrim('/').str();
  settings.authorities = fromEnvironment(host, "PIPERUN_REMOTE_CACHE_CA");
  const std::string readOnly = fromEnvironment(host, "PIPERUN_REMOTE_CACHE_READ_ONLY");
  settings.readOnly = parsed.has("--remote-cache-read-only") || (!readOnly.empty() && readOnly != "0");
  const std::string seconds = fromEnvironment(host, "PIPERUN_REMOTE_CACHE_TIMEOUT");
  unsigned number = 0;
  if (!seconds.empty() && (llvm::StringRef(seconds).getAsInteger(10, number) || number == 0 || number > 3600))
    return wrong(fmt::format("PIPERUN_REMOTE_CACHE_TIMEOUT is a number of seconds, not `{}`", seconds));
  if (number > 0) settings.timeout = Duration::fromSeconds(number);
  const std::string from = setting("--remote-cache-secret", "PIPERUN_REMOTE_CACHE_SECRET");
  if (from.empty()) return settings;
  llvm::Expected<std::string> secret = secretFrom(from, host);
  if (!secret) return wrong("the remote cache's secret: " + llvm::toString(secret.takeError()));
  settings.secret = std::move(*secret);
  return settings;
}

} // namespace pipelang::cli
