// Strings of several lines: what of their indentation is value and what is layout, as parse/build_strings.cpp
// reads it.
#include "compiler/format/tree.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace pipelang::formatting {
namespace {

std::size_t indentation(llvm::StringRef line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

/// A carriage return alone is part of the value, and the rules for it are not ours to repeat.
bool hasLoneReturn(llvm::StringRef text) {
  for (std::size_t at = text.find('\r'); at != llvm::StringRef::npos; at = text.find('\r', at + 1))
    if (!text.substr(at + 1).startswith("\n")) return true;
  return false;
}

} // namespace

void splitString(llvm::StringRef text, bool measured, Node &node) {
  llvm::SmallVector<llvm::StringRef, 16> lines;
  text.split(lines, '\n');
  node.verbatim = !measured || hasLoneReturn(text);
  if (node.verbatim) {
    node.text = lines.front().str();
    for (llvm::StringRef line : llvm::ArrayRef<llvm::StringRef>(lines).drop_front())
      node.lines.push_back(line.str());
    return;
  }
  std::size_t least = SIZE_MAX;
  for (llvm::StringRef &line : lines)
    line.consume_back("\r");
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (indentation(lines[i]) < lines[i].size()) least = std::min(least, indentation(lines[i]));
  // An empty first line is no part of the value, with spaces or without.
  llvm::StringRef first = lines.front(), opener = first.rtrim(" \t");
  bool empty = opener == "\"\"\"" || opener == "r\"\"\"";
  node.text = empty ? opener.str() : first.str();
  for (std::size_t i = 1; i < lines.size(); ++i)
    node.lines.push_back(lines[i].drop_front(std::min(least, lines[i].size())).str());
}

} // namespace pipelang::formatting
