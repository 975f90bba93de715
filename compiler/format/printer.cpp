// On one line what fits on one line; else brackets are opened, the last one that helps first.
#include "compiler/format/printer.h"
#include "compiler/format/flat.h"
#include "compiler/format/lines.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace pipelang::formatting {
namespace {

bool isComment(const Node &node) {
  return node.first == PieceKind::Comment;
}

/// What is still to come on the line where a run of nodes ends.
using Tail = std::uint32_t;

/// Nodes [from, to) of an item.
struct Stretch {
  Item &item;
  std::size_t from;
  std::size_t to;
};

class Printer {
public:
  explicit Printer(Breaks breaks) : breaks_(breaks) {}

  std::string file(Group &group) {
    items(group, 0, true);
    return lines_.text();
  }

private:
  /// Each item on a line of its own.
  void items(Group &group, std::uint32_t indent, bool top = false) {
    alignColumns(group, indent);
    bool spreadBefore = false, importBefore = false;
    for (Item &item : group.items) {
      bool first = &item == &group.items.front();
      std::size_t start = lines_.count();
      ownComments(item.comments, indent, item.blankBehindComments);
      std::size_t own = lines_.count();
      lines_.start(indent);
      nodes({item, 0, item.nodes.size()}, indent, 0);
      if (!item.trailing.empty()) lines_.comment(item.trailing);
      bool spread = lines_.count() - own > 1, import = isKeyword(item.nodes.front(), "import");
      bool apart = top && (spread || spreadBefore || import != importBefore);
      if (!first && (item.blankBefore || apart)) lines_.blank(start);
      spreadBefore = spread;
      importBefore = import;
    }
    if (!group.comments.empty() && group.comments.front().blankBefore && !group.items.empty())
      lines_.blank(lines_.count());
    ownComments(group.comments, indent, false);
  }

  void ownComments(const std::vector<OwnComment> &comments, std::uint32_t indent, bool blankBehind) {
    for (const OwnComment &comment : comments) {
      if (comment.blankBefore && &comment != &comments.front()) lines_.blank(lines_.count());
      lines_.start(indent);
      lines_.put(comment.text);
    }
    if (blankBehind && !comments.empty()) lines_.blank(lines_.count());
  }

  /// A statement `if`: its bodies are spread all or none. (`if … then … else …` has none.)
  static bool isChoice(const Stretch &stretch) {
    llvm::ArrayRef<Node> nodes(stretch.item.nodes);
    return isKeyword(nodes[stretch.from], "if") &&
           llvm::none_of(nodes, [](const Node &node) { return isKeyword(node, "then"); });
  }

  void nodes(Stretch stretch, std::uint32_t indent, Tail tail) {
    const std::vector<Node> &all = stretch.item.nodes;
    bool choice =
        isChoice(stretch) && (stretch.item.forced || lines_.column() + stretch.item.width + tail > lineWidth);
    bool ended = false; // by a comment
    for (std::size_t at = stretch.from; at < stretch.to; ++at) {
      const Node &node = all[at];
      bool first = at == stretch.from;
      if (isComment(node)) {
        if (node.ownLine || ended) lines_.start(indent + 2 * indentStep);
        lines_.put(node.ownLine || ended ? node.text : "  " + node.text);
        ended = true;
        continue;
      }
      bool broken = ended || (!first && breakHere(stretch, at, indent, tail));
      if (broken) lines_.start(isKeyword(node, "else") ? indent : indent + 2 * indentStep);
      ended = false;
      if (!first) lines_.put(std::string(node.pad, ' '));
      if (!first && !broken && spaced(all[at - 1], node)) lines_.put(" ");
      if (node.group)
        group(stretch, at, indent, tail, choice);
      else
        word(node, indent);
    }
  }

  void word(const Node &node, std::uint32_t indent) {
    lines_.put(node.text);
    for (const std::string &line : node.lines) {
      lines_.start(node.verbatim || line.empty() ? 0 : indent + indentStep);
      lines_.put(line);
    }
  }

  /// The columns from node `at` to where the line may end next: behind an operator, or in the next group.
  Tail until(const Stretch &stretch, std::size_t at, Tail tail, bool intoGroups) const {
    Tail width = 0;
    for (; at < stretch.to; ++at) {
      const Node &node = stretch.item.nodes[at];
      Tail whole = widthAt(stretch.item, at);
      if (node.group && (intoGroups || node.forced)) return width + whole - node.width + 1;
      width += whole;
      if (node.forced || (breaks_ == Breaks::AfterOperators && breaksBehind(node))) return width;
    }
    return width + tail;
  }

