#include "runtime/deploy/control.h"
#include "runtime/deploy/json_fields.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace pipelang::deploy {
namespace json = llvm::json;

using Word = Control::Word;

llvm::StringRef toText(Word word) {
  switch (word) {
  case Word::Pause: return "pause";
  case Word::Promote: return "promote";
  case Word::Abort: return "abort";
  case Word::Resumed: return "resumed";
  }
  llvm_unreachable("a word");
}

std::string describe(const Control &control) {
  const char *done = control.word == Word::Pause     ? "paused"
                     : control.word == Word::Promote ? "promoted"
                     : control.word == Word::Abort   ? "aborted"
                                                     : "resumed";
  return fmt::format("{} by {}{}", done, control.actor, control.reason.empty() ? "" : ": " + control.reason);
}

llvm::Error say(llvm::StringRef file, const Control &control) {
  const std::string text =
      llvm::formatv("{0}\n", json::Value(json::Object{{"word", toText(control.word)},
                                                      {"actor", json::fixUTF8(control.actor)},
                                                      {"reason", json::fixUTF8(control.reason)},
                                                      {"at", control.at}}))
          .str();
  const int out = ::open(file.str().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const bool written =
      out >= 0 && ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  if (out >= 0) ::close(out);
  if (written) return llvm::Error::success();
  return llvm::createStringError(std::error_code(error, std::generic_category()), "cannot write %s: %s",
                                 file.str().c_str(), std::generic_category().message(error).c_str());
}

static std::optional<Control> controlFrom(llvm::StringRef line) {
  auto value = json::parse(line);
  if (!value) {
    llvm::consumeError(value.takeError());
    return std::nullopt;
  }
  const json::Object *object = value->getAsObject();
  for (const Word word : {Word::Pause, Word::Promote, Word::Abort, Word::Resumed})
    if (object && textIn(*object, "word") == toText(word))
      return Control{word, textIn(*object, "actor"), textIn(*object, "reason"), numberIn(*object, "at")};
  return std::nullopt;
}

std::vector<Control> Controls::news() {
  std::vector<Control> news;
  const int in = file_.empty() ? -1 : ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return news;
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = ::pread(in, buffer, sizeof buffer, read_ + static_cast<off_t>(text.size()))) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  ::close(in);
  for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
    read_ += static_cast<std::int64_t>(end) + 1;
    if (auto control = controlFrom(llvm::StringRef(text).take_front(end)))
      news.push_back(std::move(*control));
  }
  return news;
}

} // namespace pipelang::deploy
