#include "runtime/exec/facts.h"
#include "fmt/format.h"
#include <cmath>

namespace pipelang::exec {
namespace {

template <typename... Args> llvm::Error missing(fmt::format_string<Args...> text, Args &&...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 fmt::format(text, std::forward<Args>(args)...));
}

plan::Value duration(double milliseconds) {
  return {Duration::fromMilliseconds(static_cast<std::int64_t>(std::llround(milliseconds)))};
}

} // namespace

void RunFacts::setOutput(plan::OutputId output, plan::Value value) {
  const std::lock_guard lock(mutex_);
  outputs_[output] = std::move(value);
}
void RunFacts::setReport(plan::OutputId output, gates::Reading reading) {
  const std::lock_guard lock(mutex_);
  unreadable_.erase(output);
  reports_[output] = std::move(reading);
}
void RunFacts::setUnreadable(plan::OutputId output, std::string why) {
  const std::lock_guard lock(mutex_);
  reports_.erase(output);
  unreadable_[output] = std::move(why);
}
void RunFacts::setPort(plan::ServiceId service, int port) {
  const std::lock_guard lock(mutex_);
  ports_[service] = port;
}
void RunFacts::setOutcome(plan::NodeId node, plan::Outcome outcome) {
  const std::lock_guard lock(mutex_);
  outcomes_[node] = outcome;
}
void RunFacts::setMeasurements(plan::NodeId deployment, const deploy::Measurements &measurements) {
  const std::lock_guard lock(mutex_);
  measurements_[deployment] = measurements;
}

std::string RunFacts::nameOf(plan::OutputId output) const {
  const plan::Output &declared = plan_.outputs[output];
  return plan_.nodes[declared.job].name + "." + declared.name;
}

/// Only then may something that runs ask for an output that is not there.
bool RunFacts::endedBadly(plan::OutputId output) const {
  const auto ended = outcomes_.find(plan_.outputs[output].job);
  return ended != outcomes_.end() && ended->second != plan::Outcome::Success;
}

llvm::Expected<plan::Value> RunFacts::context(llvm::StringRef key) {
  const auto found = given_.context.find(key.str());
  if (found == given_.context.end()) return missing("`{}` is not known in a run on this machine", key.str());
  return found->second;
}

llvm::Expected<plan::Value> RunFacts::secret(plan::SecretId secret) {
  const auto found = given_.secrets.find(secret);
  if (found == given_.secrets.end()) return missing("secret `{}` was not given", plan_.secrets[secret].name);
  return plan::Value{found->second};
}

llvm::Expected<plan::Value> RunFacts::param(Id<plan::Param> param) {
  const auto found = given_.params.find(param);
  if (found != given_.params.end()) return found->second;
  const plan::Param &declared = plan_.params[param];
  if (declared.defaultValue) return *declared.defaultValue;
  return missing("param `{}` was not given: --param {}=VALUE", declared.name, declared.name);
}

llvm::Expected<plan::Value> RunFacts::output(plan::OutputId output) {
  const std::lock_guard lock(mutex_);
  if (const auto why = unreadable_.find(output); why != unreadable_.end()) return missing("{}", why->second);
  const auto found = outputs_.find(output);
  if (found == outputs_.end() && endedBadly(output)) return plan::Value{}; // `??` says what holds then
  if (found == outputs_.end()) return missing("`{}` is not there: its job has not succeeded", nameOf(output));
  return found->second;
}

llvm::Expected<plan::Value> RunFacts::reportField(plan::OutputId output, llvm::StringRef field) {
  const std::lock_guard lock(mutex_);
  if (const auto why = unreadable_.find(output); why != unreadable_.end()) return missing("{}", why->second);
  const auto report = reports_.find(output);
  if (report == reports_.end() && endedBadly(output)) return plan::Value{};
  if (report == reports_.end())
    return missing("`{}` is not there: its job has not succeeded", nameOf(output));
  const auto value = report->second.find(field.str());
  if (value == report->second.end()) return plan::Value{}; // the report does not tell: not evaluated
  return value->second;
}

llvm::Expected<plan::Value> RunFacts::stepOutput(llvm::StringRef action, llvm::StringRef name) {
  return missing("`{}.{}` is an output of a GitHub action, and there is none here", action.str(), name.str());
}

llvm::Expected<int> RunFacts::servicePort(plan::ServiceId service, int) {
  const std::lock_guard lock(mutex_);
  const auto found = ports_.find(service);
  if (found == ports_.end()) return missing("service `{}` is not running", plan_.services[service].name);
  return found->second;
}

llvm::Expected<plan::Outcome> RunFacts::outcomeOf(plan::NodeId node) {
  const std::lock_guard lock(mutex_);
  const auto found = outcomes_.find(node);
  if (found == outcomes_.end()) return missing("`{}` has no outcome yet", plan_.nodes[node].name);
  return found->second;
}

llvm::Expected<plan::Value> RunFacts::metric(plan::NodeId deployment, llvm::StringRef name) {
  const std::lock_guard lock(mutex_);
  const auto found = measurements_.find(deployment);
  if (found == measurements_.end() || !found->second.measured) return plan::Value{}; // not evaluated
  const deploy::Measurements &m = found->second;
  if (name == "requests") return plan::Value{m.requests};
  if (name == "failures") return plan::Value{m.failures};
  if (name == "p50") return duration(m.p50);
  if (name == "p95") return duration(m.p95);
  if (name == "switchover") return duration(m.switchover);
  if (name == "error_rate") {
    const std::int64_t share = m.requests == 0 ? 0 : m.failures * 100 * Percent::scale / m.requests;
    return plan::Value{Percent{share}};
  }
  return missing("a deployment measures no `{}`", name.str());
}

} // namespace pipelang::exec
