// What stands on a terminal while a run goes on, at any size.
#include "runtime/report/live_lines.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::report;
using namespace pipelang::store;

namespace {

/// `build` done, `unit[1]` … run, `deploy` and many more wait.
RunView view(int running, int waiting) {
  RunStarted run{"r", "p", "ci", "", "", {"build"}, {{"build", {"job", {}}}}};
  for (int i = 0; i < running; ++i)
    run.nodes.push_back("unit[" + std::to_string(i) + "]");
  for (int i = 0; i < waiting; ++i)
    run.nodes.push_back("deploy" + std::to_string(i));
  for (const std::string &name : run.nodes)
    if (name != "build") run.graph[name] = {"job", {name[0] == 'd' && running > 0 ? "unit[0]" : "build"}};
  RunView view;
  view.take({1000, run});
  view.take({1000, NodeStarted{"build"}});
  view.take({3000, NodeEnded{"build", plan::Outcome::Success, ""}});
  for (int i = 0; i < running; ++i) {
    const std::string name = "unit[" + std::to_string(i) + "]";
    view.take({3000, NodeStarted{name}});
    view.take({3000, StepStarted{name, 0, "pytest -q", 1}});
    view.take(
        {3001, Output{name, 0, "first line\n\x1b[31mtests/test_\xF0\x9F\x8D\x95.py ..........\x1b[0m\n"}});
  }
  return view;
}

std::string textOf(const std::vector<Line> &lines) {
  std::string text;
  for (const Line &line : lines)
    text += line.text + "\n";
  return text;
}

} // namespace

TEST(LiveLines, TellWhatRunsAndWhatWaitsForWhat) {
  const std::string text = textOf(liveLines(view(1, 2), {70, 24}, 15'400, 0, {}));
  EXPECT_EQ(text, "⠋ unit[0]  12s      pytest -q │ tests/test_🍕.py ..........\n"
                  "· deploy0  waits for unit[0]\n"
                  "· deploy1  waits for unit[0]\n"
                  "  1 of 4 done · 14s\n");
}

TEST(LiveLines, FitEveryScreen) {
  for (const int running : {0, 1, 3, 40})
    for (const int waiting : {0, 1, 4, 30})
      for (std::size_t columns = 1; columns < 130; columns += columns < 20 ? 1 : 13)
        for (const std::size_t rows : {1, 2, 4, 5, 8, 24, 60}) {
          const std::vector<Line> lines = liveLines(view(running, waiting), {columns, rows}, 15'000, 3, {});
          ASSERT_GE(lines.size(), 1u);
          ASSERT_LE(lines.size(), std::max<std::size_t>(rows, 2) - 1) << columns << "x" << rows;
          for (const Line &line : lines) {
            ASSERT_LT(line.columns, std::max<std::size_t>(columns, 2)) << columns << "x" << rows << line.text;
            ASSERT_EQ(line.columns, columnsOf(line.text));
          }
        }
}

TEST(LiveLines, SayHowManyMoreThereAre) {
  const std::string text = textOf(liveLines(view(40, 30), {60, 10}, 15'000, 0, {}));
  EXPECT_NE(text.find(" more run\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" more wait\n"), std::string::npos) << text;
}

TEST(LiveLines, WhatWaitsForNothingWaitsForAPlace) {
  const std::string text = textOf(liveLines(view(0, 1), {60, 24}, 15'000, 0, {}));
  EXPECT_NE(text.find("· deploy0  waits for a free place\n"), std::string::npos) << text;
}

TEST(Fitted, CountsColumnsAndNeverCutsACharacter) {
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcd", 3), "ab…");
  EXPECT_EQ(fitted("日本語", 6), "日本語");
  EXPECT_EQ(fitted("日本語", 5), "日本…");
  EXPECT_EQ(fitted("日本語", 4), "日…");
  EXPECT_EQ(fitted("ab\xFF\xFE", 10), "ab\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(fitted("abc", 0), "");
  EXPECT_EQ(fitted("abc", 1), "…");
}

TEST(RowsOf, ANarrowerTerminalBreaksLines) {
  const std::vector<Line> lines = {{"", 0}, {std::string(10, 'a'), 10}, {std::string(21, 'a'), 21}};
  EXPECT_EQ(rowsOf(lines, 80), 3u);
  EXPECT_EQ(rowsOf(lines, 10), 5u);
}
