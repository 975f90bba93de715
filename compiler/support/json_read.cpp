#include "compiler/support/document.h"
#include "fmt/format.h"
#include "llvm/Support/JSON.h"
#include <algorithm>

namespace pipelang {

static Document fromJsonValue(const llvm::json::Value &value);

/// LLVM keeps no order of keys, so they come sorted: same input, same bytes.
static Document fromJsonObject(const llvm::json::Object &object) {
  DocumentMap map;
  for (const auto &[key, value] : object)
    map.emplace_back(key.str(), fromJsonValue(value));
  std::sort(map.begin(), map.end(), [](auto &a, auto &b) { return a.first < b.first; });
  return map;
}

static Document fromJsonValue(const llvm::json::Value &value) {
  switch (value.kind()) {
  case llvm::json::Value::Null: return {};
  case llvm::json::Value::Boolean: return *value.getAsBoolean();
  case llvm::json::Value::Number:
    if (auto integer = value.getAsInteger()) return *integer;
    return Document::Decimal{fmt::format("{}", *value.getAsNumber())};
  case llvm::json::Value::String: return *value.getAsString();
  case llvm::json::Value::Array: {
    DocumentList list;
    for (const llvm::json::Value &element : *value.getAsArray())
      list.push_back(fromJsonValue(element));
    return list;
  }
  case llvm::json::Value::Object: return fromJsonObject(*value.getAsObject());
  }
  llvm_unreachable("every kind of JSON value is handled");
}

/// LLVM says `[line:column, byte=offset]: Expected …`; we say `line N: expected …`.
static llvm::Error inOurWords(llvm::Error error) {
  std::string message = llvm::toString(std::move(error));
  auto [place, text] = llvm::StringRef(message).split("]: ");
  llvm::StringRef line = place.ltrim('[').split(':').first;
  std::string lowered = text.empty() ? message : text.str();
  lowered[0] = llvm::toLower(lowered[0]);
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "line %s: %s", line.str().c_str(),
                                 lowered.c_str());
}

llvm::Expected<Document> readJson(llvm::StringRef text) {
  auto value = llvm::json::parse(text);
  if (!value) return inOurWords(value.takeError());
  return fromJsonValue(*value);
}

} // namespace pipelang
