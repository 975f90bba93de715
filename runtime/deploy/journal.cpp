#include "runtime/deploy/journal.h"
#include "compiler/support/bounded_json.h"
#include "runtime/deploy/json_fields.h"
#include "llvm/Support/JSON.h"
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace pipelang::deploy {
namespace json = llvm::json;

static std::string pathIn(llvm::StringRef stateDirectory) {
  return (stateDirectory + "/journal.jsonl").str();
}

llvm::Error append(llvm::StringRef stateDirectory, const JournalEntry &entry) {
  json::Object line{{"at", entry.at},
                    {"owner", json::fixUTF8(entry.owner)},
                    {"release", json::fixUTF8(entry.release)},
                    {"supervisor", entry.supervisor},
                    {"phase", toText(entry.rollout.phase)},
                    {"has_old", entry.rollout.hasOld},
                    {"old", entry.oldColour},
                    {"new", entry.newColour}};
  if (entry.effect) line["effect"] = toText(*entry.effect);
  if (entry.control) {
    line["control"] = toText(entry.control->word);
    line["actor"] = json::fixUTF8(entry.control->actor);
    line["reason"] = json::fixUTF8(entry.control->reason);
  }
  const std::string text = llvm::formatv("{0}\n", json::Value(std::move(line))).str();
  const std::string path = pathIn(stateDirectory);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const bool written = file >= 0 &&
                       ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fdatasync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (written) return llvm::Error::success();
  return llvm::createStringError(std::error_code(error, std::generic_category()), "cannot write %s: %s",
                                 path.c_str(), std::generic_category().message(error).c_str());
}

static std::optional<JournalEntry> entryFrom(llvm::StringRef line) {
  auto value = parseBoundedJson(line);
  if (!value) {
    llvm::consumeError(value.takeError());
    return std::nullopt;
  }
  const json::Object *object = value->getAsObject();
  const auto phase = phaseFromText(object ? textIn(*object, "phase") : "");
  if (!phase) return std::nullopt;
  const auto number = [&](const char *name) { return numberIn(*object, name, -1); };
  JournalEntry entry;
  entry.at = number("at");
  entry.owner = textIn(*object, "owner");
  entry.release = textIn(*object, "release");
  entry.supervisor = number("supervisor");
  entry.rollout = {*phase, flagIn(*object, "has_old")};
  entry.oldColour = static_cast<Colour>(number("old"));
  entry.newColour = static_cast<Colour>(number("new"));
  entry.effect = effectFromText(textIn(*object, "effect"));
  return entry;
}

std::optional<JournalEntry> lastEntry(llvm::StringRef stateDirectory) {
  std::ifstream file(pathIn(stateDirectory));
  std::optional<JournalEntry> last;
  for (std::string line; std::getline(file, line);)
    if (auto entry = entryFrom(line)) // A line that was cut says nothing.
      last = std::move(entry);
  return last;
}

} // namespace pipelang::deploy
