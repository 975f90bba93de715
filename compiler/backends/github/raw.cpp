#include "compiler/backends/github/raw.h"

namespace pipelang::backends::github {

/// False: `path` names a value that both have.
static bool merge(const Document &raw, Document &into, std::string &path) {
  const DocumentMap *map = raw.asMap();
  if (map && into.asMap()) {
    auto &entries = std::get<DocumentMap>(into.node);
    for (const auto &[key, value] : *map) {
      auto found = llvm::find_if(entries, [&, name = key](const auto &entry) { return entry.first == name; });
      if (found == entries.end()) {
        entries.emplace_back(key, value);
        continue;
      }
      std::string inner = path.empty() ? key : path + "." + key;
      if (!merge(value, found->second, inner)) {
        path = inner;
        return false;
      }
    }
    return true;
  }
  const DocumentList *list = raw.asList();
  if (!list || !into.asList()) return false;
  auto &elements = std::get<DocumentList>(into.node);
  elements.insert(elements.end(), list->begin(), list->end());
  return true;
}

void mergeRaw(const Scope &scope, const std::vector<plan::Raw> &raw, Document &document) {
  for (const plan::Raw &one : raw) {
    std::string path;
    if (one.target == plan::Target::Github && !merge(one.document, document, path))
      scope.diagnostics.report(one.origin, diag::RawOverwrites, path).note("set it in the language instead");
  }
}

} // namespace pipelang::backends::github
