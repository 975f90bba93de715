#include "tests/unit/runtime/deploy/sample_app.h"
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

namespace pipelang::deploy::testing {

const char *const sampleApp = R"py(
import asyncio, os, sys
release, left = os.environ["RELEASE"], int(os.environ.get("CRASH_AFTER", "-1"))
delay = float(os.environ.get("DELAY", "0"))

class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.received = transport, b""
    def data_received(self, data):
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, self.received = self.received.split(b"\r\n\r\n", 1)
            if delay:
                asyncio.get_running_loop().call_later(delay, self.answer, head)
            else:
                self.answer(head)
    def answer(self, head):
        global left
        path = head.split(b" ", 2)[1].decode()
        if path == "/" and left >= 0:
            left -= 1
            if left < 0:
                print("crashing on purpose", flush=True)
                os._exit(3)
        status = os.environ.get("HEALTH", "200") if path == "/health" else "200"
        body = f"{release} {path} {os.getpid()}".encode()
        close = b"connection: close" in head.lower()
        self.transport.write(f"HTTP/1.1 {status} X\r\nX-Release: {release}\r\n"
                             f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        if close:
            self.transport.close()

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", int(os.environ["PORT"]), backlog=1024)
    print(release, "listens", flush=True)
    await server.serve_forever()
asyncio.run(main())
)py";

std::vector<std::string> Recorder::phases() {
  std::lock_guard lock(mutex);
  std::vector<std::string> names;
  for (const auto &event : events)
    if (const auto *entered = std::get_if<store::PhaseEntered>(&event.node)) names.push_back(entered->phase);
  return names;
}

bool Recorder::sawPhase(llvm::StringRef phase) {
  for (const auto &name : phases())
    if (name == phase) return true;
  return false;
}

static void writeFile(const std::string &path, const std::string &text, int mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  ASSERT_EQ(::write(file, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(file);
}

void DeployTest::SetUp() {
  char name[] = "/tmp/pipelang-deploy-XXXXXX";
  directory_ = ::mkdtemp(name);
  // A long path: sockets' own limit is 107 bytes.
  state_ = directory_ + "/" + std::string(90, 'x') + "/deployments/api";
  writeFile(directory_ + "/app.py", sampleApp, 0644);
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  // The program under test is this one: SupervisorProcess.Main is what `piperun supervise` does.
  writeFile(
      directory_ + "/piperun",
      fmt::format("#!/bin/sh\nPIPELANG_SUPERVISE=\"$2\" exec '{}' --gtest_filter=SupervisorProcess.Main\n",
                  self),
      0755);
  deployment_.local.emplace();
  deployment_.beforeSwitch = {{"/health", 200, Duration{300}, {}}};
  deployment_.local->keepWarm = Duration::fromSeconds(60);
  deployment_.local->drain = Duration::fromSeconds(2);
  deployment_.local->startTimeout = Duration::fromSeconds(20);
}

void DeployTest::TearDown() {
  if (auto error = down(state_)) ADD_FAILURE() << llvm::toString(std::move(error));
  if (const auto guardian = supervisorOf(state_)) ::kill(*guardian, SIGKILL);
  std::filesystem::remove_all(directory_);
}

Request DeployTest::request(const std::string &release, host::Environ environ) {
  services::ProcessSpec spec;
  spec.name = "api";
  spec.start.argv = {"python3", "../app.py"};
  spec.start.environ = std::move(environ);
  spec.start.environ.emplace("PATH", "/usr/bin:/bin");
  spec.ready.kind = plan::Probe::Kind::Tcp;
  spec.ready.every = Duration{20};
  spec.startTimeout = Duration::fromSeconds(20);
  spec.grace = Duration::fromSeconds(2);
  spec.directory = directory_ + "/" + release;
  std::filesystem::create_directories(spec.directory);
  return {
      "api", "api", deployment_, plan_, facts_, owner_, release, spec, {}, state_, directory_ + "/piperun"};
}

Result DeployTest::deploy(const std::string &release, host::Environ environ, std::stop_token stop) {
  Result result =
      deployBlueGreen(request(release, std::move(environ)), host::realHost(), events_, std::move(stop));
  if (!result.url.empty()) url_ = result.url;
  return result;
}

std::string DeployTest::ask(const std::string &path) {
  host::HttpRequest request;
  request.url = url_ + path;
  request.timeout = Duration::fromSeconds(2);
  auto response = host::realHost().http.send(request);
  if (!response) {
    llvm::consumeError(response.takeError());
    return "error";
  }
  return response->body;
}

void DeployTest::requireP95(int milliseconds) {
  plan::Node node;
  node.name = "api";
  plan::Expr metric, bound;
  metric.node = plan::Metric{plan_.nodes.add(node), "p95"};
  metric.type = bound.type = plan::ValueType::Duration;
  bound.node = plan::Literal{{Duration{milliseconds}}};
  plan::Requirement requirement;
  requirement.subject = plan_.exprs.add(metric);
  requirement.op = plan::CompareOp::LessEqual;
  requirement.bound = plan_.exprs.add(bound);
  requirement.text = "slo.p95(api)";
  deployment_.afterSwitch.push_back(requirement);
}

Status DeployTest::now() {
  auto found = status(state_);
  if (found) return *found;
  ADD_FAILURE() << llvm::toString(found.takeError());
  return {};
}

} // namespace pipelang::deploy::testing

/// Does nothing in a test run: it is how tests get a supervisor process.
TEST(SupervisorProcess, Main) {
  if (const char *directory = ::getenv("PIPELANG_SUPERVISE"))
    ::_exit(pipelang::deploy::superviseMain(directory));
}
