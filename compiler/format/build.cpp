// Pieces to items and groups.
#include "compiler/format/flat.h"
#include "compiler/format/tree.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::formatting {

std::uint32_t widthOf(llvm::StringRef text) {
  return static_cast<std::uint32_t>(
      llvm::count_if(text.bytes(), [](std::uint8_t byte) { return (byte & 0xC0) != 0x80; }));
}

bool isKeyword(const Node &node, llvm::StringRef text) {
  return node.first == PieceKind::Keyword && node.text == text;
}

bool isSymbol(const Node &node, llvm::StringRef text) {
  return node.first == PieceKind::Symbol && node.text == text;
}

namespace {

bool endsOperand(const Node &node) {
  switch (node.last) {
  case PieceKind::Name:
  case PieceKind::Number:
  case PieceKind::RawString:
  case PieceKind::StringClose:
  case PieceKind::Close: return true;
  default: return isSymbol(node, "?");
  }
}

class Builder {
public:
  Builder(const SourceFile &source, const std::vector<Piece> &pieces)
      : text_(source.text()), pieces_(pieces) {}

  /// Everything up to the closing bracket or the end.
  void fill(Group &group) {
    Item item;
    moveIn(group, item);
    while (at_ < pieces_.size() && here().kind != PieceKind::Close) {
      const Piece &piece = here();
      bool list = group.open == '(' || group.open == '[';
      if (piece.kind == PieceKind::Comment) {
        comment(group, item);
      } else if (piece.kind == PieceKind::Separator ||
                 (piece.kind == PieceKind::Comma && list && !group.comprehension)) {
        ++at_;
        finish(group, item);
      } else {
        begin(group, item);
        if (list && piece.kind == PieceKind::Keyword && textOf(piece) == "for") group.comprehension = true;
        item.nodes.push_back(node(item));
      }
    }
    if (at_ < pieces_.size() && here().linesBefore > 0 && group.open == '{') group.spread = true;
    finish(group, item);
  }

private:
  const Piece &here() const { return pieces_[at_]; }
  llvm::StringRef textOf(const Piece &piece) const { return text_.slice(piece.begin, piece.end); }

  /// Notes the empty lines and the line ends in front of the piece that comes.
  void begin(Group &group, Item &item) {
    if (!item.nodes.empty()) return;
    if (item.comments.empty())
      item.blankBefore = here().linesBefore > 1;
    else
      item.blankBehindComments = here().linesBefore > 1;
    bool first = group.items.empty() && item.comments.empty();
    if (here().linesBefore > 0 && (group.open == '{' || first)) group.spread = true;
  }

  void comment(Group &group, Item &item) {
    const Piece &piece = here();
    std::string text = textOf(piece).rtrim().str();
    ++at_;
    bool behind = piece.linesBefore == 0;
    if (item.nodes.empty()) {
      if (behind && item.comments.empty() && !group.items.empty() && group.items.back().trailing.empty())
        behindItem(group.items.back(), text);
      else if (behind && item.comments.empty() && group.items.empty() && group.open != 0 &&
               group.openComment.empty())
        group.openComment = text;
      else
        own(item, text);
      return;
    }
    bool last = ends(group, at_);
    if (behind && last) {
      item.trailing = text;
    } else if (last) {
      finish(group, item);
      own(item, text, piece.linesBefore > 1);
    } else if (takesBrackets(item.nodes.back()) && opensNext()) {
      movedIn_.push_back(std::move(text));
    } else {
      Node node = made(PieceKind::Comment, PieceKind::Comment);
      node.text = text;
      node.forced = true;
      node.ownLine = !behind;
      item.nodes.push_back(std::move(node));
    }
  }

  static bool takesBrackets(const Node &node) { return endsOperand(node) || isKeyword(node, "fn"); }

  /// Whether a bracket opens behind the comments that come.
  bool opensNext() const {
    std::size_t at = at_;
    while (at < pieces_.size() && pieces_[at].kind == PieceKind::Comment)
      ++at;
    return at < pieces_.size() && pieces_[at].kind == PieceKind::Open;
  }

  /// What stood between a name and its opening bracket stands behind the bracket.
  void moveIn(Group &group, Item &item) {
    for (std::string &text : movedIn_) {
      if (group.openComment.empty())
        group.openComment = std::move(text);
      else
        item.comments.push_back({std::move(text), false});
    }
    movedIn_.clear();
  }

  static void behindItem(Item &item, const std::string &text) {
    item.trailing = text;
    item.forced = true;
  }

