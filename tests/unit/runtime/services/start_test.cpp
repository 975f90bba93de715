// Long-running processes: ready or an error that helps, and gone when they are stopped.
#include "runtime/services/services.h"
#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace pipelang;
using services::ProcessSpec;

namespace {

class ServicesTest : public ::testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/pipelang-services-XXXXXX";
    directory = ::mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(directory); }

  services::Command sh(const std::string &script) {
    return {{"sh", "-c", script}, {{"PATH", "/usr/bin:/bin"}, {"PORT", "1"}}};
  }
  /// Ready once the file `ready` is there.
  ProcessSpec spec(const std::string &script) {
    ProcessSpec spec;
    spec.name = "db";
    spec.start = sh(script);
    spec.ready.kind = plan::Probe::Kind::Exec;
    spec.ready.command = {"test", "-f", "ready"};
    spec.ready.every = Duration{10};
    spec.startTimeout = Duration::fromSeconds(10);
    spec.grace = Duration{200};
    spec.directory = directory;
    return spec;
  }
  auto start(const ProcessSpec &spec, std::stop_token stop = {}) {
    return services::start(
        spec, host::realHost(),
        [this](llvm::StringRef text) {
          std::lock_guard lock(mutex);
          log += text;
        },
        std::move(stop));
  }
  std::string errorOf(const ProcessSpec &spec, std::stop_token stop = {}) {
    auto running = start(spec, std::move(stop));
    return running ? "started" : llvm::toString(running.takeError());
  }
  std::string read(const std::string &name) {
    std::ifstream file(directory + "/" + name);
    std::string text;
    std::getline(file, text);
    return text;
  }
  std::string directory;
  std::mutex mutex;
  std::string log;
};

TEST_F(ServicesTest, PreparesStartsAndFollowsUpInOrder) {
  auto s = spec("echo started; touch ready; exec sleep 60");
  s.prepare = {sh("echo one > order"), sh("echo two >> order; echo preparing")};
  s.afterReady = {sh("tail -n1 order > after; echo following")};
  auto running = start(s);
  ASSERT_TRUE(static_cast<bool>(running)) << llvm::toString(running.takeError());
  EXPECT_EQ(read("after"), "two");
  EXPECT_TRUE((*running)->alive());
  const pid_t group = (*running)->group();
  running->reset();
  EXPECT_FALSE(host::realHost().processes.groupAlive(group));
  EXPECT_EQ(log, "preparing\nstarted\nfollowing\n");
}

TEST_F(ServicesTest, AFailedPreparationSaysWhatItWrote) {
  auto s = spec("touch ready; exec sleep 60");
  s.prepare = {sh("echo initdb: no space left >&2; exit 7")};
  EXPECT_EQ(errorOf(s), "db: preparation `sh` exited with 7; it wrote last:\ninitdb: no space left");
}

TEST_F(ServicesTest, AnEndBeforeReadinessIsNoticedAtOnce) {
  EXPECT_EQ(errorOf(spec("echo port taken; exit 3")),
            "db: ended while starting, with exit 3; it wrote last:\nport taken");
  EXPECT_EQ(errorOf(spec("kill -9 $$")), "db: ended while starting, with signal 9; it wrote nothing");
}

TEST_F(ServicesTest, NeverReadyEndsWithTheTimeoutAndLeavesNothing) {
  auto s = spec("echo $$ > pid; echo still recovering; exec sleep 60");
  s.startTimeout = Duration{300};
  EXPECT_EQ(errorOf(s), "db: was not ready in 300ms; it wrote last:\nstill recovering");
  EXPECT_NE(::kill(std::stoi(read("pid")), 0), 0);
}

TEST_F(ServicesTest, AFailedFollowUpStopsTheService) {
  auto s = spec("echo $$ > pid; touch ready; exec sleep 60");
  s.afterReady = {sh("echo createdb: no; exit 1")};
  EXPECT_EQ(errorOf(s), "db: after readiness `sh` exited with 1; it wrote last:\ncreatedb: no");
  EXPECT_NE(::kill(std::stoi(read("pid")), 0), 0);
}

TEST_F(ServicesTest, AMissingProgramIsNamed) {
  auto s = spec("");
  s.start.argv = {"no-such-program"};
  EXPECT_NE(errorOf(s).find("no-such-program"), std::string::npos);
}

TEST_F(ServicesTest, WhatIgnoresTermIsKilledWithItsChildren) {
  auto running = start(spec("trap '' TERM; sleep 60 & touch ready; while :; do sleep 1; done"));
  ASSERT_TRUE(static_cast<bool>(running)) << llvm::toString(running.takeError());
  const pid_t group = (*running)->group();
  (*running)->stop();
  EXPECT_FALSE(host::realHost().processes.groupAlive(group));
  EXPECT_FALSE((*running)->alive());
}

TEST_F(ServicesTest, AStopRequestEndsAStart) {
  std::stop_source stop;
  std::thread stopper([&] {
    while (read("pid").empty())
      host::realHost().clock.sleep(Duration{5});
    stop.request_stop();
  });
  const std::string error = errorOf(spec("echo $$ > pid; exec sleep 60"), stop.get_token());
  stopper.join();
  EXPECT_EQ(error, "db: start was cancelled; it wrote nothing");
}

TEST_F(ServicesTest, ItRunsAsAnotherUserWhoOwnsItsDirectory) {
  const auto user = host::unprivilegedUser();
  if (!user) GTEST_SKIP() << "only root can run services as somebody else";
  auto s = spec("id -u > who; touch ready; exec sleep 60");
  s.user = user;
  auto running = start(s);
  ASSERT_TRUE(static_cast<bool>(running)) << llvm::toString(running.takeError());
  EXPECT_EQ(read("who"), std::to_string(*user));
}

TEST_F(ServicesTest, ATcpProbeAsksThePort) {
  plan::Probe probe;
  EXPECT_FALSE(services::probeOnce(probe, llvm::cantFail(host::freePort()), host::realHost()));
}

} // namespace
