// Whole deployments of a real application, behind a real supervisor.
#include "runtime/deploy/client.h"
#include "runtime/deploy/json_fields.h"
#include "tests/unit/runtime/deploy/sample_app.h"
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace pipelang::deploy::testing {
namespace {

plan::Traffic traffic(int perSecond, int before, int after) {
  return {"/", Rate{perSecond * Rate::perSecond}, Duration{before}, Duration{after}, "X-Release"};
}

pid_t groupOf(const Status &status, bool live) {
  for (const auto &version : status.versions)
    if (version.live == live) return version.group;
  return -1;
}

bool groupAlive(pid_t group) {
  return host::realHost().processes.groupAlive(group);
}

bool goneWithin(pid_t group, int milliseconds) {
  for (int waited = 0; waited < milliseconds && groupAlive(group); waited += 10)
    host::realHost().clock.sleep(Duration{10});
  return !groupAlive(group);
}

TEST_F(DeployTest, TheFirstVersionServesAndNothingIsMeasured) {
  deployment_.local->traffic = traffic(100, 500, 500);
  const Result result = deploy("v1");
  ASSERT_EQ(result.outcome, plan::Outcome::Success) << result.reason;
  EXPECT_FALSE(result.measurements.measured);
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v1 / "));
  EXPECT_EQ(events_.phases(), (std::vector<std::string>{"plan", "lease", "provision", "warm", "check",
                                                        "switch", "watch", "drain", "retire", "done"}));
  EXPECT_EQ(toText(now()).substr(0, result.url.size()), result.url);
}

TEST_F(DeployTest, TheSecondVersionTakesOverWithoutAFailedRequest) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  deployment_.local->traffic = traffic(1000, 2000, 8500);
  const Result result = deploy("v2");
  const Measurements &m = result.measurements;
  ASSERT_EQ(result.outcome, plan::Outcome::Success) << result.reason;
  EXPECT_TRUE(m.measured);
  EXPECT_GE(m.requests, 10000);
  EXPECT_EQ(m.failures, 0);
  EXPECT_LE(m.failureBound95, 3.0 / 10000);
  EXPECT_LT(m.switchover, 1000);
  EXPECT_GT(m.firstNewAnswer, 0);
  EXPECT_GT(m.baselineP95, 0);
  EXPECT_GT(m.p95, 0);
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v2 / "));
  // The old one is warm: back at once, and forth again.
  const auto before = now();
  ASSERT_EQ(before.versions.size(), 2u);
  auto back = rollback(state_, "somebody");
  ASSERT_TRUE(static_cast<bool>(back)) << llvm::toString(back.takeError());
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v1 / "));
  EXPECT_EQ(groupOf(now(), true), groupOf(before, false));
  ::testing::Test::RecordProperty("measured", static_cast<int>(m.requests));
}

TEST_F(DeployTest, AFailedCheckLeavesTheOldVersionServing) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  const Result result = deploy("v2", {{"HEALTH", "500"}});
  EXPECT_EQ(result.outcome, plan::Outcome::Failure);
  EXPECT_NE(result.reason.find("/health: 500, must be 200"), std::string::npos) << result.reason;
  EXPECT_FALSE(events_.sawPhase("back"));
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v1 / "));
  EXPECT_EQ(now().versions.size(), 1u);
}

TEST_F(DeployTest, AVersionThatDoesNotStartSaysWhatItWrote) {
  Request broken = request("v1");
  broken.spec.start.argv = {"/bin/sh", "-c", "echo no such table: reports; exit 3"};
  const Result result = deployBlueGreen(broken, host::realHost(), events_, {});
  EXPECT_EQ(result.outcome, plan::Outcome::Failure);
  EXPECT_NE(result.reason.find("exit 3"), std::string::npos) << result.reason;
  EXPECT_NE(result.reason.find("no such table: reports"), std::string::npos) << result.reason;
}

TEST_F(DeployTest, AVersionThatCrashesAfterTheSwitchIsRolledBack) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  deployment_.local->traffic = traffic(200, 300, 5000);
  events_.events.clear();
  const Result result = deploy("v2", {{"CRASH_AFTER", "50"}});
  EXPECT_EQ(result.outcome, plan::Outcome::Failure);
  EXPECT_NE(result.reason.find("has ended after the switch; rolled back to v1"), std::string::npos)
      << result.reason;
  EXPECT_TRUE(events_.sawPhase("back"));
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v1 / "));
  // What was in flight when it died is lost; whoever came after that was served.
  EXPECT_LE(result.measurements.failures, 40);
  EXPECT_LT(events_.phases().size(), 12u);
}

TEST_F(DeployTest, TheOldVersionMayDieMeanwhile) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  deployment_.local->traffic = traffic(100, 300, 1500);
  const pid_t old = groupOf(now(), true);
  std::thread killer([&] {
    while (!events_.sawPhase("drain") && now().generation < 2)
      host::realHost().clock.sleep(Duration{5});
    ::kill(-old, SIGKILL);
  });
  const Result result = deploy("v2");
  killer.join();
  EXPECT_EQ(result.outcome, plan::Outcome::Success) << result.reason;
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v2 / "));
}

TEST_F(DeployTest, ASecondDeploymentAtTheSameTimeIsRefused) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  auto lease = Lease::acquire(state_, "run 7 of somebody");
  ASSERT_TRUE(static_cast<bool>(lease));
  const Result result = deploy("v2");
  EXPECT_EQ(result.outcome, plan::Outcome::Failure);
  EXPECT_NE(result.reason.find("run 7 of somebody is deploying"), std::string::npos) << result.reason;
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v1 / "));
  EXPECT_TRUE(llvm::errorToBool(rollback(state_, "me").takeError()));
}

