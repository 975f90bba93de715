#include "runtime/services/probe.h"
#include "runtime/services/net.h"
#include "runtime/services/services.h"
#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pipelang::services {

bool acceptsConnections(int port, Duration atMost) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool accepted = ::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
  if (!accepted && errno == EINPROGRESS) {
    pollfd wait{socket, POLLOUT, 0};
    int error = 0;
    socklen_t size = sizeof error;
    accepted = ::poll(&wait, 1, static_cast<int>(atMost.milliseconds)) == 1 &&
               ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
  }
  ::close(socket);
  return accepted;
}

static bool probeHttp(const plan::Probe &probe, int port, host::Host &host) {
  host::HttpRequest request;
  request.url = fmt::format("http://127.0.0.1:{}{}", port, probe.path);
  request.timeout = probe.timeout;
  request.headers["connection"] = "close";
  auto response = host.http.send(request);
  if (!response) {
    llvm::consumeError(response.takeError());
    return false;
  }
  return response->status == probe.expectedStatus;
}

static bool probeExec(const plan::Probe &probe, const ProbeContext &context, host::Host &host) {
  host::SpawnOptions options;
  options.argv = probe.command;
  options.environ = context.environ;
  options.directory = context.directory;
  options.user = context.user;
  auto child = host.processes.spawn(options);
  if (!child) {
    llvm::consumeError(child.takeError());
    return false;
  }
  const auto status = host.processes.wait(*child, probe.timeout);
  if (!status) {
    host.processes.signalGroup(child->pid, SIGKILL);
    host.processes.wait(*child, Duration::fromSeconds(10));
  }
  ::close(child->pidfd);
  return status && status->ok();
}

bool probeIn(const ProbeContext &context, const plan::Probe &probe, int port, host::Host &host) {
  switch (probe.kind) {
  case plan::Probe::Kind::Tcp: return acceptsConnections(port, probe.timeout);
  case plan::Probe::Kind::Http: return probeHttp(probe, port, host);
  case plan::Probe::Kind::Exec: return probeExec(probe, context, host);
  }
  llvm_unreachable("a kind of probe");
}

bool probeOnce(const plan::Probe &probe, int port, host::Host &host) {
  ProbeContext context{host.environ, "/", std::nullopt};
  context.environ["PORT"] = fmt::format("{}", port);
  return probeIn(context, probe, port, host);
}

} // namespace pipelang::services
