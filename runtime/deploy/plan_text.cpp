// `piperun deploy --plan`: the effects in the order they would have, from the same table that carries them
// out.
#include "runtime/deploy/deploy.h"
#include "runtime/deploy/rollout.h"
#include <fmt/format.h>

namespace pipelang::deploy {
namespace {

struct World {
  bool running = false;
  bool hasOld = false;
  std::string old = "nothing";
  std::string oldRelease;
  std::string idle = "blue";
  std::string idleRelease; ///< What still runs there.
  std::set<std::string> services;
};

World read(const Intent &intent) {
  World world;
  auto found = status(intent.stateDirectory);
  if (!found) {
    llvm::consumeError(found.takeError());
    return world;
  }
  world.running = found->running;
  for (const auto &version : found->versions)
    if (version.live) {
      world.hasOld = version.state == "ready";
      world.old = version.colour;
      world.oldRelease = version.release;
      world.idle = version.colour == "blue" ? "green" : "blue";
    }
  for (const auto &version : found->versions)
    if (version.colour == world.idle) world.idleRelease = version.release;
  for (const auto &service : found->services)
    if (service.alive) world.services.insert(service.name);
  return world;
}

std::string servicesText(const Intent &intent, const World &world) {
  std::string text;
  for (const std::string &service : intent.services)
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", service,
                        world.services.count(service) ? " (runs)" : "");
  return text.empty() ? "no shared services" : "shared services: " + text;
}

std::string checksText(const Intent &intent) {
  std::string text;
  for (const auto &check : intent.deployment.beforeSwitch)
    text += fmt::format("{}http(\"{}\") is {} within {}", text.empty() ? "" : ", ", check.path,
                        check.expectedStatus, toText(check.within));
  return text.empty() ? "no checks before the switch" : "ask it: " + text;
}

std::string requirementsText(const Intent &intent) {
  std::string text = fmt::format("require a switchover within {}", toText(intent.deployment.switchWithin));
  for (const auto &requirement : intent.deployment.afterSwitch)
    text += ", " + requirement.text;
  return text;
}

std::string trafficText(const Intent &intent, bool before) {
  const auto &local = intent.deployment.local;
  if (!local || !local->traffic) return before ? "no traffic of our own" : "watch the new version for 1s";
  return fmt::format("send {} to {} for {}{}", toText(local->traffic->rate), local->traffic->path,
                     toText(before ? local->traffic->before : local->traffic->after),
                     before ? ", the baseline" : ", and watch the new version");
}

std::string lineOf(Effect effect, const Intent &intent, const World &world) {
  static const plan::LocalRelease none;
  const plan::LocalRelease &local = intent.deployment.local ? *intent.deployment.local : none;
  switch (effect) {
  case Effect::StartSupervisor:
    return world.running ? "use the supervisor that runs" : "start the supervisor";
  case Effect::AcquireLease: return "acquire the lease";
  case Effect::ReadWorld:
    return world.hasOld ? fmt::format("read what serves: {} ({})", world.oldRelease, world.old)
                        : "read what serves: nothing yet";
  case Effect::StopIdle:
    return world.idleRelease.empty() ? fmt::format("{} is free", world.idle)
                                     : fmt::format("stop {} ({})", world.idleRelease, world.idle);
  case Effect::StartServices: return servicesText(intent, world);
  case Effect::StartNew:
    return fmt::format("start {} as {}, ready within {}", intent.release, world.idle,
                       toText(local.startTimeout));
  case Effect::ProveIdentity: return "prove that what listens is what was started";
  case Effect::RunChecks: return checksText(intent);
  case Effect::MeasureBaseline: return trafficText(intent, true);
  case Effect::SwitchToNew: return fmt::format("switch from {} to {}", world.old, world.idle);
  case Effect::MeasureTraffic: return trafficText(intent, false);
  case Effect::Evaluate: return requirementsText(intent);
  case Effect::DrainOld:
    return fmt::format("let {} finish its requests, {} at most", world.old, toText(local.drain));
  case Effect::RetireOld:
    return fmt::format("keep {} warm for {}, then stop it", world.old, toText(local.keepWarm));
  case Effect::ReleaseLease: return "release the lease";
  case Effect::SwitchToOld:
  case Effect::DrainNew:
  case Effect::StopNew: return toText(effect).str(); // Only on the way back.
  }
  return {};
}

} // namespace

std::string planOfEffects(const Intent &intent) {
  const World world = read(intent);
  std::string text;
  int number = 0;
  Transition transition = next({}, Event::Start);
  while (true) {
    for (Effect effect : transition.effects)
      text += fmt::format("{:>2}. {:<9} {}\n", ++number, toText(transition.rollout.phase).str(),
                          lineOf(effect, intent, world));
    if (isTerminal(transition.rollout.phase)) return text;
    const bool reading = transition.rollout.phase == Phase::Lease;
    transition = next(transition.rollout, !reading       ? Event::Succeeded
                                          : world.hasOld ? Event::FoundOld
                                                         : Event::FoundNothing);
  }
}

} // namespace pipelang::deploy
