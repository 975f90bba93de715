#include "runtime/exec/slots.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

using namespace pipelang::exec;

namespace {

/// A jobserver of `tokens` beside everybody's own slot.
struct Server {
  int ends[2];
  Jobserver jobserver;
  explicit Server(const std::string &tokens) {
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    EXPECT_EQ(::write(ends[1], tokens.data(), tokens.size()), static_cast<ssize_t>(tokens.size()));
    jobserver.read = ends[0];
    jobserver.write = ends[1];
  }
  ~Server() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  std::string left() {
    char buffer[64];
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const ssize_t got = ::read(ends[0], buffer, sizeof buffer);
    return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : "";
  }
};

TEST(Slots, AloneItIsANumber) {
  Slots slots(2, nullptr, false);
  EXPECT_TRUE(slots.take(0));
  EXPECT_TRUE(slots.take(1));
  EXPECT_FALSE(slots.take(2));
  EXPECT_EQ(slots.descriptor(), -1);
  EXPECT_EQ(slots.makeFlags(), "");
  EXPECT_TRUE(slots.shared().empty());
}

TEST(Slots, OfAnotherTheFirstIsFreeAndEachComesBackAsItWas) {
  Server server("ab");
  {
    Slots slots(100, &server.jobserver, false);
    EXPECT_TRUE(slots.take(0));
    EXPECT_TRUE(slots.take(1));
    EXPECT_TRUE(slots.take(2));
    EXPECT_FALSE(slots.take(3)) << "and it does not wait";
    slots.settle(2);
    EXPECT_TRUE(slots.take(2)) << "what was given back can be had again";
    EXPECT_EQ(server.left(), "");
  }
  std::string left = server.left();
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, "ab");
}

TEST(Slots, OfAnotherWeMayAskForLess) {
  Server server("abcd");
  Slots slots(2, &server.jobserver, false);
  EXPECT_TRUE(slots.take(0) && slots.take(1));
  EXPECT_FALSE(slots.take(2));
  EXPECT_EQ(server.left().size(), 3u);
}

TEST(Slots, OursAreSharedWithSteps) {
  Slots slots(3, nullptr, true);
  ASSERT_EQ(slots.shared().size(), 2u);
  const int read = slots.shared()[0], write = slots.shared()[1];
  EXPECT_EQ(slots.makeFlags(), " -j3 --jobserver-auth=" + std::to_string(read) + "," + std::to_string(write));
  char token = 0;
  ASSERT_EQ(::read(read, &token, 1), 1); // a make in a step takes one
  EXPECT_TRUE(slots.take(0) && slots.take(1));
  EXPECT_FALSE(slots.take(2));
  ASSERT_EQ(::write(write, &token, 1), 1);
  EXPECT_TRUE(slots.take(2));
}

} // namespace
