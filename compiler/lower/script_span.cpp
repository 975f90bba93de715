#include "compiler/lower/script_span.h"

namespace pipelang::lowering {

namespace {

/// Walks a part's text as written and as meant side by side.
class Walk {
public:
  Walk(llvm::StringRef source, Span span, llvm::StringRef meant, bool raw)
      : written_(source.slice(span.begin, span.end)), meant_(meant), raw_(raw) {
    triple_ = source.take_front(span.begin).endswith("\"\"\"");
    if (!triple_) return;
    std::size_t line = written_.find('\n');
    bool dropped = line != llvm::StringRef::npos && written_.take_front(line).trim(" \t\r").empty();
    if (dropped) at_ = line + 1;
    lineStart_ = dropped;
  }

  /// How far into the written text byte `offset` of the meant one is.
  std::size_t to(std::size_t offset) {
    for (std::size_t meant = 0; at_ < written_.size(); meant += step(meant)) {
      if (lineStart_) skipIndentation(meant);
      lineStart_ = false;
      while (written_.substr(at_).startswith("\r\n"))
        ++at_;
      if (meant >= offset) break;
    }
    return std::min(at_, written_.size());
  }

private:
  static std::size_t blanks(llvm::StringRef text) { return text.size() - text.ltrim(" \t").size(); }

  void skipIndentation(std::size_t meant) {
    std::size_t have = blanks(written_.substr(at_)), keep = blanks(meant_.substr(meant));
    at_ += have > keep ? have - keep : 0;
  }

  /// One character of both; how many bytes of the meant text it is.
  std::size_t step(std::size_t meant) {
    llvm::StringRef rest = written_.substr(at_);
    lineStart_ = rest.front() == '\n';
    if (!raw_ && rest.startswith("\\#{")) return at_ += 3, 2;
    if (!raw_ && !triple_ && rest.startswith("\\\"")) return at_ += 2, 1;
    if (!raw_ && rest.startswith("\\\\")) return at_ += 2, 2;
    (void)meant;
    return ++at_, 1;
  }

  llvm::StringRef written_, meant_;
  std::size_t at_ = 0;
  bool raw_, triple_ = false, lineStart_ = false;
};

} // namespace

Span scriptSpan(const SourceFile &source, const ast::StringExpr &text, std::size_t offset, Span whole) {
  bool raw = !source.text().substr(whole.begin).startswith("\"");
  for (const ast::StringPart &part : text.parts) {
    const auto *plain = std::get_if<std::string>(&part.node);
    std::size_t size = plain ? plain->size() : 1;
    if (offset >= size) {
      offset -= size;
      continue;
    }
    if (!plain) return part.span;
    std::size_t at = Walk(source.text(), part.span, *plain, raw).to(offset);
    Span found = part.span;
    found.begin += static_cast<std::uint32_t>(at);
    found.end = std::min(found.begin + 1, part.span.end);
    return found;
  }
  return whole;
}

const WrittenScript::Piece &WrittenScript::at(std::size_t offset) const {
  std::size_t found = 0;
  while (found + 1 < pieces.size() && pieces[found + 1].begin <= offset)
    ++found;
  return pieces[found];
}

WrittenScript writtenScript(const ast::StringExpr &text, ShellDialect dialect) {
  std::vector<std::string> texts(1);
  for (const ast::StringPart &part : text.parts) {
    if (const auto *plain = std::get_if<std::string>(&part.node))
      texts.back() += *plain;
    else
      texts.emplace_back();
  }
  std::vector<HoleSite> sites = scanShell(texts, dialect).sites;
  WrittenScript result;
  std::size_t origin = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    result.pieces.push_back({result.text.size(), origin, false});
    result.text += texts[i];
    origin += texts[i].size();
    if (i == sites.size()) break;
    result.pieces.push_back({result.text.size(), origin++, true});
    result.text += quotedVariable(sites[i], "PIPE_" + std::to_string(i + 1));
  }
  return result;
}

} // namespace pipelang::lowering
