// What may be asked of a deployment besides deploying: status, rollback, the end of it.
#include "compiler/support/bounded_json.h"
#include "runtime/deploy/client.h"
#include "runtime/deploy/deploy.h"
#include "runtime/deploy/json_fields.h"
#include "runtime/services/net.h"
#include <fmt/format.h>

namespace pipelang::deploy {
namespace json = llvm::json;

static VersionStatus versionFrom(const json::Object &object) {
  VersionStatus version;
  version.colour = textIn(object, "colour");
  version.release = textIn(object, "release");
  version.state = textIn(object, "state");
  version.port = static_cast<int>(numberIn(object, "port"));
  version.group = static_cast<pid_t>(numberIn(object, "group", -1));
  version.live = flagIn(object, "live");
  version.connections = numberIn(object, "connections");
  if (const auto in = object.getInteger("retires_in")) version.retiresIn = Duration{*in};
  return version;
}

/// Whether it ends within `atMost`: a supervisor that was killed is a moment longer there than its socket.
static bool endsWithin(llvm::StringRef stateDirectory, Duration atMost) {
  for (std::int64_t waited = 0; waited < atMost.milliseconds && supervisorOf(stateDirectory); waited += 10)
    host::realHost().clock.sleep(Duration{10});
  return !supervisorOf(stateDirectory);
}

static llvm::Error refused(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s", why.c_str());
}

llvm::Expected<Status> status(llvm::StringRef stateDirectory) {
  Status status;
  const auto guardian = supervisorOf(stateDirectory);
  if (!guardian) return status;
  auto answer = ask(stateDirectory, json::Object{{"command", "status"}});
  if (!answer) {
    if (!endsWithin(stateDirectory, Duration::fromSeconds(1))) return answer.takeError();
    llvm::consumeError(answer.takeError());
    return status;
  }
  status.running = true;
  status.supervisor = *guardian;
  status.generation = numberIn(*answer, "generation");
  status.lease = textIn(*answer, "lease");
  const auto port = numberIn(*answer, "public_port");
  if (port != 0 && status.generation > 0) status.url = fmt::format("http://127.0.0.1:{}", port);
  if (const json::Array *versions = answer->getArray("versions"))
    for (const auto &version : *versions)
      status.versions.push_back(versionFrom(*version.getAsObject()));
  if (const json::Array *services = answer->getArray("services"))
    for (const auto &service : *services) {
      const json::Object &object = *service.getAsObject();
      status.services.push_back(
          {textIn(object, "name"), static_cast<int>(numberIn(object, "port")), flagIn(object, "alive")});
    }
  return status;
}

std::string toText(const Status &status) {
  if (!status.running) return "not running\n";
  std::string text = status.url.empty() ? "no version serves yet\n" : status.url + "\n";
  for (const auto &version : status.versions)
    text += fmt::format(
        "{:<6} {:<4} {} on port {}, {}{}\n", version.colour, version.live ? "live" : "", version.release,
        version.port, version.state,
        version.retiresIn ? ", warm for another " +
                                toText(Duration::fromSeconds((version.retiresIn->milliseconds + 999) / 1000))
                          : "");
  for (const auto &service : status.services)
    text += fmt::format("{:<6} {:<4} service on port {}{}\n", service.name, "", service.port,
                        service.alive ? "" : ", ended");
  if (!status.lease.empty()) text += fmt::format("{} is deploying\n", status.lease);
  return text;
}

/// The version left stays warm for as long as the other one would have.
static llvm::Expected<std::string> switchBack(Lease &lease, const Status &world) {
  const VersionStatus *live = nullptr, *warm = nullptr;
  for (const auto &version : world.versions)
    (version.live ? live : warm) = &version;
  if (!live) return refused("no version serves");
  if (!warm || warm->state != "ready")
    return refused(fmt::format("nothing but {} runs: no other version is warm any more", live->release));
  auto switched = lease.ask(
      json::Object{{"command", "switch"}, {"colour", warm->colour}, {"generation", world.generation}});
  if (!switched) return switched.takeError();
  const Duration after = warm->retiresIn.value_or(Duration::fromMinutes(10));
  auto retired =
      lease.ask(json::Object{{"command", "retire"}, {"colour", live->colour}, {"after", after.milliseconds}});
  if (!retired) return retired.takeError();
  return fmt::format("{} ({}) serves again; {} ({}) stays warm for {}", warm->release, warm->colour,
                     live->release, live->colour, toText(after));
}

llvm::Expected<std::string> rollback(llvm::StringRef stateDirectory, llvm::StringRef owner) {
  if (!supervisorOf(stateDirectory)) return refused("nothing is deployed here");
  auto lease = Lease::acquire(stateDirectory, owner);
  if (!lease) return lease.takeError();
  auto world = status(stateDirectory);
  if (!world) return world.takeError();
  auto done = switchBack(*lease, *world);
  if (auto released = lease->ask(json::Object{{"command", "release"}}); !released)
    llvm::consumeError(released.takeError());
  return done;
}

llvm::Error down(llvm::StringRef stateDirectory) {
  if (!supervisorOf(stateDirectory)) return llvm::Error::success();
  const Duration aMoment = Duration::fromSeconds(5); // for one that is about to end, on a busy machine
  auto lease = Lease::acquire(stateDirectory, "its end");
  if (!lease) {
    if (!endsWithin(stateDirectory, aMoment)) return lease.takeError();
    llvm::consumeError(lease.takeError());
    return llvm::Error::success();
  }
  auto answer = lease->ask(json::Object{{"command", "shutdown"}});
  if (!answer) { // with nothing to stop it may have ended before it could answer
    if (!endsWithin(stateDirectory, aMoment)) return answer.takeError();
    llvm::consumeError(answer.takeError());
    return llvm::Error::success();
  }
  // Every process gets its grace; the supervisor's end is the end of all.
  return endsWithin(stateDirectory, Duration::fromMinutes(2)) ? llvm::Error::success()
                                                              : refused("it did not end in two minutes");
}

llvm::Expected<int> keptPort(llvm::StringRef stateDirectory, llvm::StringRef name) {
  host::Files &files = host::realHost().files;
  const std::string path = (stateDirectory + "/ports.json").str();
  json::Object ports;
  if (files.exists(path)) {
    auto text = files.read(path);
    if (!text) return text.takeError();
    auto value = parseBoundedJson(*text);
    if (!value)
      llvm::consumeError(value.takeError()); // Broken: everybody gets a new one.
    else if (value->getAsObject())
      ports = std::move(*value->getAsObject());
  }
  const auto kept = ports.getInteger(name);
  // While nothing of ours runs, somebody else may have taken it.
  if (kept &&
      (supervisorOf(stateDirectory) || !services::acceptsConnections(static_cast<int>(*kept), Duration{200})))
    return static_cast<int>(*kept);
  auto port = host::freePort();
  if (!port) return port.takeError();
  ports[name] = *port;
  if (auto error = files.write(path, llvm::formatv("{0:2}\n", json::Value(std::move(ports))).str()))
    return error;
  return *port;
}

} // namespace pipelang::deploy
