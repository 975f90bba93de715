// What is remembered of how long nodes take.
#include "runtime/host/host.h"
#include "runtime/store/durations.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::store;
using plan::Outcome;

TEST(Durations, OnlyWhatRanAndSucceededIsLearned) {
  llvm::SmallString<128> state;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("durations-test", state));
  Durations first(state, "p", "ci");
  EXPECT_FALSE(first.of("a").has_value());
  for (const Event &event : std::vector<Event>{
           {1000, NodeStarted{"a"}},
           {1000, NodeStarted{"b"}},
           {1001, NodeStarted{"c [1 2]"}},
           {1002, Cached{"b", "hit", "", "k"}},
           {1003, NodeEnded{"b", Outcome::Success, ""}},
           {1501, NodeEnded{"c [1 2]", Outcome::Success, ""}},
           {2000, NodeEnded{"a", Outcome::Failure, ""}},
           {2000, NodeEnded{"never began", Outcome::Success, ""}},
       })
    first.take(event);
  first.save();
  const Durations second(state, "p", "ci");
  EXPECT_EQ(second.of("c [1 2]"), Duration::fromMilliseconds(500));
  for (const char *other : {"a", "b", "never began"})
    EXPECT_FALSE(second.of(other).has_value()) << other;
  EXPECT_FALSE(Durations(state, "p", "other").of("c [1 2]").has_value());
}

TEST(Durations, DamageCountsAsNotKnown) {
  llvm::SmallString<128> state;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("durations-test", state));
  Durations first(state, "p", "ci");
  first.take({1000, NodeStarted{"a"}});
  first.take({1700, NodeEnded{"a", Outcome::Success, ""}});
  first.save();
  host::Files &files = host::realHost().files;
  const std::string folder = (state + "/durations").str();
  const std::string path = folder + "/" + files.list(folder).at(0);
  ASSERT_FALSE(files.write(path, std::string("-5 a\nx b\n\n99999999999999999999 c\n\0 7 d\n", 38)));
  const Durations second(state, "p", "ci");
  for (const char *name : {"a", "b", "c", "d", ""})
    EXPECT_FALSE(second.of(name).has_value()) << name;
}
