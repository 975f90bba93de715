// Plain lines: groups, and a sign of life where nothing is printed for long.
#include "runtime/report/report.h"
#include "gtest/gtest.h"
#include <fcntl.h>
#include <unistd.h>

using namespace pipelang;
using namespace pipelang::report;
using namespace pipelang::store;

namespace {

class Plain : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/pipelang-plain-XXXXXX";
    file = ::mkstemp(name);
    ASSERT_GE(file, 0);
    ::unlink(name);
    options.folder.path = "/nowhere";
    options.descriptor = file;
    options.now = [this] { return now; };
  }
  void TearDown() override { ::close(file); }

  void start() {
    report = plainReport(options);
    report->take({now, RunStarted{"r", "p", "ci", "", "", {"a"}, {}}});
    report->take({now, NodeStarted{"a"}});
    report->take({now, StepStarted{"a", 0, "make", 1}});
  }
  /// All that was written; the report is gone then.
  std::string written() {
    report.reset();
    std::string text(65536, '\0');
    const ssize_t got = ::pread(file, text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }
  static std::size_t count(const std::string &text, const std::string &what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
      ++found;
    return found;
  }

  int file = -1;
  std::int64_t now = 1'000'000;
  ReportOptions options;
  std::unique_ptr<Report> report;
};

} // namespace

TEST_F(Plain, SaysThatItGoesOnAfterTenSecondsThenLessOften) {
  start();
  for (int second = 0; second < 100; ++second) {
    now += 1000;
    report->tick();
  }
  const std::string text = written();
  EXPECT_NE(text.find("  still running: a 10s (make)\n  still running: a 30s (make)\n"), std::string::npos)
      << text;
  EXPECT_EQ(count(text, "still running"), 3u) << text;
}

TEST_F(Plain, SaysNothingWhileSomethingIsPrinted) {
  start();
  for (int second = 0; second < 100; ++second) {
    now += 1000;
    report->take({now, Output{"a", 0, "line\n"}});
    report->tick();
  }
  EXPECT_EQ(count(written(), "still running"), 0u);
}

TEST_F(Plain, FoldsGroupsOnGithubAndNamesWhatFailed) {
  options.groups = true;
  start();
  report->take({now, Output{"a", 0, "no line feed"}});
  report->take({now, StepEnded{"a", 0, plan::Outcome::Failure, 2, "exit 2"}});
  report->take({now, NodeEnded{"a", plan::Outcome::Failure, "step `make`: exit 2, 50%\nmore"}});
  report->take({now, RunEnded{plan::Outcome::Failure}});
  const std::string text = written();
  EXPECT_NE(text.find("::group::a: make\nno line feed\n::endgroup::\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n::error title=a::step `make`: exit 2, 50%25%0Amore\n"), std::string::npos) << text;
}
