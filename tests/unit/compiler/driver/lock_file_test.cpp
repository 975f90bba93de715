#include "compiler/driver/lock_file.h"
#include "fmt/format.h"
#include "gtest/gtest.h"

using namespace pipelang;

namespace {

std::string problemOf(llvm::StringRef text) {
  auto lock = driver::readLockFile(text);
  return lock ? "" : llvm::toString(lock.takeError());
}

std::string actionWith(const char *digest) {
  return fmt::format(R"({{"actions": {{"a/b": {{"version": "v1", "digest": "{}"}}}}}})", digest);
}

TEST(LockFile, ReadsPins) {
  auto lock = driver::readLockFile(actionWith("0123456789012345678901234567890123456789"));
  ASSERT_TRUE(bool(lock));
  ASSERT_EQ(lock->entries.size(), 1u);
  EXPECT_EQ(lock->entries[0].version, "v1");
}

TEST(LockFile, NamesWhatIsWrong) {
  EXPECT_EQ(problemOf("[]"), "pipe.lock: expected an object");
  EXPECT_EQ(problemOf(R"({"action": {}})"), "action: unknown section");
  EXPECT_EQ(problemOf(R"({"actions": {"a/b": {"version": "v1"}}})"), "actions.a/b: `digest` is missing");
  EXPECT_EQ(problemOf(actionWith("main")),
            "actions.a/b: `digest` is neither 40 hexadecimal digits of a commit nor `sha256:` and 64");
  EXPECT_EQ(problemOf(R"({"tools": {"t": {"version": "1", "url": "http://x", "sha256": "ab"}}})"),
            "tools.t: `sha256` is not 64 hexadecimal digits");
  EXPECT_NE(problemOf("{"), "");
}

} // namespace
