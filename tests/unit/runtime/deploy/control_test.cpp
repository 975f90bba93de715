#include "runtime/deploy/control.h"
#include "gtest/gtest.h"
#include <cstdio>
#include <fstream>
#include <unistd.h>

using namespace pipelang::deploy;
using Word = Control::Word;

namespace {

std::string fileOf(const char *name) {
  const std::string path = ::testing::TempDir() + name + std::to_string(::getpid());
  std::remove(path.c_str());
  return path;
}

TEST(Controls, AreReadOnceEachInTheirOrder) {
  const std::string file = fileOf("controls");
  Controls controls(file);
  EXPECT_TRUE(controls.news().empty()) << "there is no file yet";
  for (const Word word : {Word::Pause, Word::Promote, Word::Abort, Word::Resumed})
    ASSERT_FALSE(say(file, {word, "ada", "two\nlines \"quoted\"", 7}));
  const auto news = controls.news();
  ASSERT_EQ(news.size(), 4u);
  EXPECT_EQ(news[0].word, Word::Pause);
  EXPECT_EQ(news[3].word, Word::Resumed);
  EXPECT_EQ(news[1].actor, "ada");
  EXPECT_EQ(news[1].reason, "two\nlines \"quoted\"");
  EXPECT_EQ(news[1].at, 7);
  EXPECT_TRUE(controls.news().empty());
  ASSERT_FALSE(say(file, {Word::Pause, "grace", "", 8}));
  EXPECT_EQ(controls.news().size(), 1u);
  EXPECT_EQ(Controls(file).news().size(), 5u) << "another reader reads all";
  std::remove(file.c_str());
}

TEST(Controls, ALineThatIsCutWaitsAndOneThatIsWrongIsPassedOver) {
  const std::string file = fileOf("cut");
  Controls controls(file);
  std::ofstream out(file);
  out << "no json\n{\"word\":\"dance\"}\n[]\n{\"word\":\"pau" << std::flush;
  EXPECT_TRUE(controls.news().empty());
  out << "se\",\"actor\":\"ada\"}\n" << std::flush;
  ASSERT_EQ(controls.news().size(), 1u);
  std::remove(file.c_str());
}

TEST(Controls, ArePutIntoWords) {
  EXPECT_EQ(describe({Word::Pause, "ada", "odd graphs", 0}), "paused by ada: odd graphs");
  EXPECT_EQ(describe({Word::Promote, "ada", "", 0}), "promoted by ada");
}

} // namespace
