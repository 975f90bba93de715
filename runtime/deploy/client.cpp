#include "runtime/deploy/client.h"
#include "runtime/deploy/json_fields.h"
#include "runtime/deploy/line_socket.h"
#include "runtime/services/log_pump.h"
#include <unistd.h>

namespace pipelang::deploy {
namespace json = llvm::json;

static llvm::Expected<json::Object> exchange(LineSocket &socket, json::Object request, std::stop_token stop) {
  if (auto error = socket.send(std::move(request))) return error;
  auto answer = socket.receive(std::move(stop));
  if (!answer) return answer.takeError();
  if (!*answer) return llvm::createStringError(llvm::inconvertibleErrorCode(), "the supervisor has ended");
  if (!flagIn(**answer, "ok"))
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s", textIn(**answer, "error").c_str());
  return std::move(**answer);
}

llvm::Expected<json::Object> ask(llvm::StringRef directory, json::Object request, std::stop_token stop) {
  auto socket = LineSocket::connect(directory);
  if (!socket) return socket.takeError();
  return exchange(**socket, std::move(request), std::move(stop));
}

Lease::Lease(std::string directory, std::unique_ptr<LineSocket> socket, std::int64_t token)
    : directory_(std::move(directory)), socket_(std::move(socket)), token_(token) {}
Lease::Lease(Lease &&other) noexcept = default;
Lease::~Lease() = default;

llvm::Expected<Lease> Lease::acquire(llvm::StringRef directory, llvm::StringRef owner) {
  auto socket = LineSocket::connect(directory);
  if (!socket) return socket.takeError();
  // That a holder is gone shows a moment after its end.
  for (int tries = 0;; ++tries) {
    auto answer = exchange(**socket, json::Object{{"command", "acquire"}, {"owner", owner}}, {});
    if (answer) return Lease(directory.str(), std::move(*socket), numberIn(*answer, "token"));
    if (tries == 5) return answer.takeError();
    llvm::consumeError(answer.takeError());
    host::realHost().clock.sleep(Duration{20});
  }
}

llvm::Expected<json::Object> Lease::ask(json::Object request, std::stop_token stop) {
  request["token"] = token_;
  return deploy::ask(directory_, std::move(request), std::move(stop));
}

/// The supervisor outlives whoever starts it, so of the caller's environment it gets only what every
/// program needs: there may be secrets among the rest.
static host::Environ plainEnvironment(const host::Environ &all) {
  host::Environ environ;
  for (const char *name : {"PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR"})
    if (const auto found = all.find(name); found != all.end()) environ.insert(*found);
  return environ;
}

llvm::Error ensureSupervisor(llvm::StringRef programPath, llvm::StringRef directory, host::Host &host) {
  auto answers = ask(directory, json::Object{{"command", "hello"}});
  if (answers) return llvm::Error::success();
  llvm::consumeError(answers.takeError());
  auto pump = services::LogPump::create([](llvm::StringRef) {});
  if (!pump) return pump.takeError();
  host::SpawnOptions options;
  options.argv = {programPath.str(), "supervise", directory.str()};
  options.environ = plainEnvironment(host.environ);
  options.directory = directory.str();
  options.output = (*pump)->writeEnd();
  options.newSession = true;
  auto child = host.processes.spawn(options);
  if (!child) return child.takeError();
  (*pump)->closeWriteEnd();
  const auto status = host.processes.wait(*child, Duration::fromSeconds(20));
  ::close(child->pidfd);
  (*pump)->stop();
  if (status && status->ok()) return llvm::Error::success();
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "the supervisor did not start: %s",
                                 (*pump)->tail().c_str());
}

} // namespace pipelang::deploy
