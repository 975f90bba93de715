#include "runtime/deploy/supervisor.h"
#include "runtime/deploy/json_fields.h"
#include "runtime/deploy/line_socket.h"
#include "runtime/deploy/spec_json.h"
#include "runtime/deploy/supervised.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace pipelang::deploy {
namespace json = llvm::json;
namespace {

json::Value failure(llvm::Error error) {
  return json::Object{{"ok", false}, {"error", json::fixUTF8(llvm::toString(std::move(error)))}};
}

json::Value success() {
  return json::Object{{"ok", true}};
}

json::Value answerTo(llvm::Error error) {
  return error ? failure(std::move(error)) : success();
}

template <typename T> json::Value answerTo(llvm::Expected<T> value, const char *name) {
  if (!value) return failure(value.takeError());
  return json::Object{{"ok", true}, {name, *value}};
}

llvm::Error wrong(const char *what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s", what);
}

/// One connection: reads requests, answers them in order.
class Conversation {
public:
  Conversation(int descriptor, Supervised &supervised, int shutdownDescriptor)
      : socket_(descriptor), supervised_(supervised), shutdown_(shutdownDescriptor) {}
  ~Conversation() {
    if (token_) supervised_.release(*token_); // Its holder is gone.
  }
  void run();

private:
  json::Value answer(const json::Object &request);
  json::Value changing(llvm::StringRef command, const json::Object &request);
  json::Value ofColour(llvm::StringRef command, Colour colour, const json::Object &request);
  json::Value start(Colour colour, const json::Object &request);
  json::Value service(const json::Object &request);
  json::Value acquire(const json::Object &request);
  json::Value switchTo(Colour colour, const json::Object &request);

  LineSocket socket_;
  Supervised &supervised_;
  const int shutdown_;
  std::optional<std::int64_t> token_; ///< The lease this connection holds.
};

void Conversation::run() {
  while (true) {
    auto request = socket_.receive();
    if (!request) {
      llvm::consumeError(socket_.send(failure(request.takeError())));
      return;
    }
    if (!*request) return;
    if (auto error = socket_.send(answer(**request))) {
      llvm::consumeError(std::move(error));
      return;
    }
  }
}

json::Value Conversation::acquire(const json::Object &request) {
  auto token = supervised_.acquire(textIn(request, "owner"));
  if (token) token_ = *token;
  return answerTo(std::move(token), "token");
}

json::Value Conversation::start(Colour colour, const json::Object &request) {
  auto spec = specFromJson(request.get("spec") ? *request.get("spec") : json::Value(nullptr));
  if (!spec) return failure(spec.takeError());
  return answerTo(supervised_.start(colour, textIn(request, "release"), std::move(*spec)), "port");
}

json::Value Conversation::service(const json::Object &request) {
  auto spec = specFromJson(request.get("spec") ? *request.get("spec") : json::Value(nullptr));
  if (!spec) return failure(spec.takeError());
  return answerTo(supervised_.startService(*spec), "port");
}

json::Value Conversation::switchTo(Colour colour, const json::Object &request) {
  auto switched = supervised_.switchTo(colour, numberIn(request, "generation"));
  if (!switched) return failure(switched.takeError());
  return json::Object{{"ok", true}, {"generation", switched->generation}, {"switched", switched->at}};
}

json::Value Conversation::ofColour(llvm::StringRef command, Colour colour, const json::Object &request) {
  if (command == "start") return start(colour, request);
  if (command == "switch") return switchTo(colour, request);
  if (command == "drain")
    return answerTo(supervised_.drain(colour, Duration{numberIn(request, "within")}), "cut");
  if (command == "stop") return answerTo(supervised_.stop(colour));
  if (command == "retire") return answerTo(supervised_.retire(colour, Duration{numberIn(request, "after")}));
  return failure(wrong("unknown command"));
}

json::Value Conversation::changing(llvm::StringRef command, const json::Object &request) {
  if (auto error = supervised_.mayAct(numberIn(request, "token"))) return failure(std::move(error));
  if (command == "release") {
    supervised_.release(numberIn(request, "token"));
    return success();
  }
  if (command == "open")
    return answerTo(supervised_.open(static_cast<int>(numberIn(request, "port")), flagIn(request, "any")),
                    "port");
  if (command == "service") return service(request);
  if (command == "shutdown") {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(shutdown_, &one, sizeof one);
    return success();
  }
  if (const auto colour = colourFromText(textIn(request, "colour")))
    return ofColour(command, *colour, request);
  return failure(wrong("unknown colour"));
}

json::Value Conversation::answer(const json::Object &request) {
  const std::string command = textIn(request, "command");
  if (command == "hello") return json::Object{{"ok", true}, {"pid", static_cast<std::int64_t>(::getpid())}};
  if (command == "status") return supervised_.status();
  if (command == "times") return supervised_.times();
  if (command == "acquire") return acquire(request);
  if (command == "log")
    return json::Object{{"ok", true}, {"text", json::fixUTF8(supervised_.log(textIn(request, "of")))}};
  const auto colour = colourFromText(textIn(request, "colour"));
  if (command == "identify" && colour)
    return json::Object{{"ok", true}, {"proven", supervised_.identify(*colour)}};
  if (command == "traffic" && colour) return supervised_.traffic(*colour);
  return changing(command, request);
}

} // namespace

static bool isDeleted(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && status.st_nlink == 0;
}

void serveSupervisor(int listener, int stopDescriptor, int lock, host::Host &host) {
  // Conversations end with the process: what they use is never destroyed before.
  auto &supervised = *new Supervised(host);
  int shutdown[2];
  if (::pipe2(shutdown, O_CLOEXEC) != 0) return;
  while (true) {
    pollfd waits[] = {{listener, POLLIN, 0}, {stopDescriptor, POLLIN, 0}, {shutdown[0], POLLIN, 0}};
    ::poll(waits, 3, 100);
    if (waits[1].revents) return supervised.stopAll(false);
    if (waits[2].revents || isDeleted(lock)) return supervised.stopAll(true);
    if (waits[0].revents & POLLIN) {
      const int descriptor = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor >= 0)
        std::thread([descriptor, &supervised, write = shutdown[1]] {
          Conversation(descriptor, supervised, write).run();
        }).detach();
    }
    supervised.tick();
  }
}

} // namespace pipelang::deploy
