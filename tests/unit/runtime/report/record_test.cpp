// A run as its events tell it, whole or not.
#include "runtime/report/export.h"
#include "runtime/report/record.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::report;
using namespace pipelang::store;
using plan::Outcome;

namespace {

std::vector<Event> diamond(std::int64_t left, std::int64_t right) {
  std::map<std::string, NodeFacts> graph = {{"a", {"job", {}}},
                                            {"left", {"job", {"a"}}},
                                            {"right", {"job", {"a"}}},
                                            {"z", {"gate", {"left", "right"}}}};
  return {{1000, RunStarted{"r", "p", "ci", "", "", {"a", "left", "right", "z"}, graph}},
          {1000, NodeStarted{"a"}},
          {1010, NodeEnded{"a", Outcome::Success, ""}},
          {1010, NodeStarted{"left"}},
          {1010, NodeStarted{"right"}},
          {1010 + left, NodeEnded{"left", Outcome::Success, ""}},
          {1010 + right, NodeEnded{"right", Outcome::Success, ""}},
          {1100, NodeStarted{"z"}},
          {1100, NodeEnded{"z", Outcome::Success, ""}},
          {1101, RunEnded{Outcome::Success}}};
}

std::vector<std::string> pathOf(const RunRecord &record) {
  std::vector<std::string> names;
  for (const std::size_t index : record.criticalPath)
    names.push_back(record.nodes[index].name);
  return names;
}

} // namespace

TEST(Record, TheCriticalPathFollowsWhatEndedLast) {
  EXPECT_EQ(pathOf(readRecord(diamond(20, 90))), (std::vector<std::string>{"a", "right", "z"}));
  EXPECT_EQ(pathOf(readRecord(diamond(90, 20))), (std::vector<std::string>{"a", "left", "z"}));
}

TEST(Record, WithoutAGraphTheOrderInTimeDecides) {
  std::vector<Event> events = diamond(20, 90);
  std::get<RunStarted>(events[0].node).graph.clear();
  const RunRecord record = readRecord(events);
  EXPECT_EQ(pathOf(record), (std::vector<std::string>{"a", "right", "z"}));
  EXPECT_EQ(record.nodes[0].kind, "job");
}

TEST(Record, WhatNeverEndedLastsUntilTheLastEvent) {
  const RunRecord record = readRecord(std::vector<Event>{
      {1000, RunStarted{"r", "p", "ci", "", "", {"a", "b"}, {}}},
      {1001, NodeStarted{"a"}},
      {1002, StepStarted{"a", 0, "make", 1}},
      {1003, PhaseEntered{"b", "warm", ""}},
      {1009, Note{"", "still there"}},
  });
  EXPECT_FALSE(record.outcome.has_value());
  EXPECT_EQ(record.ended, 1009);
  EXPECT_EQ(record.nodes[0].ended, 1009);
  EXPECT_EQ(record.nodes[0].steps[0].ended, 1009);
  EXPECT_FALSE(record.nodes[0].steps[0].outcome.has_value());
  EXPECT_EQ(record.nodes[1].kind, "deployment");
  EXPECT_EQ(record.notes, std::vector<std::string>{"still there"});
}

TEST(Record, NoEventsAreNoRun) {
  const RunRecord record = readRecord({});
  EXPECT_TRUE(record.nodes.empty());
  EXPECT_TRUE(record.criticalPath.empty());
  EXPECT_NE(traceReport(record).find("critical path"), std::string::npos);
  EXPECT_NE(junitReport(record, {"/nowhere"}).find("<testsuites"), std::string::npos);
}

TEST(Record, AttemptsStayApart) {
  const RunRecord record = readRecord(std::vector<Event>{
      {1, RunStarted{"r", "p", "ci", "", "", {"a"}, {}}},
      {1, NodeStarted{"a"}},
      {2, StepStarted{"a", 0, "make", 1}},
      {3, StepEnded{"a", 0, Outcome::Failure, 3, "exit 3"}},
      {4, StepStarted{"a", 0, "make", 2}},
      {5, StepEnded{"a", 0, Outcome::Success, 0, ""}},
      {5, StepEnded{"a", 1, Outcome::Skipped, 0, "its condition does not hold"}},
      {6, NodeEnded{"a", Outcome::Success, ""}},
  });
  const NodeRecord &node = record.nodes[0];
  EXPECT_EQ(node.attempts, 2);
  ASSERT_EQ(node.steps.size(), 3u);
  const auto last = lastAttempt(node);
  ASSERT_EQ(last.size(), 2u);
  EXPECT_EQ(last[0]->outcome, Outcome::Success);
  EXPECT_EQ(last[1]->name, "step 2");
}

TEST(Escaped, EveryByteCanStandInXml) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte)
    all += static_cast<char>(byte);
  const std::string text = escaped(all);
  EXPECT_EQ(text.find('\0'), std::string::npos);
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(escaped("a & b < c]]> \"d\" 'e'\n"), "a &amp; b &lt; c]]&gt; &quot;d&quot; &#39;e&#39;\n");
  EXPECT_EQ(escaped("\xEF\xBF\xBE|\xEF\xBF\xBF|\xEF\xBF\xBD|ü"), "\xEF\xBF\xBD|\xEF\xBF\xBD|\xEF\xBF\xBD|ü");
}

TEST(Record, WhoGaveItsPlaceIsOnTheCriticalPath) {
  std::map<std::string, NodeFacts> graph = {
      {"a", {"job", {}}}, {"b", {"job", {"a"}}}, {"c", {"job", {"a"}}}, {"d", {"job", {"a"}}}};
  const RunRecord record = readRecord(std::vector<Event>{
      {1000, RunStarted{"r", "p", "ci", "", "", {"a", "b", "c", "d"}, graph}},
      {1000, NodeStarted{"a"}},
      {1100, NodeEnded{"a", Outcome::Success, ""}},
      {1100, NodeStarted{"b"}}, // one at a time: c and d wait for a place
      {1300, NodeEnded{"b", Outcome::Success, ""}},
      {1301, NodeStarted{"c"}},
      {1600, NodeEnded{"c", Outcome::Success, ""}},
      {1601, NodeStarted{"d"}},
      {1700, NodeEnded{"d", Outcome::Success, ""}},
      {1701, RunEnded{Outcome::Success}},
  });
  EXPECT_EQ(pathOf(record), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(record.find("d")->ready, 1100);
}

TEST(Record, AStepThatWasSkippedHasItsName) {
  const RunRecord record = readRecord(std::vector<Event>{
      {1000, RunStarted{"r", "p", "ci", "", "", {"a"}, {}}},
      {1000, NodeStarted{"a"}},
      {1001, StepEnded{"a", 0, Outcome::Skipped, 0, "its condition does not hold", "publish"}},
      {1002, NodeEnded{"a", Outcome::Success, ""}},
  });
  ASSERT_EQ(record.nodes[0].steps.size(), 1u);
  EXPECT_EQ(record.nodes[0].steps[0].name, "publish");
}
