#include "runtime/deploy/supervised.h"
#include "runtime/deploy/identity.h"
#include "llvm/Support/JSON.h"
#include <csignal>
#include <fmt/format.h>
#include <thread>

namespace pipelang::deploy {
namespace json = llvm::json;

llvm::StringRef colourName(Colour colour) {
  return colour == 0 ? "blue" : "green";
}

std::optional<Colour> colourFromText(llvm::StringRef text) {
  if (text == "blue") return 0;
  if (text == "green") return 1;
  return std::nullopt;
}

static llvm::Error refused(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s", why.c_str());
}

static std::int64_t nowMilliseconds() {
  return monotonicNanoseconds() / 1'000'000;
}

void RecentLog::add(llvm::StringRef text) {
  constexpr std::size_t limit = 262144;
  std::lock_guard lock(mutex_);
  text_ += text;
  if (text_.size() > 2 * limit) text_.erase(0, text_.size() - limit);
}

std::string RecentLog::text() const {
  std::lock_guard lock(mutex_);
  return text_;
}

llvm::Expected<std::int64_t> Supervised::acquire(llvm::StringRef owner) {
  std::lock_guard lock(mutex_);
  if (held_) return refused(fmt::format("{} is deploying this now; wait for it, or stop it", owner_));
  held_ = true;
  owner_ = owner.str();
  return ++lastToken_;
}

void Supervised::release(std::int64_t token) {
  std::lock_guard lock(mutex_);
  if (held_ && token == lastToken_) {
    held_ = false;
    owner_.clear();
  }
}

llvm::Error Supervised::mayAct(std::int64_t token) {
  std::lock_guard lock(mutex_);
  if (held_ && token == lastToken_) return llvm::Error::success();
  return refused(held_ ? fmt::format("the lease is {}'s by now", owner_)
                       : "the lease has ended; acquire it first");
}

llvm::Expected<int> Supervised::open(int port, bool any) {
  std::lock_guard lock(mutex_);
  if (proxy_) {
    if (any || proxy_->port() == port) return proxy_->port();
    return refused(
        fmt::format("the switch is on port {}, not {}; end the deployment first", proxy_->port(), port));
  }
  auto proxy = Proxy::create(port);
  if (!proxy && any) {
    llvm::consumeError(proxy.takeError());
    proxy = Proxy::create(0);
  }
  if (!proxy) return refused(fmt::format("port {}: {}", port, llvm::toString(proxy.takeError())));
  proxy_ = std::move(*proxy);
  return proxy_->port();
}

llvm::Expected<int> Supervised::startService(const services::ProcessSpec &spec) {
  {
    std::lock_guard lock(mutex_);
    const auto found = services_.find(spec.name);
    if (found != services_.end() && found->second.running->alive()) return found->second.port;
    services_.erase(spec.name);
  }
  auto log = std::make_shared<RecentLog>();
  auto running = services::start(spec, host_, [log](llvm::StringRef text) { log->add(text); }, {});
  if (!running) return running.takeError();
  std::lock_guard lock(mutex_);
  services_[spec.name] = Service{spec.port, std::move(*running), log};
  return spec.port;
}

static void setVariables(services::ProcessSpec &spec, Colour colour, llvm::StringRef release) {
  const auto set = [&](services::Command &command) {
    command.environ["PORT"] = fmt::format("{}", spec.port);
    command.environ["RELEASE"] = release.str();
    command.environ["COLOR"] = colourName(colour).str();
  };
  set(spec.start);
  for (auto *commands : {&spec.prepare, &spec.afterReady})
    for (auto &command : *commands)
      set(command);
}

llvm::Expected<int> Supervised::start(Colour colour, llvm::StringRef release, services::ProcessSpec spec) {
  auto port = host::freePort();
  if (!port) return port.takeError();
  spec.port = *port;
  setVariables(spec, colour, release);
  auto recent = std::make_shared<RecentLog>();
  std::stop_token cancel;
  Version &version = versions_[colour];
  {
    std::lock_guard lock(mutex_);
    if (version.state != Version::State::Absent)
      return refused(fmt::format("{} is taken by {}", colourName(colour), version.release));
    version = {};
    version.state = Version::State::Starting;
    version.release = release.str();
    version.port = *port;
    version.log = recent;
    cancel = version.cancel.get_token();
  }
  auto running = services::start(
      spec, host_, [recent](llvm::StringRef text) { recent->add(text); }, cancel);
  std::lock_guard lock(mutex_);
  changed_.notify_all();
  if (!running) {
    version.state = Version::State::Absent;
    return running.takeError();
  }
  version.running = std::move(*running);
  version.state = Version::State::Ready;
  return *port;
}

bool Supervised::identify(Colour colour) {
  pid_t group = -1;
  int port = 0;
  {
    std::lock_guard lock(mutex_);
    const Version &version = versions_[colour];
    if (version.state != Version::State::Ready) return false;
    group = version.running->group();
    port = version.port;
  }
  return groupListensOn(group, port);
}

llvm::Expected<Supervised::Switched> Supervised::switchTo(Colour colour, std::int64_t generation) {
  std::lock_guard lock(mutex_);
  Version &version = versions_[colour];
  if (live_ == colour && proxy_) // Done before: the same request twice is one.
    return Switched{generation_, proxy_->times().switched};
  if (generation != generation_)
    return refused(
        fmt::format("somebody else has switched: generation {} is not {} any more", generation_, generation));
  if (!proxy_) return refused("the switch has no port yet");
  if (version.state != Version::State::Ready || !version.running->alive())
    return refused(fmt::format("{} does not run", colourName(colour)));
  version.retireAt.reset();
  live_ = colour;
  ++generation_;
  return Switched{generation_, proxy_->pointAt(colour, version.port)};
}

llvm::Expected<std::int64_t> Supervised::drain(Colour colour, Duration within) {
  const auto until = nowMilliseconds() + within.milliseconds;
  std::shared_ptr<Proxy> proxy; // the supervisor may end meanwhile
  {
    std::lock_guard lock(mutex_);
    if (serves(colour)) return refused(fmt::format("{} serves; it is not drained", colourName(colour)));
    if (!proxy_) return 0;
    proxy = proxy_;
  }
  while (nowMilliseconds() < until && proxy->traffic(colour).busy > 0)
    host_.clock.sleep(Duration{10});
  const auto left = proxy->traffic(colour).busy;
  std::lock_guard lock(mutex_);
  if (serves(colour)) return refused(fmt::format("{} serves again; it is not drained", colourName(colour)));
  proxy->cut(colour);
  return left;
}

llvm::Error Supervised::stop(Colour colour) {
  std::unique_ptr<services::Running> running;
  Version &version = versions_[colour];
  {
    std::unique_lock lock(mutex_);
    if (serves(colour)) return refused(fmt::format("{} serves; it is not stopped", colourName(colour)));
    version.cancel.request_stop();
    changed_.wait(lock, [&] {
      return version.state != Version::State::Starting && version.state != Version::State::Stopping;
    });
    if (version.state == Version::State::Absent) return llvm::Error::success();
    version.state = Version::State::Stopping;
    running = std::move(version.running);
  }
  running->stop();
  running.reset();
  std::lock_guard lock(mutex_);
  version.state = Version::State::Absent;
  version.retireAt.reset();
  changed_.notify_all();
  return llvm::Error::success();
}

llvm::Error Supervised::retire(Colour colour, Duration after) {
  std::lock_guard lock(mutex_);
  if (serves(colour)) return refused(fmt::format("{} serves; it is not retired", colourName(colour)));
  versions_[colour].retireAt = nowMilliseconds() + after.milliseconds;
  return llvm::Error::success();
}

void Supervised::tick() {
  for (Colour colour : {0, 1}) {
    {
      std::lock_guard lock(mutex_);
      Version &version = versions_[colour];
      if (version.state != Version::State::Ready || serves(colour) || !version.retireAt ||
          *version.retireAt > nowMilliseconds())
        continue;
      version.retireAt.reset();
      proxy_->cut(colour);
    }
    // It may take its whole grace. If it serves again meanwhile, it stays.
    std::thread([this, colour] { llvm::consumeError(stop(colour)); }).detach();
  }
}

json::Value Supervised::statusOf(Colour colour) {
  Version &version = versions_[colour];
  const bool alive = version.running && version.running->alive();
  json::Object object{{"colour", colourName(colour)},
                      {"release", version.release},
                      {"port", version.port},
                      {"live", serves(colour)},
                      {"connections", proxy_ ? proxy_->traffic(colour).attached : 0},
                      {"state", version.state == Version::State::Starting ? "starting"
                                : alive                                   ? "ready"
                                                                          : "exited"}};
  if (version.running) object["group"] = version.running->group();
  if (version.retireAt && !serves(colour))
    object["retires_in"] = std::max<std::int64_t>(0, *version.retireAt - nowMilliseconds());
  return object;
}

json::Value Supervised::status() {
  std::lock_guard lock(mutex_);
  json::Array versions, services;
  for (Colour colour : {0, 1})
    if (versions_[colour].state != Version::State::Absent) versions.push_back(statusOf(colour));
  for (auto &[name, service] : services_)
    services.push_back(
        json::Object{{"name", name}, {"port", service.port}, {"alive", service.running->alive()}});
  return json::Object{{"ok", true},
                      {"public_port", proxy_ ? proxy_->port() : 0},
                      {"generation", generation_},
                      {"versions", std::move(versions)},
                      {"services", std::move(services)},
                      {"lease", owner_}};
}

json::Value Supervised::traffic(Colour colour) {
  std::lock_guard lock(mutex_);
  const ColourTraffic traffic = proxy_ ? proxy_->traffic(colour) : ColourTraffic{};
  const auto &running = versions_[colour].running;
  return json::Object{{"ok", true},
                      {"attached", traffic.attached},
                      {"busy", traffic.busy},
                      {"answers", traffic.answers},
                      {"alive", running && running->alive()}};
}

json::Value Supervised::times() {
  std::lock_guard lock(mutex_);
  const SwitchTimes times = proxy_ ? proxy_->times() : SwitchTimes{};
  return json::Object{{"ok", true},
                      {"switched", times.switched},
                      {"first_new", times.firstNewAnswer},
                      {"last_old", times.lastOldAnswer},
                      {"last_old_new_connection", times.lastOldAnswerOnNewConnection}};
}

std::string Supervised::log(llvm::StringRef of) {
  std::lock_guard lock(mutex_);
  if (const auto colour = colourFromText(of))
    return versions_[*colour].log ? versions_[*colour].log->text() : "";
  const auto found = services_.find(of.str());
  return found == services_.end() ? "" : found->second.log->text();
}

void Supervised::stopAll(bool gently) {
  std::lock_guard lock(mutex_);
  proxy_.reset();
  std::vector<services::Running *> versions, services;
  for (auto &version : versions_) {
    version.cancel.request_stop();
    if (version.running) versions.push_back(version.running.get());
  }
  for (auto &[name, service] : services_)
    services.push_back(service.running.get());
  if (!gently) {
    versions.insert(versions.end(), services.begin(), services.end());
    for (int signal : {SIGTERM, SIGKILL}) {
      for (auto *running : versions)
        host_.processes.signalGroup(running->group(), signal);
      // Asking reaps: nobody else may be left to do it.
      for (int waited = 0; waited < 300; waited += 10) {
        bool left = false;
        for (auto *running : versions)
          left |= running->alive() || host_.processes.groupAlive(running->group());
        if (!left) break;
        host_.clock.sleep(Duration{10});
      }
    }
    return;
  }
  // What uses a service ends before it; of one kind, all at once.
  for (auto *kind : {&versions, &services}) {
    std::vector<std::thread> threads;
    for (auto *running : *kind)
      threads.emplace_back([running] { running->stop(); });
    for (auto &thread : threads)
      thread.join();
  }
}

} // namespace pipelang::deploy
