#include "compiler/support/document.h"

namespace pipelang {

Document &Document::set(llvm::StringRef key, Document value) {
  if (isNull()) node = DocumentMap{};
  auto &map = std::get<DocumentMap>(node);
  for (auto &[name, existing] : map)
    if (name == key) return existing = std::move(value);
  map.emplace_back(key.str(), std::move(value));
  return map.back().second;
}

Document &Document::push(Document value) {
  if (isNull()) node = DocumentList{};
  auto &list = std::get<DocumentList>(node);
  list.push_back(std::move(value));
  return list.back();
}

const Document *Document::find(llvm::StringRef key) const {
  if (const DocumentMap *map = asMap())
    for (const auto &[name, value] : *map)
      if (name == key) return &value;
  return nullptr;
}

} // namespace pipelang
