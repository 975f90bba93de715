// Document -> TOML 1.0. A table's own values stand before its sub-tables, as the format asks.
#include "compiler/support/code_points.h"
#include "compiler/support/rendered_lines.h"
#include "fmt/format.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang {

namespace {

llvm::Error tomlError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

std::string tomlString(llvm::StringRef text) {
  std::string quoted = "\"";
  forEachCodePoint(wellFormedUtf8(text), [&](std::uint32_t code, llvm::StringRef bytes) {
    if (code == '"' || code == '\\')
      quoted += "\\" + bytes.str();
    else if (code == '\n')
      quoted += "\\n";
    else if (code == '\t')
      quoted += "\\t";
    else if (isPrintable(code))
      quoted += bytes;
    else
      quoted += code <= 0xFFFF ? fmt::format("\\u{:04X}", code) : fmt::format("\\U{:08X}", code);
  });
  return quoted + "\"";
}

std::string tomlKey(llvm::StringRef key) {
  bool bare =
      !key.empty() && llvm::all_of(key, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '-'; });
  return bare ? key.str() : tomlString(key);
}

/// A list of maps, which becomes `[[array.of.tables]]`.
bool isTableList(const Document &document) {
  const DocumentList *list = document.asList();
  return list && !list->empty() && list->front().asMap();
}

bool isTable(const Document &document) {
  return document.asMap() || isTableList(document);
}

bool isTomlFloat(llvm::StringRef spelling) {
  spelling.consume_front("-");
  auto [mantissa, exponent] = spelling.split('e');
  auto [whole, fraction] = mantissa.split('.');
  auto digits = [](llvm::StringRef text) { return !text.empty() && llvm::all_of(text, llvm::isDigit); };
  if (!digits(whole) || (whole.size() > 1 && whole.front() == '0')) return false;
  if (mantissa.contains('.') && !digits(fraction)) return false;
  return !spelling.contains('e') || digits(exponent.ltrim("+-"));
}

class TomlWriter {
public:
  llvm::Expected<RenderedText> write(const Document &root) {
    if (!root.asMap()) return tomlError("TOML needs a map at the top");
    comment(root, root.origin);
    if (llvm::Error error = table(root, "", root.origin)) return error;
    return lines_.take();
  }

private:
  void comment(const Document &document, Span origin) {
    if (document.comment.empty()) return;
    llvm::SmallVector<llvm::StringRef> lines;
    llvm::StringRef(document.comment).split(lines, '\n');
    for (llvm::StringRef line : lines)
      lines_.line(line.empty() ? "#" : "# " + commentLine(line), origin);
  }

  llvm::Error table(const Document &document, const std::string &path, Span inherited) {
    for (const auto &[key, value] : *document.asMap()) {
      if (isTable(value)) continue;
      auto text = inlineValue(value, path + key);
      if (!text) return text.takeError();
      std::string after = value.comment.empty() ? "" : " # " + commentLine(value.comment);
      lines_.line(tomlKey(key) + " = " + *text + after, originOr(value, inherited));
    }
    for (const auto &[key, value] : *document.asMap()) {
      if (!isTable(value)) continue;
      std::string name = path.empty() ? tomlKey(key) : path + "." + tomlKey(key);
      if (llvm::Error error = subTable(value, name, originOr(value, inherited))) return error;
    }
    return llvm::Error::success();
  }

  llvm::Error subTable(const Document &value, const std::string &name, Span origin) {
    if (value.asMap()) return headedTable(value, "[" + name + "]", name, origin);
    for (const Document &element : *value.asList()) {
      if (!element.asMap()) return tomlError("`" + name + "` is a list of mixed kinds");
      Span place = originOr(element, origin);
      if (llvm::Error error = headedTable(element, "[[" + name + "]]", name, place)) return error;
    }
    return llvm::Error::success();
  }

  llvm::Error headedTable(const Document &value, llvm::StringRef header, const std::string &name,
                          Span origin) {
    if (started_) lines_.endLine(origin);
    comment(value, origin);
    lines_.line(header, origin);
    started_ = true;
    return table(value, name, origin);
  }

  /// `value` on one line. `place` names it in errors.
  llvm::Expected<std::string> inlineValue(const Document &value, const std::string &place) {
    started_ = true;
    if (value.isNull()) return tomlError("`" + place + "` has no value, and TOML has no null");
    if (const bool *flag = std::get_if<bool>(&value.node)) return *flag ? "true" : "false";
    if (const auto *number = std::get_if<std::int64_t>(&value.node)) return std::to_string(*number);
    if (const auto *number = std::get_if<Document::Decimal>(&value.node)) {
      if (isTomlFloat(number->spelling)) return number->spelling;
      return tomlError("`" + place + "`: `" + number->spelling + "` is no number of TOML's");
    }
    if (const std::string *text = value.asString()) return tomlString(*text);
    if (const DocumentList *list = value.asList()) return inlineList(*list, place);
    return inlineTable(*value.asMap(), place);
  }

  llvm::Expected<std::string> inlineList(const DocumentList &list, const std::string &place) {
    std::string text = "[";
    for (const Document &element : list) {
      if (element.node.index() != list.front().node.index())
        return tomlError("`" + place + "` is a list of mixed kinds");
      auto item = inlineValue(element, place);
      if (!item) return item.takeError();
      text += (text.size() > 1 ? ", " : "") + *item;
    }
    return text + "]";
  }

  llvm::Expected<std::string> inlineTable(const DocumentMap &map, const std::string &place) {
    std::string text = "{";
    for (const auto &[key, value] : map) {
      auto item = inlineValue(value, place + "." + key);
      if (!item) return item.takeError();
      text += (text.size() > 1 ? ", " : " ") + tomlKey(key) + " = " + *item;
    }
    return text + (map.empty() ? "}" : " }");
  }

  RenderedLines lines_;
  bool started_ = false; ///< Something stands above; a table's header is set off by an empty line.
};

} // namespace

llvm::Expected<RenderedText> toToml(const Document &document) {
  return TomlWriter().write(document);
}

} // namespace pipelang
