// The builtin switch: what moves, what stays, and that nothing is lost.
#include "runtime/deploy/proxy.h"
#include "runtime/host/host.h"
#include "tests/unit/runtime/deploy/sockets.h"
#include "gtest/gtest.h"
#include <atomic>
#include <fmt/format.h>
#include <future>

namespace pipelang::deploy::testing {
namespace {

const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

std::string answer(const std::string &body, const std::string &more = "") {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{}\r\n{}", body.size(), more, body);
}

/// Answers every request on a connection with `name`, as long as the client asks.
std::function<void(Peer &)> saying(const std::string &name) {
  return [name](Peer &peer) {
    while (!peer.until("\r\n\r\n").empty())
      peer.send(answer(name));
  };
}

class ProxyTest : public ::testing::Test {
protected:
  void SetUp() override { proxy = llvm::cantFail(Proxy::create(0)); }
  Peer client() { return Peer::connect(proxy->port()); }
  /// Asks on `peer`, and reads an answer whose body is a word of `size` letters.
  std::string ask(Peer &peer, std::size_t size) {
    peer.send(request);
    peer.until("\r\n\r\n");
    return peer.exactly(size);
  }
  bool idleWithin(Colour colour, int milliseconds) {
    for (int waited = 0; waited < milliseconds && proxy->traffic(colour).busy > 0; waited += 5)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return proxy->traffic(colour).busy == 0;
  }
  Server blue{saying("blue")};
  Server green{saying("green")};
  std::unique_ptr<Proxy> proxy;
};

TEST_F(ProxyTest, AKeptAliveConnectionMovesBetweenTwoRequests) {
  proxy->pointAt(0, blue.port());
  Peer kept = client();
  EXPECT_EQ(ask(kept, 4), "blue");
  EXPECT_EQ(ask(kept, 4), "blue");
  const auto switched = proxy->pointAt(1, green.port());
  EXPECT_EQ(ask(kept, 5), "green");
  EXPECT_EQ(proxy->traffic(0).attached, 0);
  EXPECT_EQ(proxy->times().lastOldAnswer, 0);
  EXPECT_GT(proxy->times().firstNewAnswer, switched);
}

TEST_F(ProxyTest, ARequestInFlightStaysAndIsNotLost) {
  std::promise<void> go;
  Server slow([&, wait = go.get_future().share()](Peer &peer) {
    while (!peer.until("\r\n\r\n").empty()) {
      wait.wait();
      peer.send(answer("slow"));
    }
  });
  proxy->pointAt(0, slow.port());
  Peer kept = client();
  kept.send(request);
  while (proxy->traffic(0).busy == 0)
    std::this_thread::yield();
  proxy->pointAt(1, green.port());
  EXPECT_EQ(proxy->traffic(0).busy, 1);
  go.set_value();
  kept.until("\r\n\r\n");
  EXPECT_EQ(kept.exactly(4), "slow");
  EXPECT_TRUE(idleWithin(0, 1000));
  EXPECT_GT(proxy->times().lastOldAnswer, 0);
  EXPECT_EQ(proxy->times().lastOldAnswerOnNewConnection, 0);
  EXPECT_EQ(ask(kept, 5), "green");
}

TEST_F(ProxyTest, BoundariesAreFoundHoweverBytesArrive) {
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n";
  Server bytewise([&](Peer &peer) {
    while (!peer.until("\r\n\r\nbody").empty())
      for (char byte : chunked)
        peer.send(std::string(1, byte));
  });
  proxy->pointAt(0, bytewise.port());
  Peer kept = client();
  for (char byte : std::string("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"))
    kept.send(std::string(1, byte));
  EXPECT_EQ(kept.exactly(chunked.size()), chunked);
  EXPECT_TRUE(idleWithin(0, 1000));
  proxy->pointAt(1, green.port());
  EXPECT_EQ(ask(kept, 5), "green");
}

TEST_F(ProxyTest, AVersionThatClosesIdleConnectionsLosesNoRequest) {
  Server impatient([](Peer &peer) {
    peer.until("\r\n\r\n");
    peer.send(answer("once"));
  });
  proxy->pointAt(0, impatient.port());
  Peer kept = client();
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(ask(kept, 4), "once") << i;
}

TEST_F(ProxyTest, RequestsSentAtOnceAreAnsweredInOrder) {
  Server echo([](Peer &peer) {
    for (std::string head; !(head = peer.until("\r\n\r\n")).empty();)
      peer.send(answer(head.substr(5, 1)));
  });
  proxy->pointAt(0, echo.port());
  Peer kept = client();
  kept.send("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n");
  for (const char *expected : {"1", "2", "3"}) {
    kept.until("\r\n\r\n");
    EXPECT_EQ(kept.exactly(1), expected);
  }
}

TEST_F(ProxyTest, AnUpgradedConnectionStaysAndEndsInHalves) {
  Server upgrading([](Peer &peer) {
    peer.until("\r\n\r\n");
    peer.send("HTTP/1.1 101 Switching\r\nUpgrade: echo\r\n\r\n");
    peer.send("echo:" + peer.until("!"));
    peer.send("last:" + peer.all());
  });
  proxy->pointAt(0, upgrading.port());
  Peer socket = client();
  socket.send("GET / HTTP/1.1\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n");
  socket.until("\r\n\r\n");
  proxy->pointAt(1, green.port());
  socket.send("hello!");
  EXPECT_EQ(socket.exactly(11), "echo:hello!");
  EXPECT_EQ(proxy->traffic(0).busy, 1);
  socket.send("rest");
  socket.endSending();
  EXPECT_EQ(socket.all(), "last:rest");
  EXPECT_TRUE(idleWithin(0, 1000));
}

TEST_F(ProxyTest, ALameDuckIsObeyed) {
  Server lame([](Peer &peer) {
    peer.until("\r\n\r\n");
    peer.send(answer("bye", "Connection: close\r\n"));
  });
  proxy->pointAt(0, lame.port());
  Peer kept = client();
  kept.send(request);
  EXPECT_TRUE(llvm::StringRef(kept.all()).endswith("\r\n\r\nbye"));
}

TEST_F(ProxyTest, AnAnswerMayEndWithItsConnection) {
  Server endless([](Peer &peer) {
    peer.until("\r\n\r\n");
    peer.send("HTTP/1.0 200 OK\r\n\r\n" + std::string(100'000, 'x'));
  });
  proxy->pointAt(0, endless.port());
  Peer kept = client();
  kept.send(request);
  EXPECT_EQ(kept.all().size(), 19 + 100'000u);
}

TEST_F(ProxyTest, ARefusedRequestWaitsForTheSwitch) {
  int dead = llvm::cantFail(host::freePort());
  proxy->pointAt(0, dead);
  Peer waiting = client();
  waiting.send("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  Server posted([](Peer &peer) {
    if (!peer.until("\r\n\r\nbody").empty()) peer.send(answer("posted"));
  });
  proxy->pointAt(1, posted.port());
  waiting.until("\r\n\r\n");
  EXPECT_EQ(waiting.exactly(6), "posted");
}

TEST_F(ProxyTest, LargeBodiesGoBothWays) {
  const std::size_t size = 8 << 20;
  Server echo([&](Peer &peer) {
    peer.until("\r\n\r\n");
    peer.send(answer(peer.exactly(size)));
  });
  proxy->pointAt(0, echo.port());
  Peer sender = client();
  std::string body(size, 'a');
  for (std::size_t i = 0; i < size; i += 997)
    body[i] = static_cast<char>('a' + i % 26);
  std::thread writer(
      [&] { sender.send(fmt::format("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n", size) + body); });
  sender.until("\r\n\r\n");
  EXPECT_TRUE(sender.exactly(size) == body);
  writer.join();
}

TEST_F(ProxyTest, CuttingEndsWhatIsLeft) {
  Server stuck([](Peer &peer) { peer.all(); });
  proxy->pointAt(0, stuck.port());
  Peer kept = client();
  kept.send(request);
  while (proxy->traffic(0).busy == 0)
    std::this_thread::yield();
  proxy->pointAt(1, green.port());
  proxy->cut(0);
  EXPECT_EQ(kept.all(), "");
  EXPECT_EQ(proxy->traffic(0).attached, 0);
}

TEST_F(ProxyTest, HundredsOfConnectionsAtOnceThroughManySwitches) {
  proxy->pointAt(0, blue.port());
  std::vector<Peer> clients;
  for (int i = 0; i < 300; ++i)
    clients.push_back(client());
  std::atomic<bool> done{false};
  std::thread switching([&] {
    for (Colour colour = 1; !done; colour = 1 - colour) {
      proxy->pointAt(colour, (colour == 0 ? blue : green).port());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  int answers = 0;
  for (int round = 0; round < 3; ++round)
    for (Peer &peer : clients) {
      peer.send(request);
      const std::string head = peer.until("\r\n\r\n");
      answers += llvm::StringRef(head).startswith("HTTP/1.1 200");
      peer.exactly(llvm::StringRef(head).contains("Length: 4") ? 4 : 5);
    }
  done = true;
  switching.join();
  EXPECT_EQ(answers, 900);
}

} // namespace
} // namespace pipelang::deploy::testing
