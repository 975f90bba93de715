// A file as brackets see it: items in braces, brackets and parentheses, each a run of words and further
// groups. It knows nothing of the grammar, so a new construct needs nothing here. Read next: printer.h.
#pragma once

#include "compiler/parse/pieces.h"
#include <memory>
#include <string>
#include <vector>

namespace pipelang::formatting {

struct Group;

/// A comment on lines of its own, without the spaces at its end.
struct OwnComment {
  std::string text;
  bool blankBefore = false;
};

/// A word, a whole string, a comment in the midst of an item, or a group.
struct Node {
  PieceKind first = PieceKind::Name; ///< How it begins, and how it ends: for spaces.
  PieceKind last = PieceKind::Name;
  bool prefix = false;            ///< A sign in front of its operand.
  bool ownLine = false;           ///< A comment that does not stand behind something.
  bool suffix = false;            ///< A group right behind an operand: arguments, an index.
  bool forced = false;            ///< Cannot stand on one line.
  std::uint32_t width = 0;        ///< Code points on one line.
  std::uint32_t pad = 0;          ///< Further spaces in front of it, for columns.
  std::string text;               ///< Of a string of several lines: the first.
  std::vector<std::string> lines; ///< The others, without the indentation they share.
  bool verbatim = false;          ///< `lines` have theirs, and keep it.
  std::unique_ptr<Group> group;
};

/// What stands between two separators or commas.
struct Item {
  std::vector<OwnComment> comments; ///< In front of it.
  bool blankBefore = false;         ///< In front of comments and all.
  bool blankBehindComments = false;
  std::vector<Node> nodes;
  std::string trailing; ///< The comment behind it.
  bool forced = false;
  std::uint32_t width = 0; ///< On one line.
  std::uint32_t pad = 0;   ///< Further spaces behind its separator, for columns.
};

struct Group {
  char open = 0; ///< 0: the file.
  std::vector<Item> items;
  std::vector<OwnComment> comments; ///< Behind the last item.
  std::string openComment;          ///< Behind the opening bracket.
  bool spread = false;              ///< The author put it on several lines.
  bool names = false;               ///< Of an enum or union: on one line commas separate.
  bool comprehension = false;       ///< A list with `for`.
  std::uint32_t width = 0;          ///< On one line, brackets included.
};

/// The whole file.
Group build(const SourceFile &source, const std::vector<Piece> &pieces);

/// Whether the word `text` is a keyword here.
bool isKeyword(const Node &node, llvm::StringRef text);
bool isSymbol(const Node &node, llvm::StringRef text);
/// Whether one space stands between these two on one line.
bool spaced(const Node &before, const Node &node);
/// Code points.
std::uint32_t widthOf(llvm::StringRef text);

/// Puts each run of imports into order: the library's by name, then files. A comment or an empty line ends a
/// run.
void sortImports(Group &file);

/// Splits the text of a string of several lines, quotes and all, into `node`; takes away the indentation that
/// does not belong to its value. `measured`: whether it has one (text stands right behind the quotes).
void splitString(llvm::StringRef text, bool measured, Node &node);

} // namespace pipelang::formatting
