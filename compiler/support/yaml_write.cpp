// Document -> YAML. Quoting is decided in yaml_scalar.cpp; this file is about lines, indentation,
// comments and origins.
#include "compiler/support/code_points.h"
#include "compiler/support/rendered_lines.h"
#include "compiler/support/yaml_scalar.h"

namespace pipelang {

namespace {

constexpr unsigned step = 2;
/// YAML readers look at most 1024 characters ahead for the `:` of a key.
constexpr std::size_t longestPlainKey = 1000;

class YamlWriter {
public:
  RenderedText write(const Document &root) {
    if (hasLines(root)) {
      commentsAbove(root, 0, root.origin);
      children(root, 0, root.origin);
    } else {
      scalarAndEnd(root, 0, root.origin);
    }
    return lines_.take();
  }

private:
  /// A list or map that is not empty: its children stand on lines of their own.
  static bool hasLines(const Document &document) {
    if (const DocumentList *list = document.asList()) return !list->empty();
    if (const DocumentMap *map = document.asMap()) return !map->empty();
    return false;
  }

  static std::string spaces(unsigned count) { return std::string(count, ' '); }

  void commentsAbove(const Document &document, unsigned indent, Span inherited) {
    if (document.comment.empty()) return;
    llvm::StringRef rest = document.comment;
    while (true) {
      auto [line, more] = rest.split('\n');
      std::string text = line.empty() ? "#" : "# " + commentLine(line);
      lines_.line(spaces(indent) + text, originOr(document, inherited));
      if (more.empty()) return;
      rest = more;
    }
  }

  void children(const Document &document, unsigned indent, Span inherited) {
    if (const DocumentList *list = document.asList()) {
      for (const Document &element : *list)
        item(element, indent, originOr(element, inherited));
    } else {
      for (const auto &[key, value] : *document.asMap())
        entry(key, value, indent, originOr(value, inherited));
    }
  }

  void item(const Document &element, unsigned indent, Span origin) {
    if (hasLines(element)) commentsAbove(element, indent, origin);
    lines_.append(pending_.empty() ? spaces(indent) : std::exchange(pending_, {}));
    lines_.append("-");
    if (!hasLines(element)) {
      lines_.append(" ");
      scalarAndEnd(element, indent + step, origin);
    } else if (beginsWithComment(element)) {
      lines_.endLine(origin); // the comment needs a line of its own first
      children(element, indent + step, origin);
    } else {
      pending_ = " "; // the first child goes on in this line
      children(element, indent + step, origin);
    }
  }

  /// Whether the first line of a list or map with lines would be a comment.
  static bool beginsWithComment(const Document &document) {
    const Document &first = document.asList() ? document.asList()->front() : document.asMap()->front().second;
    return hasLines(first) && !first.comment.empty();
  }

  void entry(llvm::StringRef key, const Document &value, unsigned indent, Span origin) {
    if (hasLines(value)) commentsAbove(value, indent, origin);
    lines_.append(pending_.empty() ? spaces(indent) : std::exchange(pending_, {}));
    std::string spelled = yamlScalar(key);
    if (spelled.size() > longestPlainKey) {
      lines_.append("? " + spelled);
      lines_.endLine(origin);
      lines_.append(spaces(indent) + ":");
    } else {
      lines_.append(spelled + ":");
    }
    if (hasLines(value)) {
      lines_.endLine(origin);
      children(value, indent + step, origin);
    } else {
      lines_.append(" ");
      scalarAndEnd(value, indent + step, origin);
    }
  }

  void scalarAndEnd(const Document &value, unsigned indent, Span origin) {
    std::string comment = value.comment.empty() ? "" : " # " + commentLine(value.comment);
    const std::string *text = value.asString();
    std::optional<std::string> header = text ? yamlBlockHeader(*text) : std::nullopt;
    if (!header) {
      lines_.line(scalar(value) + comment, origin);
      return;
    }
    lines_.line(*header + comment, origin);
    llvm::StringRef rest = *text;
    while (!rest.empty()) {
      auto [line, more] = rest.split('\n');
      lines_.line(line.empty() ? "" : spaces(std::max(indent, step)) + line.str(), origin);
      rest = more;
    }
  }

  static std::string scalar(const Document &value) {
    struct Spell {
      std::string operator()(std::monostate) const { return "null"; }
      std::string operator()(bool flag) const { return flag ? "true" : "false"; }
      std::string operator()(std::int64_t number) const { return std::to_string(number); }
      std::string operator()(const Document::Decimal &number) const { return number.spelling; }
      std::string operator()(const std::string &text) const { return yamlScalar(text); }
      std::string operator()(const DocumentList &) const { return "[]"; }
      std::string operator()(const DocumentMap &) const { return "{}"; }
    };
    return std::visit(Spell{}, value.node);
  }

  RenderedLines lines_;
  std::string pending_; ///< What stands before the next item or key instead of its indentation.
};

} // namespace

RenderedText toYaml(const Document &document) {
  return YamlWriter().write(document);
}

} // namespace pipelang
