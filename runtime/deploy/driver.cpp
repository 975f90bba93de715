#include "runtime/deploy/driver.h"
#include <fmt/format.h>
#include <unistd.h>

namespace pipelang::deploy {

static const plan::LocalRelease &localOf(const Request &request) {
  static const plan::LocalRelease none;
  return request.deployment.local ? *request.deployment.local : none;
}

Driver::Driver(const Request &request, host::Host &host, store::EventSink &events, std::stop_token stop)
    : request_(request), local_(localOf(request)), host_(host), events_(events), stop_(std::move(stop)),
      controls_(request.controlFile) {}

void Driver::tell(std::variant<store::Checked, store::PhaseEntered, store::Measured, store::Traffic,
                               store::Output, store::ServiceReady, store::Note>
                      event) {
  std::visit(
      [&](auto &node) {
        node.node = request_.node;
        events_.take(store::Event{host_.clock.wallMilliseconds(), std::move(node)});
      },
      event);
}

void Driver::note(const std::string &text) {
  tell(store::Note{"", text});
}

llvm::Error Driver::wait(Duration duration) {
  const Duration until{host_.clock.sinceStart().milliseconds + duration.milliseconds};
  while (true) {
    listen();
    if (stopping())
      return llvm::createStringError(std::make_error_code(std::errc::operation_canceled), "stopped");
    const auto left = until.milliseconds - host_.clock.sinceStart().milliseconds;
    if (left <= 0) return llvm::Error::success();
    host_.clock.sleep(Duration{std::min<std::int64_t>(left, 20)});
  }
}

/// Only who holds the lease writes: before that, nothing of the deployment has changed.
llvm::Error Driver::journal(std::optional<Effect> effect, std::optional<Control> control) {
  if (!lease_) return llvm::Error::success();
  JournalEntry entry;
  entry.at = host_.clock.wallMilliseconds();
  entry.owner = request_.owner;
  entry.release = request_.release;
  entry.supervisor = supervisor_;
  entry.rollout = rollout_;
  entry.oldColour = old_;
  entry.newColour = new_;
  entry.effect = effect;
  entry.control = std::move(control);
  return append(request_.stateDirectory, entry);
}

void Driver::listen() {
  const std::int64_t now = host_.clock.sinceStart().milliseconds;
  if (listened_ != 0 && now - listened_ < 100) return;
  listened_ = now;
  for (const Control &control : controls_.news()) {
    const bool waits = paused_ || rollout_.phase == Phase::Watch;
    switch (control.word) {
    case Control::Word::Pause: paused_ = true; break;
    case Control::Word::Promote:
      promoted_ = !paused_ && waits;
      paused_ = false;
      break;
    case Control::Word::Abort: aborted_ = control; break;
    case Control::Word::Resumed: aborted_.reset(); continue;
    }
    if (auto error = journal(std::nullopt, control)) note(llvm::toString(std::move(error)));
    note(describe(control) +
         (control.word == Control::Word::Promote && !waits ? " (nothing was waiting for it)" : ""));
  }
}

llvm::Error Driver::hold() {
  listened_ = 0;
  listen();
  if (!paused_ || !canAbort(rollout_.phase)) return llvm::Error::success();
  note(fmt::format("holding before phase {}: piperun promote, or abort", toText(rollout_.phase).str()));
  while (paused_) {
    if (auto error = wait(Duration{50})) return error;
    if (rollout_.phase != Phase::Drain) continue;
    if (auto error = newVersionLives()) return error;
  }
  return llvm::Error::success();
}

/// What a phase is about, for people.
static std::string messageOf(Phase phase, const Request &request, bool hasOld, const std::string &reason) {
  switch (phase) {
  case Phase::Plan: return fmt::format("{} is to be deployed", request.release);
  case Phase::Lease: return "taking the lease";
  case Phase::Provision: return "shared services";
  case Phase::Warm: return "starting the new version";
  case Phase::Check: return "asking the new version itself";
  case Phase::Switch: return "switching";
  case Phase::Watch: return hasOld ? "measuring" : "the first version: nothing to compare with";
  case Phase::Drain: return "the old version finishes what it has begun";
  case Phase::Retire:
    return hasOld
               ? fmt::format("the old version stays warm for {}", toText(request.deployment.local->keepWarm))
               : "";
  case Phase::Back: return "back to the old version: " + reason;
  case Phase::Clean: return "stopping the new version";
  case Phase::Done: return fmt::format("{} is live", request.release);
  case Phase::Aborted: return reason;
  case Phase::Held: return "there is no old version to go back to: " + reason;
  }
  return "";
}

Event Driver::carryOut(const Transition &transition) {
  Event event = Event::Succeeded;
  const auto trouble = [&](llvm::Error error) {
    const bool aborted = stopping() && canAbort(rollout_.phase);
    const std::string why = llvm::toString(std::move(error));
    if (reason_.empty()) reason_ = !aborted ? why : aborted_ ? describe(*aborted_) : "stopped on request";
    event = aborted ? Event::Abort : Event::Failed;
  };
  if (auto error = journal(std::nullopt)) trouble(std::move(error));
  if (!recovering_)
    if (auto error = hold()) trouble(std::move(error));
  for (Effect effect : transition.effects) {
    const bool goOn = event == Event::Succeeded || alwaysTried(effect);
    if (!goOn) continue;
    if (event == Event::Succeeded && stopping() && canAbort(rollout_.phase)) {
      trouble(wait(Duration{}));
      continue;
    }
    if (auto error = journal(effect))
      trouble(std::move(error));
    else if (auto error = perform(effect))
      trouble(std::move(error));
  }
  if (event == Event::Succeeded && rollout_.phase == Phase::Lease)
    return old_ >= 0 ? Event::FoundOld : Event::FoundNothing;
  return event;
}

Phase Driver::walk(Transition transition) {
  while (true) {
    rollout_ = transition.rollout;
    if (!recovering_)
      tell(store::PhaseEntered{"", toText(rollout_.phase).str(),
                               messageOf(rollout_.phase, request_, rollout_.hasOld, reason_)});
    const Event event = carryOut(transition);
    if (isTerminal(rollout_.phase)) return rollout_.phase;
    transition = next(rollout_, event);
  }
}

llvm::Error Driver::recover() {
  const auto last = lastEntry(request_.stateDirectory);
  if (!last || last->supervisor != supervisor_ || isTerminal(last->rollout.phase) ||
      last->effect == Effect::ReleaseLease)
    return llvm::Error::success();
  const Rollout ours = rollout_;
  old_ = last->oldColour;
  new_ = last->newColour;
  recovering_ = true;
  Phase end = Phase::Aborted;
  if (new_ >= 0) end = walk(next(last->rollout, Event::Killed));
  recovering_ = false;
  note(fmt::format("the deployment of {} by {} had died in phase {}: {}", last->release, last->owner,
                   toText(last->rollout.phase).str(),
                   end == Phase::Done   ? "it has been finished"
                   : end == Phase::Held ? "its version keeps serving"
                                        : "it has been undone"));
  rollout_ = ours;
  reason_.clear();
  old_ = new_ = -1;
  return llvm::Error::success();
}

Result Driver::result(Phase end) {
  Result result;
  result.measurements = measurements_;
  if (publicPort_) result.url = fmt::format("http://127.0.0.1:{}", publicPort_);
  if (end == Phase::Done) {
    result.outcome = plan::Outcome::Success;
    return result;
  }
  result.outcome =
      stop_.stop_requested() && end == Phase::Aborted ? plan::Outcome::Cancelled : plan::Outcome::Failure;
  result.reason = reason_;
  std::string then;
  if (end == Phase::Held)
    then = "; there was no old version to go back to, so the new one was left as it is";
  else if (switched_ != 0)
    then = fmt::format("; rolled back to {}", oldRelease_);
  else if (old_ >= 0)
    then = fmt::format("; {} was serving all the time", oldRelease_);
  // What a process wrote comes last.
  result.reason.insert(std::min(result.reason.find("; it wrote"), result.reason.size()), then);
  return result;
}

Result Driver::run() {
  const Phase end = walk(next({}, Event::Start));
  endLoad();
  if (measurements_.measured) {
    const Measurements &m = measurements_;
    tell(store::Measured{"",
                         {{"requests", static_cast<double>(m.requests)},
                          {"failures", static_cast<double>(m.failures)},
                          {"failure_bound_95", m.failureBound95},
                          {"first_new_answer", m.firstNewAnswer},
                          {"switchover", m.switchover},
                          {"drain_tail", m.drainTail},
                          {"p50", m.p50},
                          {"p95", m.p95},
                          {"baseline_p95", m.baselineP95}}});
    tell(std::move(traffic_));
  }
  return result(end);
}

Result deployBlueGreen(const Request &request, host::Host &host, store::EventSink &events,
                       std::stop_token stop) {
  return Driver(request, host, events, std::move(stop)).run();
}

} // namespace pipelang::deploy
