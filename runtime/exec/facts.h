// What is known late, as a run finds it out: outputs, ports, outcomes, measurements.
#pragma once

#include "compiler/plan/evaluate.h"
#include "runtime/deploy/deploy.h"
#include "runtime/gates/readers.h"
#include <mutex>

namespace pipelang::exec {

/// What is known when a run begins.
struct GivenFacts {
  std::map<std::string, plan::Value> context; ///< `git.commit`, `event.name`, …
  std::map<plan::SecretId, std::string> secrets;
  std::map<Id<plan::Param>, plan::Value> params;
};

/// Facts of one run. Safe from several threads: a deployment reads while jobs go on.
class RunFacts final : public plan::Facts {
public:
  RunFacts(const plan::Plan &plan, GivenFacts given) : plan_(plan), given_(std::move(given)) {}

  void setOutput(plan::OutputId output, plan::Value value);
  /// A report that could be read, or why it, or a value, could not.
  void setReport(plan::OutputId output, gates::Reading reading);
  void setUnreadable(plan::OutputId output, std::string why);
  void setPort(plan::ServiceId service, int port);
  void setOutcome(plan::NodeId node, plan::Outcome outcome);
  void setMeasurements(plan::NodeId deployment, const deploy::Measurements &measurements);

  llvm::Expected<plan::Value> context(llvm::StringRef key) override;
  llvm::Expected<plan::Value> secret(plan::SecretId secret) override;
  llvm::Expected<plan::Value> param(Id<plan::Param> param) override;
  llvm::Expected<plan::Value> output(plan::OutputId output) override;
  llvm::Expected<plan::Value> reportField(plan::OutputId output, llvm::StringRef field) override;
  llvm::Expected<plan::Value> stepOutput(llvm::StringRef action, llvm::StringRef name) override;
  llvm::Expected<int> servicePort(plan::ServiceId service, int containerPort) override;
  llvm::Expected<plan::Outcome> outcomeOf(plan::NodeId node) override;
  llvm::Expected<plan::Value> metric(plan::NodeId deployment, llvm::StringRef name) override;

private:
  std::string nameOf(plan::OutputId output) const;
  bool endedBadly(plan::OutputId output) const;

  const plan::Plan &plan_;
  const GivenFacts given_;
  std::mutex mutex_; ///< Guards everything below.
  std::map<plan::OutputId, plan::Value> outputs_;
  std::map<plan::OutputId, gates::Reading> reports_;
  std::map<plan::OutputId, std::string> unreadable_;
  std::map<plan::ServiceId, int> ports_;
  std::map<plan::NodeId, plan::Outcome> outcomes_;
  std::map<plan::NodeId, deploy::Measurements> measurements_;
};

} // namespace pipelang::exec
