// A small application to deploy: an HTTP/1.1 server in Python without packages, and what its deployments in
// tests have in common.
#pragma once

#include "runtime/deploy/deploy.h"
#include "gtest/gtest.h"
#include <mutex>

namespace pipelang::deploy::testing {

/// Answers every path with its release; `/health` with $HEALTH; dies $CRASH_AFTER requests later, if set.
extern const char *const sampleApp;

/// Knows nothing.
class NoFacts : public plan::Facts {
public:
  llvm::Expected<plan::Value> context(llvm::StringRef) override { return nothing(); }
  llvm::Expected<plan::Value> secret(plan::SecretId) override { return nothing(); }
  llvm::Expected<plan::Value> param(Id<plan::Param>) override { return nothing(); }
  llvm::Expected<plan::Value> output(plan::OutputId) override { return nothing(); }
  llvm::Expected<plan::Value> reportField(plan::OutputId, llvm::StringRef) override { return nothing(); }
  llvm::Expected<plan::Value> stepOutput(llvm::StringRef, llvm::StringRef) override { return nothing(); }
  llvm::Expected<int> servicePort(plan::ServiceId, int) override { return nothing(); }
  llvm::Expected<plan::Outcome> outcomeOf(plan::NodeId) override { return nothing(); }
  llvm::Expected<plan::Value> metric(plan::NodeId, llvm::StringRef) override { return nothing(); }

private:
  static llvm::Error nothing() {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "no such fact in this test");
  }
};

/// Keeps what happened.
class Recorder : public store::EventSink {
public:
  void take(const store::Event &event) override {
    std::lock_guard lock(mutex);
    events.push_back(event);
  }
  std::vector<std::string> phases();
  bool sawPhase(llvm::StringRef phase);

  std::mutex mutex;
  std::vector<store::Event> events;
};

/// A workspace with a deployment in it; nothing of it is left when it ends.
class DeployTest : public ::testing::Test {
protected:
  void SetUp() override;
  void TearDown() override;

  /// Deploys `release` with these variables set for its process.
  Result deploy(const std::string &release, host::Environ environ = {}, std::stop_token stop = {});
  Request request(const std::string &release, host::Environ environ = {});
  /// What the switch answers: its body, or `error`.
  std::string ask(const std::string &path = "/");
  Status now();
  /// `require slo.p95(api) <= …ms` after the switch.
  void requireP95(int milliseconds);

  std::string directory_;
  std::string state_;
  plan::Plan plan_;
  plan::Deployment deployment_;
  NoFacts facts_;
  Recorder events_;
  std::string url_;
  std::string owner_ = "a test";
};

} // namespace pipelang::deploy::testing
