#include "runtime/deploy/driver.h"
#include "runtime/deploy/json_fields.h"
#include "runtime/deploy/spec_json.h"
#include "llvm/Support/ErrorHandling.h"
#include <fmt/format.h>

namespace pipelang::deploy {
namespace json = llvm::json;

static llvm::Error failed(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s", why.c_str());
}

llvm::Error Driver::perform(Effect effect) {
  switch (effect) {
  case Effect::StartSupervisor: return startSupervisor();
  case Effect::AcquireLease: return acquireLease();
  case Effect::ReadWorld: return readWorld();
  case Effect::StopIdle: return onColour("stop", new_);
  case Effect::StartServices: return startServices();
  case Effect::StartNew: return startNew();
  case Effect::ProveIdentity: return proveIdentity();
  case Effect::RunChecks: return runChecks();
  case Effect::MeasureBaseline: return measureBaseline();
  case Effect::SwitchToNew: return switchTo(new_);
  case Effect::MeasureTraffic: return measureTraffic();
  case Effect::Evaluate: return evaluate();
  case Effect::DrainOld: {
    auto error = onColour("drain", old_, json::Object{{"within", local_.drain.milliseconds}});
    endLoad();
    return error;
  }
  case Effect::RetireOld:
    return onColour("retire", old_, json::Object{{"after", local_.keepWarm.milliseconds}});
  case Effect::SwitchToOld: return switchTo(old_);
  case Effect::DrainNew:
    // How it ends does not matter: it is stopped in any case.
    llvm::consumeError(onColour("drain", new_, json::Object{{"within", local_.drain.milliseconds}}));
    return llvm::Error::success();
  case Effect::StopNew: {
    auto error = onColour("stop", new_);
    endLoad();
    return error;
  }
  case Effect::ReleaseLease: releaseLease(); return llvm::Error::success();
  }
  llvm_unreachable("an effect");
}

llvm::Error Driver::onColour(const char *command, Colour colour, json::Object more) {
  if (colour < 0 || !lease_) return llvm::Error::success();
  more["command"] = command;
  more["colour"] = colourName(colour);
  auto answer = lease_->ask(std::move(more));
  return answer ? llvm::Error::success() : answer.takeError();
}

/// What cannot end well is refused before anything has been touched.
llvm::Error Driver::startSupervisor() {
  if (!request_.deployment.local)
    return failed(
        fmt::format("{} does not say how it runs here: it needs an `on local` block", request_.name));
  if (!request_.deployment.afterSwitch.empty() && !local_.traffic)
    return failed("there are requirements after the switch, but no `traffic` they could be measured on");
  if (auto error = host_.files.makeDirectory(request_.stateDirectory)) return error;
  return ensureSupervisor(request_.programPath, request_.stateDirectory, host_);
}

llvm::Error Driver::acquireLease() {
  auto lease =
      Lease::acquire(request_.stateDirectory, request_.owner.empty() ? "another deployment" : request_.owner);
  if (!lease) return lease.takeError();
  lease_.emplace(std::move(*lease));
  auto hello = ask(request_.stateDirectory, json::Object{{"command", "hello"}});
  if (!hello) return hello.takeError();
  supervisor_ = numberIn(*hello, "pid");
  return recover();
}

llvm::Error Driver::readWorld() {
  auto kept = local_.publicPort ? llvm::Expected<int>(local_.publicPort)
                                : keptPort(request_.stateDirectory, "public");
  if (!kept) return kept.takeError();
  auto opened =
      lease_->ask(json::Object{{"command", "open"}, {"port", *kept}, {"any", local_.publicPort == 0}});
  if (!opened) return opened.takeError();
  publicPort_ = static_cast<int>(numberIn(*opened, "port"));
  auto world = status(request_.stateDirectory);
  if (!world) return world.takeError();
  old_ = -1;
  new_ = 0;
  for (const VersionStatus &version : world->versions) {
    if (!version.live) continue;
    const Colour colour = *colourFromText(version.colour);
    new_ = 1 - colour;
    // One that has crashed is nothing to go back to.
    if (version.state == "ready") {
      old_ = colour;
      oldRelease_ = version.release;
    } else {
      note(fmt::format("{} ({}) was to serve, but it has ended", version.release, version.colour));
    }
  }
  return llvm::Error::success();
}

llvm::Error Driver::startServices() {
  for (const auto &spec : request_.services) {
    auto answer = lease_->ask(json::Object{{"command", "service"}, {"spec", toJson(spec)}}, stop_);
    if (!answer) return answer.takeError();
    tell(store::ServiceReady{"", spec.name, static_cast<int>(numberIn(*answer, "port"))});
  }
  return llvm::Error::success();
}

void Driver::tellLog(llvm::StringRef of) {
  auto answer = ask(request_.stateDirectory, json::Object{{"command", "log"}, {"of", of}});
  if (!answer) return llvm::consumeError(answer.takeError());
  const std::string text = textIn(*answer, "text");
  if (!text.empty()) tell(store::Output{"", -1, text});
}

llvm::Error Driver::startNew() {
  services::ProcessSpec spec = request_.spec;
  if (spec.startTimeout == Duration{}) spec.startTimeout = local_.startTimeout;
  auto answer = lease_->ask(json::Object{{"command", "start"},
                                         {"colour", colourName(new_)},
                                         {"release", request_.release},
                                         {"spec", toJson(spec)}},
                            stop_);
  tellLog(colourName(new_));
  if (!answer) return answer.takeError();
  newPort_ = static_cast<int>(numberIn(*answer, "port"));
  return llvm::Error::success();
}

std::string Driver::urlOf(int port, llvm::StringRef path) const {
  return fmt::format("http://127.0.0.1:{}{}", port, path.str());
}

/// Either the kernel says that the listening socket is of the group we started, or the version says its
/// own name.
llvm::Error Driver::proveIdentity() {
  auto answer =
      ask(request_.stateDirectory, json::Object{{"command", "identify"}, {"colour", colourName(new_)}});
  if (!answer) return answer.takeError();
  if (flagIn(*answer, "proven")) return llvm::Error::success();
  if (local_.traffic && !local_.traffic->identityHeader.empty()) {
    host::HttpRequest request;
    request.url = urlOf(newPort_, local_.traffic->path);
    auto response = host_.http.send(request);
    if (!response) return response.takeError();
    const auto found = response->headers.find(llvm::StringRef(local_.traffic->identityHeader).lower());
    if (found != response->headers.end() && found->second == request_.release) return llvm::Error::success();
  }
  return failed(fmt::format("what listens on port {} is not the version that was started: does it use $PORT?",
                            newPort_));
}

/// Asked until it answers as it should, or its time is over.
llvm::Error Driver::check(const plan::HttpCheck &check) {
  host::HttpRequest request;
  request.url = urlOf(newPort_, check.path);
  request.timeout = check.within;
  request.headers["connection"] = "close";
  const Duration until{host_.clock.sinceStart().milliseconds + check.within.milliseconds};
  std::string found;
  bool passed = false;
  while (true) {
    auto response = host_.http.send(request);
    passed = response && response->status == check.expectedStatus;
    found = response ? std::to_string(response->status) : llvm::toString(response.takeError());
    if (passed || host_.clock.sinceStart() >= until) break;
    if (auto error = wait(Duration{100})) return error;
  }
  const std::string text =
      fmt::format("http(\"{}\") is {} within {}", check.path, check.expectedStatus, toText(check.within));
  const std::string message = fmt::format("{}: {}, must be {}", request.url, found, check.expectedStatus);
  tell(store::Checked{"", text, passed ? "pass" : "fail", found, std::to_string(check.expectedStatus),
                      request.url, message});
  return passed ? llvm::Error::success() : failed(message);
}

/// All are asked, also after one has failed.
llvm::Error Driver::runChecks() {
  llvm::Error first = llvm::Error::success();
  for (const auto &one : request_.deployment.beforeSwitch) {
    llvm::Error error = check(one);
    if (!first)
      first = std::move(error);
    else
      llvm::consumeError(std::move(error));
  }
  if (first) return first;
  const plan::Probe &live = local_.live;
  if (live.kind != plan::Probe::Kind::Http || services::probeOnce(live, newPort_, host_))
    return llvm::Error::success();
  return failed(fmt::format("{}: the new version does not answer its liveness probe with {}",
                            urlOf(newPort_, live.path), live.expectedStatus));
}

/// A switch whose result was lost may have happened: what is true is asked first.
llvm::Error Driver::switchTo(Colour colour) {
  if (!lease_) return failed("there is no lease");
  auto world = ask(request_.stateDirectory, json::Object{{"command", "status"}});
  if (!world) return world.takeError();
  auto answer = lease_->ask(json::Object{
      {"command", "switch"}, {"colour", colourName(colour)}, {"generation", numberIn(*world, "generation")}});
  if (!answer) return answer.takeError();
  if (colour == new_) switched_ = numberIn(*answer, "switched");
  return llvm::Error::success();
}

void Driver::releaseLease() {
  if (recovering_ || !lease_) return;
  if (auto answer = lease_->ask(json::Object{{"command", "release"}}); !answer)
    llvm::consumeError(answer.takeError()); // Its connection ends now, and the lease with it.
  lease_.reset();
}

} // namespace pipelang::deploy
