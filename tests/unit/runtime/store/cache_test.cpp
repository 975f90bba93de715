// What is collected: by age, then by size, the oldest first.
#include "runtime/host/host.h"
#include "runtime/store/cache.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <fcntl.h>
#include <sys/stat.h>

using namespace pipelang;
using namespace pipelang::store;

namespace {

struct Collection : testing::Test {
  void SetUp() override {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("cache-test", path));
    cache.emplace(path.str().str());
  }
  /// A content of so many bytes, last used so many days ago.
  std::string put(char letter, std::size_t size, int days) {
    const std::string digest = llvm::cantFail(cache->putText(std::string(size, letter)));
    const std::string path = cache->directory() + "/cas/" + digest.substr(0, 2) + "/" + digest;
    const timespec used{time(nullptr) - days * 24 * 3600, 0};
    const timespec times[2] = {used, used};
    EXPECT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    return digest;
  }
  bool has(const std::string &digest) { return cache->sizeOf(digest).has_value(); }

  std::optional<Cache> cache;
};

} // namespace

TEST_F(Collection, WhatNobodyUsedForLongGoes) {
  const std::string old = put('a', 100, 40), recent = put('b', 100, 20);
  EXPECT_EQ(cache->collect(30, 1'000'000), 100);
  EXPECT_FALSE(has(old));
  EXPECT_TRUE(has(recent));
}

TEST_F(Collection, TheOldestGoUntilItIsSmallEnough) {
  const std::string oldest = put('a', 100, 9), middle = put('b', 100, 6), newest = put('c', 100, 3);
  EXPECT_EQ(cache->collect(30, 250), 100);
  EXPECT_FALSE(has(oldest));
  EXPECT_TRUE(has(middle) && has(newest));
  EXPECT_EQ(cache->collect(30, 100), 100);
  EXPECT_TRUE(has(newest));
}

TEST_F(Collection, WhatIsUsedIsNew) {
  const std::string used = put('a', 100, 40);
  EXPECT_EQ(cache->text(used), std::string(100, 'a'));
  EXPECT_EQ(cache->collect(30, 1'000'000), 0);
  EXPECT_TRUE(has(used));
}
