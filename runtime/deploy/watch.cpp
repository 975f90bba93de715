#include "runtime/deploy/driver.h"
#include "runtime/deploy/json_fields.h"
#include <cmath>
#include <fmt/format.h>

namespace pipelang::deploy {
namespace {

/// The caller's facts, and what this deployment measured.
class MeasuredFacts : public plan::Facts {
public:
  MeasuredFacts(plan::Facts &others, const Request &request, const Measurements &measured, Percent errors)
      : others_(others), request_(request), measured_(measured), errors_(errors) {}

  llvm::Expected<plan::Value> metric(plan::NodeId deployment, llvm::StringRef name) override;
  llvm::Expected<plan::Value> context(llvm::StringRef key) override { return others_.context(key); }
  llvm::Expected<plan::Value> secret(plan::SecretId id) override { return others_.secret(id); }
  llvm::Expected<plan::Value> param(Id<plan::Param> id) override { return others_.param(id); }
  llvm::Expected<plan::Value> output(plan::OutputId id) override { return others_.output(id); }
  llvm::Expected<plan::Value> reportField(plan::OutputId id, llvm::StringRef field) override {
    return others_.reportField(id, field);
  }
  llvm::Expected<plan::Value> stepOutput(llvm::StringRef action, llvm::StringRef name) override {
    return others_.stepOutput(action, name);
  }
  llvm::Expected<int> servicePort(plan::ServiceId id, int port) override {
    return others_.servicePort(id, port);
  }
  llvm::Expected<plan::Outcome> outcomeOf(plan::NodeId node) override { return others_.outcomeOf(node); }

private:
  plan::Facts &others_;
  const Request &request_;
  const Measurements &measured_;
  const Percent errors_;
};

/// The share of failures among the requests since the switch, rounded up: what the old version failed at
/// before is not the new one's fault.
Percent errorRate(llvm::ArrayRef<Sample> samples, std::int64_t switched) {
  std::int64_t requests = 0, failures = 0;
  for (const Sample &sample : samples)
    if (sample.ended >= switched) {
      ++requests;
      failures += !sample.complete;
    }
  const double share = requests ? static_cast<double>(failures) / static_cast<double>(requests) : 0;
  return Percent{static_cast<std::int64_t>(std::ceil(share * 100 * Percent::scale))};
}

/// Rounded up to whole milliseconds: a bound is never met by rounding.
plan::Value duration(double milliseconds) {
  return {Duration{static_cast<std::int64_t>(std::ceil(milliseconds))}};
}

llvm::Expected<plan::Value> MeasuredFacts::metric(plan::NodeId deployment, llvm::StringRef name) {
  if (!request_.plan.nodes.contains(deployment) || request_.plan.nodes[deployment].name != request_.node)
    return others_.metric(deployment, name);
  if (!measured_.measured)
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "nothing was measured");
  if (name == "p50") return duration(measured_.p50);
  if (name == "p95") return duration(measured_.p95);
  if (name == "switchover") return duration(measured_.switchover);
  if (name == "requests") return plan::Value{measured_.requests};
  if (name == "failures") return plan::Value{measured_.failures};
  if (name == "error_rate") return plan::Value{errors_};
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "`%s` is not measured here",
                                 name.str().c_str());
}

} // namespace

llvm::Error Driver::measureBaseline() {
  if (!local_.traffic) return llvm::Error::success();
  LoadOptions options;
  options.url = urlOf(publicPort_, local_.traffic->path);
  options.perSecond = static_cast<double>(local_.traffic->rate.perThousandHours) / Rate::perSecond;
  // One release deployed anew: its answers look alike, the proxy tells them apart.
  if (oldRelease_ != request_.release) options.identityHeader = local_.traffic->identityHeader;
  options.oldIdentity = oldRelease_;
  options.newIdentity = request_.release;
  if (options.perSecond > 0) {
    llvm::Expected<std::unique_ptr<Load>> load = Load::start(options);
    if (!load) return load.takeError();
    load_ = std::move(*load);
  }
  return wait(local_.traffic->before);
}

/// More than half of the answers since the switch are failures: that is no question of percentages.
bool Driver::mostlyFailing() {
  if (!load_) return false;
  std::int64_t answers = 0, failures = 0;
  for (const Sample &sample : load_->samples())
    if (sample.due >= switched_) {
      ++answers;
      failures += !sample.complete;
    }
  return answers >= 200 && failures * 2 > answers;
}

