// What goes over the wire to a remote cache, and what comes back, however broken.
#include "runtime/store/digest.h"
#include "runtime/store/remote.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"

using namespace pipelang;
using namespace pipelang::store;

namespace {

std::string newDirectory() {
  llvm::SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("remote-test", path));
  return path.str().str();
}

std::string put(Cache &cache, llvm::StringRef text) {
  return llvm::cantFail(cache.putText(text));
}

CachedResult sample(Cache &cache) {
  CachedResult result;
  result.run = "20261123-040000-1";
  result.manifest = put(cache, "what it depends on\n");
  result.files["site"] = {{"bin/tool", put(cache, "#!/bin/sh\n"), true, false},
                          {"index.html", put(cache, "<p>hello"), false, false},
                          {"latest", put(cache, "index.html"), false, true}};
  result.values["size"] = put(cache, "8");
  return result;
}

const std::string key(64, 'a');

} // namespace

TEST(ActionResult, IsWhatProtocolBuffersWrite) {
  // As protoc --encode=build.bazel.remote.execution.v2.ActionResult writes it.
  const ActionResult result{{{"a/b", std::string(64, 'f'), 300, true}}, {{"a/l", "b"}}, 3, "w"};
  const std::string expected = std::string("12 4e 0a 03 61 2f 62 12 45 0a 40") + " " + [] {
    std::string digits;
    for (int i = 0; i < 64; ++i)
      digits += "66 ";
    return digits;
  }() + "10 ac 02 20 01 20 03 4a 03 0a 01 77 62 08 0a 03 61 2f 6c 12 01 62";
  std::string digits = llvm::toHex(encode(result), true), spaced;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    spaced += (i > 0 ? " " : "") + digits.substr(i, 2);
  EXPECT_EQ(spaced, expected);
  EXPECT_EQ(decodeActionResult(encode(result)), result);
}

TEST(ActionResult, FieldsItDoesNotKnowArePassedOver) {
  const ActionResult result{{{"a", std::string(64, '0'), 1, false}}, {}, 0, "w"};
  const std::string more =
      std::string("\x2a\x02hi") + "\x31" + std::string(8, 'x') + "\x3d" + "1234" + "\x40\x05";
  EXPECT_EQ(decodeActionResult(encode(result) + more), result);
}

TEST(ActionResult, EveryCutAndEveryFlippedBitIsReadInBounds) {
  const ActionResult result{{{"a/b", std::string(64, 'f'), 300, true}}, {{"a/l", "b"}}, -1, "w"};
  const std::string bytes = encode(result);
  EXPECT_EQ(decodeActionResult(bytes), result);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    decodeActionResult(llvm::StringRef(bytes).take_front(size));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    decodeActionResult(flipped);
  }
}

TEST(RemoteCache, AResultComesBackAsItWas) {
  Cache here(newDirectory()), there(newDirectory());
  const CachedResult result = sample(here);
  const auto action = toActionResult(key, result, here);
  ASSERT_TRUE(action.has_value());
  const auto back = fromActionResult(key, *action, there);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->run, result.run);
  EXPECT_EQ(back->manifest, result.manifest);
  EXPECT_EQ(back->values, result.values);
  ASSERT_EQ(back->files.at("site").size(), 3u);
  EXPECT_EQ(back->files.at("site")[0].path, "bin/tool");
  EXPECT_TRUE(back->files.at("site")[0].executable);
  EXPECT_TRUE(back->files.at("site")[2].link);
  EXPECT_EQ(there.text(back->files.at("site")[2].digest), "index.html");
}

TEST(RemoteCache, AFlippedBitOrAnothersRecordIsFoundOut) {
  Cache here(newDirectory()), there(newDirectory());
  const auto action = toActionResult(key, sample(here), here);
  ASSERT_TRUE(action.has_value());
  EXPECT_FALSE(fromActionResult(std::string(64, 'b'), *action, there).has_value());
  const std::string bytes = encode(*action);
  for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 3) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto read = decodeActionResult(flipped);
    if (!read || *read == *action) continue;
    EXPECT_FALSE(fromActionResult(key, *read, there).has_value()) << bit;
  }
}

TEST(RemoteCache, NothingIsWrittenOutsideOfAnOutput) {
  Cache cache(newDirectory());
  const std::string digest = put(cache, "x");
  const auto safe = [&](std::vector<CachedFile> files) {
    return isSafe({"run", digest, {{"out", std::move(files)}}, {}});
  };
  EXPECT_TRUE(safe({{"a/b", digest, false, false}}));
  EXPECT_FALSE(safe({{"../b", digest, false, false}}));
  EXPECT_FALSE(safe({{"a/../../b", digest, false, false}}));
  EXPECT_FALSE(safe({{"/etc/passwd", digest, false, false}}));
  EXPECT_FALSE(safe({{"", digest, false, false}}));
  EXPECT_FALSE(safe({{"l", digest, false, true}, {"l/passwd", digest, false, false}}));
  EXPECT_TRUE(safe({{"l", digest, false, true}, {"lx/passwd", digest, false, false}}));
  EXPECT_FALSE(isSafe({"run", digest, {{"..", {}}}, {}}));
  EXPECT_FALSE(isSafe({"run", digest, {}, {{"a/b", digest}}}));
}
