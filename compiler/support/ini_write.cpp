// Document -> INI. Its readers agree on little, so what any of them could misread is refused:
// nothing is quoted or escaped.
#include "compiler/support/code_points.h"
#include "compiler/support/rendered_lines.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang {

namespace {

llvm::Error iniError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

bool isOneLine(llvm::StringRef text) {
  bool printable = true;
  forEachCodePoint(wellFormedUtf8(text), [&](std::uint32_t code, llvm::StringRef) {
    printable &= isPrintable(code) || code == '\t';
  });
  return printable && text.trim() == text;
}

class IniWriter {
public:
  llvm::Expected<RenderedText> write(const Document &root) {
    const DocumentMap *map = root.asMap();
    if (!map) return iniError("INI needs a map at the top");
    comment(root, root.origin);
    for (const auto &[key, value] : *map)
      if (!isSection(value))
        if (llvm::Error error = setting(key, value, root.origin)) return error;
    for (const auto &[key, value] : *map)
      if (isSection(value))
        if (llvm::Error error = sections(key, value, originOr(value, root.origin))) return error;
    return lines_.take();
  }

private:
  static bool isSection(const Document &value) {
    const DocumentList *list = value.asList();
    return value.asMap() || (list && !list->empty() && list->front().asMap());
  }

  void comment(const Document &document, Span origin) {
    if (document.comment.empty()) return;
    llvm::SmallVector<llvm::StringRef> lines;
    llvm::StringRef(document.comment).split(lines, '\n');
    for (llvm::StringRef line : lines)
      lines_.line(line.empty() ? "#" : "# " + commentLine(line), origin);
  }

  /// One section, or for a list of maps one of the same name for each.
  llvm::Error sections(llvm::StringRef name, const Document &value, Span origin) {
    if (value.asMap()) return section(name, value, origin);
    for (const Document &element : *value.asList()) {
      if (!element.asMap()) return iniError("`" + name + "` is a list of mixed kinds");
      if (llvm::Error error = section(name, element, originOr(element, origin))) return error;
    }
    return llvm::Error::success();
  }

  llvm::Error section(llvm::StringRef name, const Document &value, Span origin) {
    if (!isOneLine(name) || name.empty() || name.contains(']'))
      return iniError("`" + name + "` cannot name a section of INI");
    if (started_) lines_.endLine(origin);
    comment(value, origin);
    lines_.line("[" + name.str() + "]", origin);
    started_ = true;
    for (const auto &[key, entry] : *value.asMap()) {
      if (isSection(entry)) return iniError("`" + name + "." + key + "` is nested too deeply for INI");
      if (llvm::Error error = setting(key, entry, origin)) return error;
    }
    return llvm::Error::success();
  }

  /// `key = value`; a list repeats the key, once for each element.
  llvm::Error setting(llvm::StringRef key, const Document &value, Span inherited) {
    if (key.empty() || !isOneLine(key) || key.find_first_of("=:#;[]") != llvm::StringRef::npos)
      return iniError("`" + key + "` cannot be a key of INI");
    if (const DocumentList *list = value.asList()) {
      for (const Document &element : *list)
        if (llvm::Error error = setting(key, element, originOr(value, inherited))) return error;
      return llvm::Error::success();
    }
    auto text = scalar(key, value);
    if (!text) return text.takeError();
    lines_.line(key.str() + " = " + *text, originOr(value, inherited));
    started_ = true;
    return llvm::Error::success();
  }

  static llvm::Expected<std::string> scalar(llvm::StringRef key, const Document &value) {
    if (const bool *flag = std::get_if<bool>(&value.node)) return *flag ? "true" : "false";
    if (const auto *number = std::get_if<std::int64_t>(&value.node)) return std::to_string(*number);
    if (const auto *number = std::get_if<Document::Decimal>(&value.node)) return number->spelling;
    if (const std::string *text = value.asString()) {
      if (isOneLine(*text)) return *text;
      return iniError("the value of `" + key + "` cannot stand on one line of INI");
    }
    if (value.isNull()) return iniError("`" + key + "` has no value, and INI has no null");
    return iniError("`" + key + "` is nested too deeply for INI");
  }

  RenderedLines lines_;
  bool started_ = false;
};

} // namespace

llvm::Expected<RenderedText> toIni(const Document &document) {
  return IniWriter().write(document);
}

} // namespace pipelang