  void own(Item &item, std::string text) { own(item, std::move(text), pieces_[at_ - 1].linesBefore > 1); }
  void own(Item &item, std::string text, bool blankBefore) {
    if (item.comments.empty()) item.blankBefore = blankBefore;
    item.comments.push_back({std::move(text), blankBefore});
  }

  /// Whether only comments stand between piece `at` and the end of the item.
  bool ends(const Group &group, std::size_t at) const {
    while (at < pieces_.size() && pieces_[at].kind == PieceKind::Comment)
      ++at;
    if (at == pieces_.size()) return true;
    PieceKind kind = pieces_[at].kind;
    bool list = group.open == '(' || group.open == '[';
    return kind == PieceKind::Separator || kind == PieceKind::Close ||
           (kind == PieceKind::Comma && list && !group.comprehension);
  }

  void finish(Group &group, Item &item) {
    if (item.nodes.empty() && at_ < pieces_.size() && here().kind != PieceKind::Close) return;
    if (item.nodes.empty()) {
      for (OwnComment &comment : item.comments)
        group.comments.push_back(std::move(comment));
    } else {
      measure(item);
      group.items.push_back(std::move(item));
    }
    item = {};
  }

  Node node(const Item &item) {
    if (here().kind == PieceKind::StringOpen) return string();
    if (here().kind == PieceKind::Open) return bracket(item);
    Node node = made(here().kind, here().kind);
    llvm::StringRef text = textOf(here());
    ++at_;
    node.text = text.str();
    node.prefix = isSymbol(node, "-") && (item.nodes.empty() || !endsOperand(item.nodes.back()));
    if (node.first == PieceKind::RawString && text.contains('\n')) split(node, text, !text.startswith("{"));
    node.width = widthOf(node.text);
    return node;
  }

  Node bracket(const Item &item) {
    Node node = made(PieceKind::Open, PieceKind::Close);
    node.group = std::make_unique<Group>();
    Group &group = *node.group;
    group.open = text_[here().begin];
    bool behind = !item.nodes.empty();
    node.suffix = group.open != '{' && behind && takesBrackets(item.nodes.back());
    for (const Node &before : item.nodes)
      group.names = group.names || isKeyword(before, "enum") || isKeyword(before, "union");
    ++at_;
    fill(group);
    ++at_; // the closing bracket
    bool transparent = (group.open == '(' && !node.suffix) || (group.open == '[' && node.suffix);
    if (transparent && group.items.size() == 1) group.spread = false;
    measure(node);
    return node;
  }

  Node string() {
    Node node = made(PieceKind::StringOpen, PieceKind::StringClose);
    std::uint32_t begin = here().begin;
    std::string text = textOf(here()).str();
    ++at_;
    bool measured = at_ < pieces_.size() && here().kind != PieceKind::HoleOpen;
    bool whole = true; // every hole stands on one line
    while (at_ < pieces_.size() && here().kind != PieceKind::StringClose) {
      if (here().kind != PieceKind::HoleOpen) {
        text += textOf(here());
        ++at_;
        continue;
      }
      ++at_;
      Group hole;
      hole.open = '(';
      fill(hole);
      ++at_; // its `}`
      text += "#{";
      for (const Item &item : hole.items) {
        whole = whole && !item.forced;
        flatten(item, text);
      }
      whole = whole && hole.comments.empty() && hole.openComment.empty() && hole.items.size() == 1;
      text += '}';
    }
    std::uint32_t end = at_ < pieces_.size() ? here().end : static_cast<std::uint32_t>(text_.size());
    text += text_.slice(end - (at_ < pieces_.size() ? here().end - here().begin : 0), end);
    ++at_;
    if (!whole) text = text_.slice(begin, end).str();
    node.text = text;
    if (llvm::StringRef(text).contains('\n')) split(node, text, measured && whole);
    node.width = widthOf(node.text);
    return node;
  }

  static Node made(PieceKind first, PieceKind last) {
    Node node;
    node.first = first;
    node.last = last;
    return node;
  }

  static void split(Node &node, llvm::StringRef text, bool measured) {
    splitString(text, measured, node);
    node.forced = true;
  }

  llvm::StringRef text_;
  const std::vector<Piece> &pieces_;
  std::size_t at_ = 0;
  std::vector<std::string> movedIn_; ///< Comments in front of the bracket that comes.
};

} // namespace

Group build(const SourceFile &source, const std::vector<Piece> &pieces) {
  Group file;
  Builder(source, pieces).fill(file);
  return file;
}

} // namespace pipelang::formatting