TEST_F(DeployTest, AnOldLeaseCannotAct) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  std::optional<Lease> first;
  first.emplace(llvm::cantFail(Lease::acquire(state_, "first")));
  llvm::cantFail(first->ask(llvm::json::Object{{"command", "release"}}));
  auto second = llvm::cantFail(Lease::acquire(state_, "second"));
  auto answer = first->ask(llvm::json::Object{{"command", "stop"}, {"colour", "green"}});
  ASSERT_FALSE(static_cast<bool>(answer));
  EXPECT_EQ(llvm::toString(answer.takeError()), "the lease is second's by now");
}

TEST_F(DeployTest, AKilledSupervisorTakesEverythingWithItAndTheNextDeploymentWorks) {
  ASSERT_EQ(deploy("v1", {{"IGNORED", "1"}}).outcome, plan::Outcome::Success);
  const pid_t version = groupOf(now(), true);
  auto hello = llvm::cantFail(deploy::ask(state_, llvm::json::Object{{"command", "hello"}}));
  ::kill(static_cast<pid_t>(numberIn(hello, "pid", -1)), SIGKILL);
  EXPECT_TRUE(goneWithin(version, 1000));
  const std::string url = url_;
  const Result result = deploy("v2");
  ASSERT_EQ(result.outcome, plan::Outcome::Success) << result.reason;
  EXPECT_EQ(result.url, url) << "the public port is kept";
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v2 / "));
}

TEST_F(DeployTest, AKilledGuardianTakesEverythingWithIt) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  const pid_t version = groupOf(now(), true);
  ::kill(*supervisorOf(state_), SIGKILL);
  EXPECT_TRUE(goneWithin(version, 1000));
}

TEST_F(DeployTest, ARequirementThatDoesNotHoldRollsBackWithoutAFailedRequest) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  deployment_.local->traffic = traffic(200, 500, 1000);
  requireP95(50);
  const Result result = deploy("v2", {{"DELAY", "0.1"}});
  EXPECT_EQ(result.outcome, plan::Outcome::Failure);
  EXPECT_NE(result.reason.find("rolled back to v1"), std::string::npos) << result.reason;
  EXPECT_EQ(result.measurements.failures, 0);
  EXPECT_GE(result.measurements.p95, 100);
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v1 / "));
}

TEST_F(DeployTest, RequirementsWithoutTrafficAreRefusedBeforeAnythingHappens) {
  requireP95(50);
  const Result result = deploy("v1");
  EXPECT_EQ(result.outcome, plan::Outcome::Failure);
  EXPECT_NE(result.reason.find("no `traffic`"), std::string::npos) << result.reason;
  EXPECT_FALSE(now().running);
}

/// A deployment whose process is killed in `phase`, and another one after it.
TEST_F(DeployTest, AKilledDeploymentIsFinishedOrUndoneByTheNext) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  const pid_t old = groupOf(now(), true);
  deployment_.local->traffic = traffic(50, 100, 60000);
  const pid_t deployer = ::fork();
  if (deployer == 0) {
    deploy("v2");
    ::_exit(0);
  }
  while (now().generation < 2)
    host::realHost().clock.sleep(Duration{10});
  ::kill(deployer, SIGKILL);
  ::waitpid(deployer, nullptr, 0);
  deployment_.local->traffic.reset();
  events_.events.clear();
  const Result result = deploy("v3");
  EXPECT_EQ(result.outcome, plan::Outcome::Success) << result.reason;
  std::string notes;
  for (const auto &event : events_.events)
    if (const auto *note = std::get_if<store::Note>(&event.node)) notes += note->text + "\n";
  EXPECT_NE(notes.find("the deployment of v2 by a test had died in phase watch: it has been undone"),
            std::string::npos)
      << notes;
  // v3 replaced v1, which v2's end had given the switch back to.
  EXPECT_EQ(groupOf(now(), false), old);
}

TEST_F(DeployTest, ThePlanIsWhatWouldHappenNow) {
  EXPECT_EQ(planOfEffects({deployment_, "v1", {}, state_}),
            " 1. plan      start the supervisor\n"
            " 2. lease     acquire the lease\n"
            " 3. lease     read what serves: nothing yet\n"
            " 4. provision blue is free\n"
            " 5. provision no shared services\n"
            " 6. warm      start v1 as blue, ready within 20s\n"
            " 7. check     prove that what listens is what was started\n"
            " 8. check     ask it: http(\"/health\") is 200 within 300ms\n"
            " 9. switch    switch from nothing to blue\n"
            "10. retire    release the lease\n");
}

TEST_F(DeployTest, AStopRequestRollsBack) {
  ASSERT_EQ(deploy("v1").outcome, plan::Outcome::Success);
  deployment_.local->traffic = traffic(100, 100, 60000);
  events_.events.clear();
  std::stop_source stop;
  std::thread stopper([&] {
    while (!events_.sawPhase("watch") || now().generation < 2)
      host::realHost().clock.sleep(Duration{5});
    host::realHost().clock.sleep(Duration{200});
    stop.request_stop();
  });
  const Result result = deploy("v2", {}, stop.get_token());
  stopper.join();
  EXPECT_EQ(result.outcome, plan::Outcome::Cancelled);
  EXPECT_EQ(result.measurements.failures, 0);
  EXPECT_TRUE(llvm::StringRef(ask()).startswith("v1 / "));
  EXPECT_EQ(now().versions.size(), 1u);
}

} // namespace
} // namespace pipelang::deploy::testing
