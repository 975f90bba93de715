// Columns: which `=` stand below each other, and which braces.
#include "compiler/format/printer.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace pipelang::formatting {
namespace {

/// Lines are not pulled apart further than this.
constexpr std::uint32_t widestPad = 16;

enum class Kind { None, Setting, Env, Out, Entry };

/// An item whose `=` may get a column, and where that is.
struct Row {
  Kind kind = Kind::None;
  std::size_t equals = 0;  ///< Its node.
  std::uint32_t width = 0; ///< In front of ` =`.
  bool spread = false;     ///< Takes several lines.
};

Row rowOf(const Item &item) {
  const std::vector<Node> &nodes = item.nodes;
  auto equalsAt = [&](std::size_t at) { return nodes.size() > at + 1 && isSymbol(nodes[at], "="); };
  if (equalsAt(1) && nodes[0].first == PieceKind::Name) return {Kind::Setting, 1, nodes[0].width};
  if (equalsAt(1) && nodes[0].group && nodes[0].group->open == '[' && !nodes[0].forced)
    return {Kind::Entry, 1, nodes[0].width};
  if (!equalsAt(2) || nodes[1].first != PieceKind::Name) return {};
  if (isKeyword(nodes[0], "env")) return {Kind::Env, 2, nodes[1].width};
  if (isKeyword(nodes[0], "out")) return {Kind::Out, 2, nodes[1].width};
  return {};
}

/// Whether the item takes several lines when it is `pad` columns wider; told from what it holds, so that the
/// answer is the same for the formatted text.
bool spreads(const Item &item, std::uint32_t indent, std::uint32_t pad) {
  if (llvm::any_of(item.nodes, [](const Node &node) { return node.forced; })) return true;
  return indent + item.width + pad > lineWidth && llvm::any_of(item.nodes, [](const Node &node) {
           return (node.group && !node.group->items.empty()) || breaksBehind(node);
         });
}

using Run = std::vector<std::size_t>; ///< Rows that share a column, ascending.

/// Settings go on over other statements up to an empty line; the other kinds only line by line. What takes
/// several lines ends its run.
std::vector<Run> runsOf(const std::vector<Row> &rows, const std::vector<Item> &items) {
  std::vector<Run> runs;
  for (Kind kind : {Kind::Setting, Kind::Env, Kind::Out, Kind::Entry}) {
    Run run;
    auto end = [&] {
      if (run.size() > 1) runs.push_back(run);
      run.clear();
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (items[i].blankBefore || items[i].blankBehindComments) end();
      if (rows[i].kind != kind && kind != Kind::Setting) end();
      if (rows[i].kind != kind) continue;
      run.push_back(i);
      if (rows[i].spread) end();
    }
    end();
  }
  return runs;
}

/// The width all of `run` gets, or 0 where that would pull lines too far apart.
std::uint32_t columnOf(const Run &run, const std::vector<Row> &rows) {
  std::uint32_t least = UINT32_MAX, most = 0;
  for (std::size_t i : run) {
    least = std::min(least, rows[i].width);
    most = std::max(most, rows[i].width);
  }
  return most - least > widestPad ? 0 : most;
}

/// The one-line braces at the end of the item whose fields are all `name = value`; else null.
Group *bracesOf(Item &item) {
  Node &last = item.nodes.back();
  if (!last.group || last.group->open != '{' || last.forced || last.group->items.empty()) return nullptr;
  bool fields =
      llvm::all_of(last.group->items, [](const Item &field) { return rowOf(field).kind == Kind::Setting; });
  return fields ? last.group.get() : nullptr;
}

bool sameFields(const Group &left, const Group &right) {
  return std::equal(
      left.items.begin(), left.items.end(), right.items.begin(), right.items.end(),
      [](const Item &one, const Item &other) { return one.nodes.front().text == other.nodes.front().text; });
}

/// Puts the braces of neighbouring rows, and the fields in them, into columns; not where that would not fit.
void alignBraces(llvm::MutableArrayRef<Item> items, std::uint32_t indent) {
  std::size_t count = bracesOf(items.front())->items.size();
  std::uint32_t base = 0, total = 0;
  std::vector<std::uint32_t> fields(count);
  for (Item &item : items) {
    Group &group = *bracesOf(item);
    base = std::max(base, item.width + item.nodes[1].pad - group.width);
    for (std::size_t k = 0; k < count; ++k)
      fields[k] = std::max(fields[k], group.items[k].width);
  }
  for (std::uint32_t field : fields)
    total += field + 2;
  if (indent + base + total + 4 > lineWidth) return;
  for (Item &item : items) {
    Group &group = *bracesOf(item);
    item.nodes.back().pad = base - (item.width + item.nodes[1].pad - group.width);
    for (std::size_t k = 0; k + 1 < count; ++k)
      group.items[k].pad = fields[k] - group.items[k].width;
  }
}

/// Neighbours in `run` that end in braces with the same fields.
void alignTables(Group &group, const Run &run, const std::vector<Row> &rows, std::uint32_t indent) {
  for (std::size_t from = 0; from < run.size();) {
    std::size_t to = from + 1;
    Group *first = rows[run[from]].spread ? nullptr : bracesOf(group.items[run[from]]);
    auto joins = [&](std::size_t i) {
      if (!first || run[i] != run[i - 1] + 1 || rows[run[i]].spread) return false;
      Group *next = bracesOf(group.items[run[i]]);
      return next && sameFields(*first, *next);
    };
    while (to < run.size() && joins(to))
      ++to;
    if (to - from > 1)
      alignBraces(llvm::MutableArrayRef<Item>(group.items).slice(run[from], to - from), indent);
    from = to;
  }
}

} // namespace

bool breaksBehind(const Node &node) {
  if (node.first == PieceKind::Comma) return true;
  if (node.prefix) return false;
  return isKeyword(node, "and") || isKeyword(node, "or") || isSymbol(node, "??") || isSymbol(node, "+") ||
         isSymbol(node, "-") || isSymbol(node, "*") || isSymbol(node, "/");
}

void alignColumns(Group &group, std::uint32_t indent) {
  std::vector<Row> rows;
  for (const Item &item : group.items) {
    rows.push_back(rowOf(item));
    rows.back().spread = spreads(item, indent, 0);
  }
  std::vector<Run> runs;
  // A wider column may push a row over its line, which ends the run there: again, until all fit.
  for (bool fits = false; !fits;) {
    fits = true;
    runs = runsOf(rows, group.items);
    for (const Run &run : runs) {
      std::uint32_t column = columnOf(run, rows);
      for (std::size_t i : run) {
        std::uint32_t pad = column == 0 ? 0 : column - rows[i].width;
        if (rows[i].spread || !spreads(group.items[i], indent, pad)) continue;
        rows[i].spread = true;
        fits = false;
      }
    }
  }
  for (const Run &run : runs) {
    std::uint32_t column = columnOf(run, rows);
    if (column == 0) continue;
    for (std::size_t i : run)
      group.items[i].nodes[rows[i].equals].pad = column - rows[i].width;
    if (rows[run.front()].kind == Kind::Setting) alignTables(group, run, rows, indent);
  }
}

} // namespace pipelang::formatting
