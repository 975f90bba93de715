#include "compiler/driver/lock_file.h"
#include "compiler/support/bounded_json.h"
#include "fmt/format.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace pipelang::driver {
namespace {

using llvm::json::Object;

llvm::Error wrong(const std::string &path, const std::string &what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s: %s", path.c_str(), what.c_str());
}

bool isHexadecimal(llvm::StringRef text, std::size_t digits) {
  return text.size() == digits && llvm::all_of(text, [](char c) { return llvm::isHexDigit(c); });
}

/// Exactly the texts `keys` of the object at `path`, in their order.
llvm::Expected<std::vector<std::string>> texts(const llvm::json::Value &value, const std::string &path,
                                               std::initializer_list<const char *> keys) {
  const Object *object = value.getAsObject();
  if (!object) return wrong(path, "expected an object");
  std::vector<std::string> found;
  for (const char *key : keys) {
    auto text = object->getString(key);
    if (!text || text->empty()) return wrong(path, fmt::format("`{}` is missing", key));
    found.push_back(text->str());
  }
  for (const auto &entry : *object)
    if (llvm::none_of(keys, [&](const char *key) { return llvm::StringRef(entry.first) == key; }))
      return wrong(path, fmt::format("unknown key `{}`", llvm::StringRef(entry.first).str()));
  return found;
}

llvm::Error readEntries(const Object &section, const std::string &name, LockFile &lock) {
  for (const auto &[key, value] : section) {
    std::string path = name + "." + llvm::StringRef(key).str();
    auto found = texts(value, path, {"version", "digest"});
    if (!found) return found.takeError();
    llvm::StringRef digest = (*found)[1];
    bool image = digest.consume_front("sha256:");
    if (!isHexadecimal(digest, image ? 64 : 40))
      return wrong(path, "`digest` is neither 40 hexadecimal digits of a commit nor `sha256:` and 64");
    lock.entries.push_back({llvm::StringRef(key).str(), (*found)[0], (*found)[1]});
  }
  return llvm::Error::success();
}

llvm::Error readTools(const Object &section, LockFile &lock) {
  for (const auto &[key, value] : section) {
    std::string path = "tools." + llvm::StringRef(key).str();
    auto found = texts(value, path, {"version", "url", "sha256"});
    if (!found) return found.takeError();
    if (!isHexadecimal((*found)[2], 64)) return wrong(path, "`sha256` is not 64 hexadecimal digits");
    if (!llvm::StringRef((*found)[1]).startswith("https://"))
      return wrong(path, "`url` must start with https://");
    lock.tools.push_back({llvm::StringRef(key).str(), (*found)[0], (*found)[1], (*found)[2]});
  }
  return llvm::Error::success();
}

llvm::Error readImports(const Object &section, LockFile &lock) {
  lock.imports.emplace();
  for (const auto &[key, value] : section) {
    const std::string path = llvm::StringRef(key).str();
    llvm::StringRef digest = value.getAsString().getValueOr("");
    if (!digest.consume_front("sha256:") || !isHexadecimal(digest, 64))
      return wrong("imports." + path, "expected `sha256:` and 64 hexadecimal digits");
    lock.imports->emplace(path, "sha256:" + digest.str());
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<LockFile> readLockFile(llvm::StringRef text) {
  auto json = parseBoundedJson(text);
  if (!json) return json.takeError();
  const Object *root = json->getAsObject();
  if (!root) return wrong("pipe.lock", "expected an object");
  LockFile lock;
  for (const auto &[key, value] : *root) {
    std::string name = llvm::StringRef(key).str();
    const Object *section = value.getAsObject();
    if (!section) return wrong(name, "expected an object");
    if (name == "imports") {
      if (llvm::Error error = readImports(*section, lock)) return error;
      continue;
    }
    bool entries = name == "actions" || name == "images";
    if (!entries && name != "tools") return wrong(name, "unknown section");
    if (llvm::Error error = entries ? readEntries(*section, name, lock) : readTools(*section, lock))
      return error;
  }
  llvm::sort(lock.entries, [](const LockEntry &a, const LockEntry &b) { return a.name < b.name; });
  llvm::sort(lock.tools, [](const plan::ToolPin &a, const plan::ToolPin &b) { return a.name < b.name; });
  return lock;
}

} // namespace pipelang::driver
