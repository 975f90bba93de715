#include "compiler/format/flat.h"

namespace pipelang::formatting {

bool spaced(const Node &before, const Node &node) {
  if (before.prefix || node.suffix || node.first == PieceKind::Comma) return false;
  if (isSymbol(before, "@")) return false;
  if (isSymbol(node, ".") || isSymbol(node, "?.") || isSymbol(before, ".") || isSymbol(before, "?."))
    return false;
  if (isSymbol(node, "?")) return isSymbol(before, "?"); // `??` would be another operator
  return !isSymbol(node, ":");
}

std::uint32_t widthAt(const Item &item, std::size_t at) {
  bool space = at > 0 && spaced(item.nodes[at - 1], item.nodes[at]);
  return item.nodes[at].width + (space ? 1 : 0);
}

void measure(Item &item) {
  item.width = 0;
  item.forced = !item.comments.empty() || !item.trailing.empty();
  for (std::size_t at = 0; at < item.nodes.size(); ++at) {
    item.width += widthAt(item, at);
    item.forced = item.forced || item.nodes[at].forced;
  }
}

void measure(Node &node) {
  Group &group = *node.group;
  bool braces = group.open == '{';
  bool empty = group.items.empty() && group.comments.empty() && group.openComment.empty();
  node.forced = !empty && (group.spread || !group.comments.empty() || !group.openComment.empty());
  group.width = braces && !group.items.empty() ? 4 : 2;
  for (const Item &item : group.items) {
    group.width += item.width + (&item == &group.items.front() ? 0 : 2);
    node.forced = node.forced || item.forced;
  }
  node.width = group.width;
}

static char closerOf(char open) {
  return open == '{' ? '}' : open == '[' ? ']' : ')';
}

void flatten(const Item &item, std::size_t at, std::string &text) {
  text.append(item.nodes[at].pad, ' ');
  if (at > 0 && spaced(item.nodes[at - 1], item.nodes[at])) text += ' ';
  flatten(item.nodes[at], text);
}

void flatten(const Item &item, std::string &text) {
  for (std::size_t at = 0; at < item.nodes.size(); ++at)
    flatten(item, at, text);
}

void flatten(const Node &node, std::string &text) {
  if (!node.group) {
    text += node.text;
    return;
  }
  const Group &group = *node.group;
  bool inner = group.open == '{' && !group.items.empty();
  text += group.open;
  if (inner) text += ' ';
  for (const Item &item : group.items) {
    flatten(item, text);
    if (&item == &group.items.back()) break;
    text += group.open == '{' && !group.names ? "; " : ", ";
    text.append(item.pad, ' ');
  }
  if (inner) text += ' ';
  text += closerOf(group.open);
}

} // namespace pipelang::formatting
