#include "runtime/host/host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace pipelang;
using namespace pipelang::host;

namespace {

SpawnOptions shell(const std::string &script) {
  SpawnOptions options;
  options.argv = {"sh", "-c", script};
  options.environ = {{"PATH", "/usr/bin:/bin"}};
  options.directory = "/";
  return options;
}

ExitStatus run(SpawnOptions options, std::string *output = nullptr) {
  int ends[2] = {-1, -1};
  if (output) {
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    options.output = ends[1];
  }
  llvm::Expected<Child> child = realHost().processes.spawn(options);
  EXPECT_TRUE(static_cast<bool>(child));
  if (output) {
    ::close(ends[1]);
    char buffer[4096];
    for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
      output->append(buffer, static_cast<std::size_t>(got));
    ::close(ends[0]);
  }
  const std::optional<ExitStatus> status = realHost().processes.wait(*child, Duration::fromSeconds(20));
  ::close(child->pidfd);
  EXPECT_TRUE(status.has_value());
  return status.value_or(ExitStatus{});
}

TEST(Processes, TellHowTheyEnded) {
  EXPECT_EQ(run(shell("exit 0")).code, 0);
  EXPECT_EQ(run(shell("exit 7")).code, 7);
  const ExitStatus killed = run(shell("kill -KILL $$"));
  EXPECT_EQ(killed.code, 137);
  EXPECT_EQ(killed.signal, SIGKILL);
}

TEST(Processes, InheritNothingThatWasNotGiven) {
  std::string output;
  SpawnOptions options = shell("env; ls /proc/self/fd | tr '\\n' ' '; cat; pwd");
  options.environ["GREETING"] = "hello there";
  ::setenv("PIPELANG_TEST_LEAK", "1", 1);
  const int leaked = ::open("/dev/null", O_RDONLY); // not close-on-exec, as a library may do
  run(options, &output);
  ::close(leaked);
  EXPECT_THAT(output, testing::HasSubstr("GREETING=hello there"));
  EXPECT_THAT(output, testing::Not(testing::HasSubstr("PIPELANG_TEST_LEAK")));
  EXPECT_THAT(output, testing::HasSubstr("0 1 2 3 /\n")); // 3 is what `ls` itself opened
}

TEST(Processes, LeadTheirOwnGroup) {
  std::string output;
  run(shell("ps -o pgid= -p $$ | tr -d ' '; echo $$"), &output);
  auto [group, self] = llvm::StringRef(output).trim().split('\n');
  EXPECT_EQ(group, self);
}

TEST(Processes, ThatCannotStartAreErrorsWithTheirName) {
  SpawnOptions missing = shell("");
  missing.argv = {"no-such-program-here"};
  llvm::Expected<Child> child = realHost().processes.spawn(missing);
  ASSERT_FALSE(static_cast<bool>(child));
  EXPECT_EQ(llvm::toString(child.takeError()),
            "cannot start `no-such-program-here`: no such program in PATH");

  SpawnOptions homeless = shell("exit 0");
  homeless.directory = "/no/such/folder";
  llvm::Expected<Child> second = realHost().processes.spawn(homeless);
  ASSERT_FALSE(static_cast<bool>(second));
  EXPECT_EQ(llvm::toString(second.takeError()),
            "cannot start `sh`: enter its directory: No such file or directory");
}

TEST(Processes, AreSignalledAsAGroup) {
  llvm::Expected<Child> child = realHost().processes.spawn(shell("sleep 60 & sleep 60"));
  ASSERT_TRUE(static_cast<bool>(child));
  EXPECT_FALSE(realHost().processes.wait(*child, Duration::fromMilliseconds(20)).has_value());
  EXPECT_TRUE(realHost().processes.groupAlive(child->pid));
  realHost().processes.signalGroup(child->pid, SIGTERM);
  const std::optional<ExitStatus> status = realHost().processes.wait(*child, Duration::fromSeconds(20));
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->signal, SIGTERM);
  ::close(child->pidfd);
}

} // namespace
