// Document -> JSON. Strings are escaped by LLVM; lines and origins are ours.
#include "compiler/support/code_points.h"
#include "compiler/support/rendered_lines.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang {

namespace {

std::string jsonString(llvm::StringRef text) {
  std::string quoted;
  llvm::raw_string_ostream(quoted) << llvm::json::Value(wellFormedUtf8(text));
  return quoted;
}

class JsonWriter {
public:
  RenderedText write(const Document &root) {
    value(root, 0, root.origin, "");
    return lines_.take();
  }

private:
  /// Writes `document` from the current place of a line on, then `after`, and ends the line.
  void value(const Document &document, unsigned depth, Span origin, llvm::StringRef after) {
    if (const DocumentList *list = document.asList(); list && !list->empty()) {
      lines_.line("[", origin);
      for (std::size_t i = 0; i < list->size(); ++i)
        child("", (*list)[i], depth + 1, origin, i + 1 == list->size());
      lines_.line(indentation(depth) + "]" + after.str(), origin);
    } else if (const DocumentMap *map = document.asMap(); map && !map->empty()) {
      lines_.line("{", origin);
      for (std::size_t i = 0; i < map->size(); ++i)
        child(jsonString((*map)[i].first) + ": ", (*map)[i].second, depth + 1, origin, i + 1 == map->size());
      lines_.line(indentation(depth) + "}" + after.str(), origin);
    } else {
      lines_.line(scalar(document) + after.str(), origin);
    }
  }

  void child(llvm::StringRef before, const Document &document, unsigned depth, Span inherited, bool last) {
    lines_.append(indentation(depth) + before.str());
    value(document, depth, originOr(document, inherited), last ? "" : ",");
  }

  static std::string indentation(unsigned depth) { return std::string(2 * depth, ' '); }

  static std::string scalar(const Document &value) {
    struct Spell {
      std::string operator()(std::monostate) const { return "null"; }
      std::string operator()(bool flag) const { return flag ? "true" : "false"; }
      std::string operator()(std::int64_t number) const { return std::to_string(number); }
      std::string operator()(const Document::Decimal &number) const { return number.spelling; }
      std::string operator()(const std::string &text) const { return jsonString(text); }
      std::string operator()(const DocumentList &) const { return "[]"; }
      std::string operator()(const DocumentMap &) const { return "{}"; }
    };
    return std::visit(Spell{}, value.node);
  }

  RenderedLines lines_;
};

} // namespace

RenderedText toJson(const Document &document) {
  return JsonWriter().write(document);
}

} // namespace pipelang
