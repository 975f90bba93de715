#include "runtime/host/host.h"
#include "runtime/store/journal.h"
#include "runtime/store/runs.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <cstdlib>

using namespace pipelang;
using namespace pipelang::store;

namespace {

std::vector<Event> everyKind() {
  return {
      {1,
       RunStarted{"r", "p", "ci", "abc", "main", {"a", "b"}, {{"a", {"job", {}}}, {"b", {"gate", {"a"}}}}}},
      {2, NodeStarted{"a"}},
      {3, StepStarted{"a", 0, "make", 2}},
      {4, Output{"a", 0, "text \"quoted\"\n"}},
      {5, StepEnded{"a", 0, plan::Outcome::TimedOut, 143, "timed out after 5min"}},
      {6, ServiceReady{"a", "db", 5432}},
      {7, Checked{"g", "x >= 90%", "fail", "84.2%", ">= 90%", "coverage.xml", "too low"}},
      {8, PhaseEntered{"api", "switch", "to green"}},
      {9, Measured{"api", {{"p95", 12.5}, {"requests", 10802}}}},
      {9, Traffic{"api", 100, -500, {3, 0}, {0, 3}, {0, 1}}},
      {10, NodeEnded{"a", plan::Outcome::Cancelled, "interrupted"}},
      {11, Note{"", "ünïcode"}},
      {12, RunEnded{plan::Outcome::Failure, {{"image", "app:1"}}}}};
}

class JournalFile : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "/tmp/pipelang-journal-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder = name;
    path = folder + "/journal";
  }
  void TearDown() override { llvm::consumeError(host::realHost().files.removeTree(folder)); }

  /// A journal of every kind of event; where each record ends.
  std::vector<std::size_t> fill() {
    std::vector<std::size_t> ends;
    std::unique_ptr<Journal> journal = llvm::cantFail(Journal::create(path));
    for (const Event &event : everyKind()) {
      journal->append(event);
      EXPECT_FALSE(static_cast<bool>(journal->flush()));
      ends.push_back(llvm::cantFail(host::realHost().files.read(path)).size());
    }
    return ends;
  }

  std::string folder, path;
};

TEST(Events, SurviveJson) {
  for (const Event &event : everyKind()) {
    llvm::Expected<Event> again = eventFromJson(llvm::cantFail(llvm::json::parse(toJson(event))));
    ASSERT_TRUE(static_cast<bool>(again)) << toJson(event);
    EXPECT_EQ(toJson(*again), toJson(event));
  }
}

TEST(Events, SayWhatIsMissing) {
  llvm::Expected<Event> none = eventFromJson(llvm::json::Object{{"at", 1}, {"type", "node_started"}});
  ASSERT_FALSE(static_cast<bool>(none));
  EXPECT_EQ(llvm::toString(none.takeError()), "event: no valid `node`");
  llvm::Expected<Event> unknown = eventFromJson(llvm::json::Object{{"at", 1}, {"type", "party"}});
  ASSERT_FALSE(static_cast<bool>(unknown));
  EXPECT_EQ(llvm::toString(unknown.takeError()), "event: unknown type `party`");
}

TEST(Crc32c, IsTheStandardOne) {
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
}

TEST_F(JournalFile, CutAtEveryByteKeepsWhatWasWhole) {
  const std::vector<std::size_t> ends = fill();
  const std::string bytes = llvm::cantFail(host::realHost().files.read(path));
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const LoadedJournal loaded = readJournal(llvm::StringRef(bytes).take_front(length));
    std::size_t whole = 0;
    while (whole < ends.size() && ends[whole] <= length)
      ++whole;
    EXPECT_EQ(loaded.events.size(), whole) << "cut at " << length;
    const bool atBoundary = length == 8 || (whole > 0 && ends[whole - 1] == length);
    EXPECT_EQ(loaded.whole, atBoundary) << "cut at " << length;
  }
}

TEST_F(JournalFile, AFlippedBitEndsItThere) {
  const std::vector<std::size_t> ends = fill();
  const std::string bytes = llvm::cantFail(host::realHost().files.read(path));
  for (std::size_t at = 8; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    std::size_t before = 0;
    while (ends[before] <= at)
      ++before;
    const LoadedJournal loaded = readJournal(damaged);
    EXPECT_EQ(loaded.events.size(), before) << "byte " << at;
    EXPECT_FALSE(loaded.whole);
  }
}

TEST_F(JournalFile, GoesOnAfterWhatIsWhole) {
  fill();
  const std::string bytes = llvm::cantFail(host::realHost().files.read(path));
  ASSERT_FALSE(static_cast<bool>(host::realHost().files.write(path, llvm::StringRef(bytes).drop_back(3))));
  {
    std::unique_ptr<Journal> journal = llvm::cantFail(Journal::reopen(path));
    journal->append({13, Note{"", "again"}});
    ASSERT_FALSE(static_cast<bool>(journal->flush()));
  }
  const LoadedJournal loaded = llvm::cantFail(loadJournal(path));
  EXPECT_TRUE(loaded.whole);
  EXPECT_EQ(loaded.events.size(), everyKind().size());
  EXPECT_EQ(toJson(loaded.events.back()), toJson(Event{13, Note{"", "again"}}));
}

TEST(Runs, AreToldFromTheirEvents) {
  const RunSummary summary = summarize(everyKind());
  EXPECT_EQ(summary.pipeline, "ci");
  EXPECT_EQ(summary.outcome, plan::Outcome::Failure);
  ASSERT_EQ(summary.nodes.size(), 2u);
  EXPECT_EQ(summary.nodes[0].outcome, plan::Outcome::Cancelled);
  EXPECT_EQ(summary.nodes[0].started, 2);
  EXPECT_EQ(summary.nodes[0].ended, 10);
  EXPECT_FALSE(summary.nodes[1].outcome.has_value());
}

TEST(Runs, HaveFolderNamesOfTheirNodes) {
  EXPECT_EQ(folderName("unit[3.11]"), "unit[3.11]");
  EXPECT_EQ(folderName("a/b\n"), "a_b_");
  EXPECT_EQ(folderName(".."), ".._");
}

} // namespace
