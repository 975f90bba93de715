#include "compiler/format/flat.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::formatting {
namespace {

bool isImport(const Item &item) {
  return isKeyword(item.nodes.front(), "import");
}

/// The library's modules come first.
std::pair<bool, std::string> keyOf(const Item &item) {
  std::string text;
  flatten(item, text);
  return {item.nodes.size() > 1 && item.nodes[1].first != PieceKind::Name, text};
}

} // namespace

void sortImports(Group &file) {
  std::vector<Item> &items = file.items;
  for (std::size_t at = 0; at < items.size();) {
    bool leads = isImport(items[at]) && (items[at].comments.empty() || items[at].blankBehindComments);
    std::size_t end = at + 1;
    while (leads && end < items.size() && isImport(items[end]) && items[end].comments.empty() &&
           !items[end].blankBefore)
      ++end;
    std::vector<OwnComment> comments = std::move(items[at].comments);
    bool blankBefore = items[at].blankBefore, blankBehind = items[at].blankBehindComments;
    items[at].comments.clear();
    items[at].blankBefore = items[at].blankBehindComments = false;
    if (leads)
      std::stable_sort(items.begin() + static_cast<std::ptrdiff_t>(at),
                       items.begin() + static_cast<std::ptrdiff_t>(end),
                       [](const Item &left, const Item &right) { return keyOf(left) < keyOf(right); });
    items[at].comments = std::move(comments);
    items[at].blankBefore = blankBefore;
    items[at].blankBehindComments = blankBehind;
    at = end;
  }
}

} // namespace pipelang::formatting
