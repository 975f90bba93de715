#include "compiler/driver/source_map.h"
#include "compiler/support/bounded_json.h"
#include "fmt/format.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"

namespace pipelang::driver {

using llvm::json::Array;
using llvm::json::Object;

std::string MappedFile::originOf(std::uint32_t line) const {
  std::string origin;
  for (const auto &[first, place] : origins)
    if (first <= line) origin = place;
  return origin;
}

std::string sha256(llvm::StringRef bytes) {
  llvm::SHA256 hash;
  hash.update(bytes);
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

MappedFile mapFile(const OutputFile &file, const Sources &sources, llvm::ArrayRef<std::string> names) {
  MappedFile mapped{sha256(file.content.text), {}};
  std::uint32_t line = 0;
  for (Span span : file.content.lineOrigins) {
    ++line;
    if (!span.valid()) span = file.origin;
    if (!sources.contains(span.file)) continue;
    std::string place =
        fmt::format("{}:{}", names[span.file.index()], sources[span.file].position(span.begin).line);
    if (mapped.origins.empty() || mapped.origins.back().second != place)
      mapped.origins.emplace_back(line, place);
  }
  return mapped;
}

std::string toText(const SourceMap &map) {
  // One run a line keeps the file's diffs readable.
  std::string text = "{\n  \"version\": 1,\n  \"files\": {";
  const char *separator = "\n";
  auto quoted = [](const std::string &value) { return llvm::formatv("{0}", llvm::json::Value(value)).str(); };
  for (const auto &[path, file] : map) {
    text += fmt::format("{}    {}: {{\n      \"sha256\": {},\n      \"origins\": [", separator, quoted(path),
                        quoted(file.sha256));
    const char *comma = "\n";
    for (const auto &[line, place] : file.origins) {
      text += fmt::format("{}        [{}, {}]", comma, line, quoted(place));
      comma = ",\n";
    }
    text += "\n      ]\n    }";
    separator = ",\n";
  }
  return text + "\n  }\n}\n";
}

static llvm::Error damaged(const char *what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "damaged source map: %s", what);
}

static llvm::Expected<MappedFile> mappedFile(const llvm::json::Value &value) {
  const Object *object = value.getAsObject();
  const Array *origins = object ? object->getArray("origins") : nullptr;
  if (!origins || !object->getString("sha256")) return damaged("a file without `sha256` or `origins`");
  MappedFile file{object->getString("sha256")->str(), {}};
  for (const llvm::json::Value &entry : *origins) {
    const Array *pair = entry.getAsArray();
    if (!pair || pair->size() != 2 || !(*pair)[0].getAsInteger() || !(*pair)[1].getAsString())
      return damaged("an origin that is no pair of line and place");
    file.origins.emplace_back(static_cast<std::uint32_t>(*(*pair)[0].getAsInteger()),
                              (*pair)[1].getAsString()->str());
  }
  return file;
}

llvm::Expected<SourceMap> sourceMapFromText(llvm::StringRef text) {
  auto json = parseBoundedJson(text);
  if (!json) return json.takeError();
  const Object *root = json->getAsObject();
  const Object *files = root ? root->getObject("files") : nullptr;
  if (!files || !root->getInteger("version") || *root->getInteger("version") != 1)
    return damaged("no `files`, or another version");
  SourceMap map;
  for (const auto &[path, value] : *files) {
    auto file = mappedFile(value);
    if (!file) return file.takeError();
    map[llvm::StringRef(path).str()] = std::move(*file);
  }
  return map;
}

} // namespace pipelang::driver