/// Error: it has ended, or its liveness probe has failed as often as it may.
llvm::Error Driver::newVersionLives() {
  auto answer =
      ask(request_.stateDirectory, llvm::json::Object{{"command", "traffic"}, {"colour", colourName(new_)}});
  if (!answer) return answer.takeError();
  if (!flagIn(*answer, "alive")) {
    tellLog(colourName(new_));
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "the new version has ended after the switch");
  }
  const plan::Probe &live = local_.live;
  const auto now = host_.clock.sinceStart().milliseconds;
  if (live.kind != plan::Probe::Kind::Http || now < nextLiveProbe_) return llvm::Error::success();
  nextLiveProbe_ = now + std::max<std::int64_t>(live.every.milliseconds, 250);
  liveFailures_ = services::probeOnce(live, newPort_, host_) ? 0 : liveFailures_ + 1;
  if (liveFailures_ < std::max(live.failures, 1)) return llvm::Error::success();
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "the new version fails its liveness probe");
}

llvm::Error Driver::measureTraffic() {
  // Without traffic of our own it is watched for a moment: a version that dies under its first requests.
  const Duration window = local_.traffic ? local_.traffic->after : Duration::fromSeconds(1);
  for (const auto &requirement : request_.deployment.afterSwitch)
    if (requirement.during && *requirement.during > window)
      note(fmt::format("`{}` asks for {}; here it is measured for {}", requirement.text,
                       toText(*requirement.during), toText(window)));
  const auto begin = host_.clock.sinceStart().milliseconds;
  nextLiveProbe_ = begin + 250;
  for (std::int64_t round = 1; host_.clock.sinceStart().milliseconds - begin < window.milliseconds; ++round) {
    if (auto error = newVersionLives()) return error;
    if (promoted_) break;
    if (round % 20 == 0 && mostlyFailing())
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "most requests have failed since the switch");
    if (auto error = wait(Duration{20})) return error;
  }
  return llvm::Error::success();
}

/// What the proxy saw stands in where answers do not say who gave them.
void Driver::takeMeasurements() {
  if (!load_) return;
  const auto samples = load_->samples();
  const Measurements earlier = measurements_;
  measurements_ = measure(samples, switched_);
  traffic_ = trafficOf(samples, switched_);
  const bool named = std::any_of(samples.begin(), samples.end(),
                                 [](const Sample &sample) { return sample.who == Sample::Who::New; });
  if (named || switched_ == 0) return;
  auto times = ask(request_.stateDirectory, llvm::json::Object{{"command", "times"}});
  if (!times) return llvm::consumeError(times.takeError());
  if (numberIn(*times, "switched") != switched_) { // back already: what was seen before holds
    measurements_.firstNewAnswer = earlier.firstNewAnswer;
    measurements_.drainTail = earlier.drainTail;
    measurements_.switchover = earlier.switchover;
    return;
  }
  const auto since = [&](const char *name) {
    const std::int64_t at = numberIn(*times, name);
    return at ? static_cast<double>(at - switched_) / 1e6 : 0.0;
  };
  measurements_.firstNewAnswer = since("first_new");
  measurements_.drainTail = since("last_old");
  measurements_.switchover = since("last_old_new_connection");
}

void Driver::endLoad() {
  if (!load_) return;
  load_->stop();
  takeMeasurements();
  load_.reset();
}

llvm::Error Driver::evaluate() {
  takeMeasurements();
  std::string failure;
  if (measurements_.measured) {
    const bool fast =
        measurements_.switchover <= static_cast<double>(request_.deployment.switchWithin.milliseconds);
    const std::string value = fmt::format("{:.1f}ms", measurements_.switchover);
    const std::string bound = toText(request_.deployment.switchWithin);
    const std::string message = fmt::format("the switchover took {}, must be within {}", value, bound);
    tell(store::Checked{"", "switch within " + bound, fast ? "pass" : "fail", value, "<= " + bound, "",
                        message});
    if (!fast) failure = message;
  }
  const Percent errors = load_ ? errorRate(load_->samples(), switched_) : Percent{};
  MeasuredFacts facts(request_.facts, request_, measurements_, errors);
  const gates::GateResult verdict = gates::evaluate(request_.plan, request_.deployment.afterSwitch, facts,
                                                    [](plan::OutputId) { return std::string(); });
  for (const auto &one : verdict.requirements) {
    tell(store::Checked{"", one.text, gates::toText(one.verdict).str(), one.value, one.bound, one.evidence,
                        one.message});
    const bool passed = one.verdict == gates::Verdict::Pass || one.verdict == gates::Verdict::Warn;
    if (!passed && failure.empty()) failure = one.message;
  }
  if (failure.empty()) return llvm::Error::success();
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s", failure.c_str());
}

} // namespace pipelang::deploy
