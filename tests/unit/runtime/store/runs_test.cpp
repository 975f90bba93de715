// The names of runs, and which is the last.
#include "runtime/host/host.h"
#include "runtime/store/runs.h"
#include "llvm/Support/FileSystem.h"
#include "gmock/gmock.h"

using namespace pipelang;
using namespace pipelang::store;

TEST(Runs, ThoseOfOneSecondAreInTheirOrder) {
  llvm::SmallString<128> state;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("runs-test", state));
  std::vector<std::string> made;
  for (int run = 0; run < 12; ++run) {
    llvm::Expected<std::string> name = createRun(state, 1'000);
    ASSERT_TRUE(static_cast<bool>(name)) << llvm::toString(name.takeError());
    made.push_back(*name);
  }
  EXPECT_EQ(made.back(), "19700101-000001-12");
  ASSERT_FALSE(llvm::sys::fs::create_directory(state + "/runs/0 is no run"));
  llvm::Expected<std::string> setBack = createRun(state, 0);
  ASSERT_TRUE(static_cast<bool>(setBack));
  EXPECT_EQ(*setBack, "19700101-000001-13") << "the clock was set back";
  made.push_back(*setBack);
  made.insert(made.begin(), "0 is no run");
  EXPECT_THAT(listRuns(state), testing::ElementsAreArray(made));
  llvm::Expected<std::string> last = findRun(state, "");
  ASSERT_TRUE(static_cast<bool>(last)) << llvm::toString(last.takeError());
  EXPECT_EQ(*last, "19700101-000001-13");
  llvm::sys::fs::remove_directories(state);
}
