#include "runtime/host/host.h"
#include "runtime/host/tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

using namespace pipelang;
using namespace pipelang::host;

namespace {

TEST(Globs, MatchAsInAShellWithDoubleStars) {
  EXPECT_TRUE(globMatches("coverage.xml", "coverage.xml"));
  EXPECT_TRUE(globMatches("*.xml", "a.xml"));
  EXPECT_FALSE(globMatches("*.xml", "sub/a.xml"));
  EXPECT_TRUE(globMatches("dist/**", "dist/a"));
  EXPECT_TRUE(globMatches("dist/**", "dist/a/b/c"));
  EXPECT_FALSE(globMatches("dist/**", "other/a"));
  EXPECT_TRUE(globMatches("**/*.py", "a.py"));
  EXPECT_TRUE(globMatches("**/*.py", "x/y/a.py"));
  EXPECT_FALSE(globMatches("**/*.py", "x/y/a.pyc"));
  EXPECT_TRUE(globMatches("a/**/z", "a/z"));
  EXPECT_TRUE(globMatches("a/**/z", "a/b/c/z"));
  EXPECT_TRUE(globMatches("r?port*", "report-1"));
  EXPECT_FALSE(globMatches("a/b", "a/b/c"));
  EXPECT_FALSE(globMatches("a/b/c", "a/b"));
}

TEST(Trees, AreCopiedUntilToldToStop) {
  char name[] = "/tmp/pipelang-tree-XXXXXX";
  ASSERT_NE(::mkdtemp(name), nullptr);
  const std::string root = name;
  std::vector<std::string> paths;
  for (int i = 0; i < 5; ++i) {
    paths.push_back("file" + std::to_string(i));
    llvm::cantFail(realHost().files.write(root + "/from/" + paths.back(), "x"));
  }
  int asked = 0; // twice for each file: before it, and in it
  llvm::Error error = copyPaths(root + "/from", paths, root + "/to", [&] { return ++asked > 4; });
  EXPECT_THAT(llvm::toString(std::move(error)), testing::HasSubstr("file2"));
  EXPECT_THAT(findFiles(root + "/to", "**"), testing::ElementsAre("file0", "file1"));
  llvm::cantFail(realHost().files.removeTree(root));
}

TEST(Trees, AreCopiedWithModesAndLinks) {
  char name[] = "/tmp/pipelang-tree-XXXXXX";
  ASSERT_NE(::mkdtemp(name), nullptr);
  const std::string root = name;
  Files &files = realHost().files;
  llvm::cantFail(files.write(root + "/from/a/run.sh", "echo\n"));
  llvm::cantFail(files.write(root + "/from/b.txt", "b"));
  ASSERT_EQ(::chmod((root + "/from/a/run.sh").c_str(), 0755), 0);
  ASSERT_EQ(::symlink("a/run.sh", (root + "/from/link").c_str()), 0);
  EXPECT_THAT(findFiles(root + "/from", "**"), testing::ElementsAre("a/run.sh", "b.txt", "link"));
  EXPECT_THAT(findFiles(root + "/from", "a"), testing::ElementsAre("a/run.sh"));

  llvm::cantFail(copyPaths(root + "/from", {"a/run.sh", "b.txt", "link", "gone.txt"}, root + "/to"));
  struct stat status;
  ASSERT_EQ(::stat((root + "/to/a/run.sh").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0755u);
  ASSERT_EQ(::lstat((root + "/to/link").c_str(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
  llvm::cantFail(files.write(root + "/to/b.txt", "changed")); // a copy does not write back
  EXPECT_EQ(llvm::cantFail(files.read(root + "/from/b.txt")), "b");
  llvm::cantFail(files.removeTree(root));
}

} // namespace