  /// Whether node `at` begins a new line: it stands behind an operator, does not fit, and would there. What
  /// fits on no line is going to be opened at its first group, so only what comes before that counts; the
  /// answer must be the same once it is.
  bool breakHere(const Stretch &stretch, std::size_t at, std::uint32_t indent, Tail tail) const {
    if (breaks_ != Breaks::AfterOperators || !breaksBehind(stretch.item.nodes[at - 1])) return false;
    std::uint32_t room = lineWidth - std::min(lineWidth, indent + 2 * indentStep);
    std::size_t end = at;
    bool forced = stretch.item.nodes[at].forced;
    while (end + 1 < stretch.to && !breaksBehind(stretch.item.nodes[end]))
      forced |= stretch.item.nodes[++end].forced;
    Tail width = forced ? room + 1 : until(stretch, at, tail, false);
    if (width > room) width = until(stretch, at, tail, true);
    return lines_.column() + width > lineWidth && width <= room;
  }

  void group(const Stretch &stretch, std::size_t at, std::uint32_t indent, Tail tail, bool choice) {
    const Node &node = stretch.item.nodes[at];
    Group &group = *node.group;
    Tail rest = until(stretch, at + 1, tail, true);
    bool fits = lines_.column() + node.width + rest <= lineWidth;
    bool empty = group.items.empty() && group.comments.empty() && group.openComment.empty();
    bool keep = fits && !node.forced && !(choice && group.open == '{');
    if (empty || keep) {
      std::string text;
      flatten(node, text);
      lines_.put(text);
    } else if (group.open == '{') {
      open(group, "{");
      items(group, indent + indentStep);
      lines_.start(indent);
      lines_.put("}");
    } else if (hugs(group)) {
      hug(group, indent, rest);
    } else {
      list(group, indent, node.suffix || group.open == '[');
    }
  }

  void open(const Group &group, llvm::StringRef bracket) {
    lines_.put(bracket);
    if (!group.openComment.empty()) lines_.comment(group.openComment);
  }

  /// Whether the brackets stay at their content: `f([`, `rules("x", [`.
  bool hugs(const Group &group) const {
    if (group.spread || group.comprehension || !group.comments.empty() || !group.openComment.empty() ||
        group.items.empty())
      return false;
    for (const Item &item : group.items)
      if (!item.comments.empty() || !item.trailing.empty()) return false;
    if (group.items.size() == 1) return true;
    Tail width = lines_.column() + 1;
    for (const Item &item : llvm::ArrayRef<Item>(group.items).drop_back()) {
      if (item.forced) return false;
      width += item.width + 2;
    }
    const Item &last = group.items.back();
    const Node &end = last.nodes.back();
    bool others =
        llvm::any_of(llvm::ArrayRef<Node>(last.nodes).drop_back(), [](const Node &n) { return n.forced; });
    bool opens = end.forced || (end.group && end.group->open != '(' && !end.group->items.empty());
    Tail opener = end.group ? 1 : end.width;
    if (end.forced && !end.group) return !others && width + last.width <= lineWidth;
    return !others && opens && width + last.width - end.width + opener <= lineWidth;
  }

  void hug(Group &group, std::uint32_t indent, Tail rest) {
    lines_.put(group.open == '(' ? "(" : "[");
    for (Item &item : group.items) {
      bool last = &item == &group.items.back();
      nodes({item, 0, item.nodes.size()}, indent, last ? rest + 1 : 1);
      if (!last) lines_.put(", ");
    }
    lines_.put(group.open == '(' ? ")" : "]");
  }

  /// One element a line; a comprehension one clause a line.
  void list(Group &group, std::uint32_t indent, bool commas) {
    open(group, group.open == '(' ? "(" : "[");
    std::uint32_t inner = indent + indentStep;
    for (Item &item : group.items) {
      if (item.blankBefore && &item != &group.items.front()) lines_.blank(lines_.count());
      ownComments(item.comments, inner, item.blankBehindComments);
      if (group.comprehension)
        clauses(item, inner);
      else
        element(item, inner, commas);
      if (!item.trailing.empty()) lines_.comment(item.trailing);
    }
    ownComments(group.comments, inner, false);
    lines_.start(indent);
    lines_.put(group.open == '(' ? ")" : "]");
  }

  void element(Item &item, std::uint32_t indent, bool comma) {
    lines_.start(indent);
    nodes({item, 0, item.nodes.size()}, indent, 1);
    if (comma) lines_.put(",");
  }

  void clauses(Item &item, std::uint32_t indent) {
    std::size_t from = 0;
    for (std::size_t at = 1; at <= item.nodes.size(); ++at) {
      if (at < item.nodes.size() && !isKeyword(item.nodes[at], "for")) continue;
      lines_.start(indent);
      nodes({item, from, at}, indent, 0);
      from = at;
    }
  }

  Breaks breaks_;
  Lines lines_;
};

} // namespace

std::string print(Group &file, Breaks breaks) {
  return Printer(breaks).file(file);
}

} // namespace pipelang::formatting
