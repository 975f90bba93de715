// Where messages end, however their bytes are cut.
#include "runtime/deploy/http1.h"
#include "gtest/gtest.h"

using namespace pipelang::deploy;

namespace {

/// Feeds `body` in every way of cutting it into two, and byte by byte; returns what belongs to the message.
std::size_t lengthOf(BodyKind kind, std::uint64_t length, const std::string &body) {
  BodyTracker whole(kind, length);
  const std::size_t expected = whole.consume(body);
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    BodyTracker tracker(kind, length);
    std::size_t used = tracker.consume(llvm::StringRef(body).take_front(cut));
    if (used == cut) used += tracker.consume(llvm::StringRef(body).drop_front(cut));
    EXPECT_EQ(used, expected) << "cut at " << cut;
    EXPECT_EQ(tracker.done(), whole.done());
    EXPECT_EQ(tracker.broken(), whole.broken());
  }
  BodyTracker bytewise(kind, length);
  std::size_t used = 0;
  while (used < body.size() && bytewise.consume(llvm::StringRef(body).substr(used, 1)) == 1)
    ++used;
  EXPECT_EQ(used, expected);
  return expected;
}

Head request(const std::string &text) {
  return parseRequestHead(text);
}

} // namespace

TEST(Http1, ARequestHeadIsPartialUntilItsLastByte) {
  const std::string text = "GET /a?b HTTP/1.1\r\nHost: x\r\nX-Y: z\r\n\r\n";
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_EQ(request(text.substr(0, size)).state, Head::State::Partial) << size;
  const Head head = request(text + "GET /next");
  EXPECT_EQ(head.state, Head::State::Complete);
  EXPECT_EQ(head.size, text.size());
  EXPECT_EQ(head.method, "GET");
  EXPECT_FALSE(head.closes);
  EXPECT_EQ(head.body, BodyKind::None);
}

TEST(Http1, BodiesOfRequests) {
  EXPECT_EQ(request("POST / HTTP/1.1\r\nContent-Length: 12\r\n\r\n").length, 12u);
  EXPECT_EQ(request("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n").body, BodyKind::None);
  EXPECT_EQ(request("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n").body, BodyKind::Chunked);
}

TEST(Http1, WhoCloses) {
  EXPECT_TRUE(request("GET / HTTP/1.0\r\n\r\n").closes);
  EXPECT_FALSE(request("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").closes);
  EXPECT_TRUE(request("GET / HTTP/1.1\r\nConnection: foo, Close\r\n\r\n").closes);
  EXPECT_TRUE(parseResponseHead("HTTP/1.1 200 OK\r\n\r\n", "GET").closes);
  EXPECT_FALSE(parseResponseHead("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", "GET").closes);
}

TEST(Http1, WhateverIsUnusualIsSaidToBe) {
  for (const char *text : {
           "CONNECT a:1 HTTP/1.1\r\n\r\n",
           "GET / HTTP/2.0\r\n\r\n",
           "\x16\x03\x01",
           "GET  / HTTP/1.1\r\n\r\n",
           "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
           "\r\nGET / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
           "GET / HTTP/1.1\r\nConnection: Upgrade\r\n\r\n",
           "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
           "GET / HTTP/1.1\r\nA: b\r\n folded: c\r\n\r\n",
           "GET / HTTP/1.1\r\nContent-Length : 3\r\n\r\n",
           "GET / HTTP/1.1\r\nA: b\nContent-Length: 3\r\n\r\n",
       })
    EXPECT_EQ(request(text).state, Head::State::Unusual) << text;
  EXPECT_EQ(request("GET / HTTP/1.1\r\nA: " + std::string(longestHead, 'x')).state, Head::State::Unusual);
  EXPECT_EQ(parseResponseHead("HTTP/1.1 101 Switching\r\n\r\n", "GET").state, Head::State::Unusual);
  EXPECT_EQ(parseResponseHead("220 smtp ready\r\n", "GET").state, Head::State::Unusual);
}

TEST(Http1, ResponsesWithoutABody) {
  const std::string length = "Content-Length: 5\r\n\r\n";
  for (const char *status : {"204 No", "304 Not", "100 Continue", "103 Early"})
    EXPECT_EQ(parseResponseHead(std::string("HTTP/1.1 ") + status + "\r\n" + length, "GET").body,
              BodyKind::None);
  EXPECT_EQ(parseResponseHead("HTTP/1.1 200 OK\r\n" + length, "HEAD").body, BodyKind::None);
  EXPECT_EQ(parseResponseHead("HTTP/1.1 200 OK\r\n" + length, "GET").body, BodyKind::Length);
  EXPECT_EQ(parseResponseHead("HTTP/1.0 200 OK\r\n\r\n", "GET").body, BodyKind::UntilClose);
}

TEST(Http1, CountedBodies) {
  EXPECT_EQ(lengthOf(BodyKind::Length, 3, "abcGET /"), 3u);
  EXPECT_EQ(lengthOf(BodyKind::None, 0, "GET /"), 0u);
  EXPECT_EQ(lengthOf(BodyKind::UntilClose, 0, "anything"), 8u);
}

TEST(Http1, ChunkedBodies) {
  const std::string next = "HTTP/1.1 200 OK\r\n";
  for (const char *body : {"0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n",
                           "A;x=y\r\n0123456789\r\n00\r\nTrailer: 1\r\nB: 2\r\n\r\n", "1\r\n\r\r\n0\r\n\r\n"})
    EXPECT_EQ(lengthOf(BodyKind::Chunked, 0, body + next), std::string(body).size()) << body;
}

TEST(Http1, BrokenChunksAreNoticed) {
  for (const char *body :
       {"\r\n", "x\r\n", "3\nabc", "3\r\nabcd\r\n", "3\r\nabc\n", "ffffffffffffffff1\r\n"}) {
    BodyTracker tracker(BodyKind::Chunked, 0);
    tracker.consume(body);
    EXPECT_TRUE(tracker.broken()) << body;
  }
}
