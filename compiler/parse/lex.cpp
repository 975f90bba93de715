// Runs the automaton over bytes and closes what the text leaves open. Gives up on texts that are one
// endless chain of operators.
#include "PipeLexer.h"
#include "compiler/parse/automaton.h"
#include "compiler/parse/chains.h"

namespace pipelang::parser {
namespace {

using grammar::PipeLexer;

/// The tokens of a text, one after the other.
class Lexer {
public:
  explicit Lexer(llvm::StringRef text) : text_(text) {}

  bool atEnd() const { return at_ == text_.size(); }
  Lexeme next() {
    const auto [ending, end] = automaton::match(text_, at_, modes_.back());
    const Lexeme token{ending.kind, static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end)};
    at_ = end;
    if (ending.closes) popMode();
    if (ending.opens) modes_.push_back(ending.opens - 1);
    return token;
  }
  /// A `}` that closes nothing leaves the mode alone.
  void popMode() {
    if (modes_.size() > 1) modes_.pop_back();
  }

private:
  llvm::StringRef text_;
  std::size_t at_ = 0;
  std::vector<std::uint8_t> modes_ = {0}; ///< Those of the grammar that are open, the innermost last.
};

/// The loop around the lexer: knows which strings and holes are open.
class Run {
public:
  explicit Run(const Source &source) : source_(source), lexer_(source.text) {}

  std::vector<Lexeme> tokens() {
    while (!lexer_.atEnd()) {
      const Lexeme token = lexer_.next();
      if (token.begin < byteOrderMark_) continue;
      if (token.kind == PipeLexer::NEWLINE) closeQuoted(token.begin);
      if (!chains_.takeRaw(token.kind, source_.textOf(token))) return tooLong(token);
      track(token);
      tokens_.push_back(token);
    }
    if (!open_.empty()) closeDownTo(0, static_cast<std::uint32_t>(source_.text.size()), "file");
    return std::move(tokens_);
  }

private:
  std::vector<Lexeme> tooLong(const Lexeme &token) {
    source_.diagnostics.report(source_.span(token), diag::TooLong, static_cast<std::int64_t>(chainLimit));
    return {};
  }

  void track(const Lexeme &token) {
    switch (token.kind) {
    case PipeLexer::STRING_OPEN:
    case PipeLexer::TRIPLE_OPEN:
    case PipeLexer::HOLE_OPEN:
    case PipeLexer::LBRACE:
      open_.push_back(token);
      openAt_.push_back(tokens_.size());
      break;
    case PipeLexer::STRING_CLOSE:
    case PipeLexer::RBRACE:
      if (!open_.empty()) pop();
      break;
    default: break;
    }
  }

  /// At a line's end no `"…"` may be open, nor anything in its holes.
  void closeQuoted(std::uint32_t at) {
    for (std::size_t i = 0; i < open_.size(); ++i)
      if (open_[i].kind == PipeLexer::STRING_OPEN) return closeDownTo(i, at, "line");
  }

  /// Reports the outermost open string or hole from `bottom` up, and closes all from there.
  void closeDownTo(std::size_t bottom, std::uint32_t at, llvm::StringRef where) {
    for (std::size_t i = bottom; i < open_.size(); ++i) {
      if (open_[i].kind == PipeLexer::LBRACE) continue;
      bool hole = i + 1 < open_.size() && open_[i + 1].kind == PipeLexer::HOLE_OPEN;
      if (hole) at = endHole(i + 2, at);
      if (hole)
        source_.diagnostics.report(source_.span(open_[i + 1]), diag::UnterminatedHole, where);
      else
        source_.diagnostics.report(source_.span(open_[i].begin, at), diag::UnterminatedString, where)
            .fix(source_.span(at, at), open_[i].kind == PipeLexer::TRIPLE_OPEN ? "\"\"\"" : "\"",
                 "close the string");
      break;
    }
    auto strings =
        std::count_if(open_.begin() + static_cast<std::ptrdiff_t>(bottom), open_.end(), opensString);
    while (open_.size() > bottom) {
      std::uint32_t kind = open_.back().kind;
      if (strings == 0 && kind == PipeLexer::LBRACE) return open_.clear(); // balanceBrackets reports these
      bool string = opensString(open_.back());
      strings -= string;
      tokens_.push_back(
          {static_cast<std::uint32_t>(string ? PipeLexer::STRING_CLOSE : PipeLexer::RBRACE), at, at});
      pop();
      lexer_.popMode();
    }
  }

  /// `"a #{b"`: what looks like a string in the unclosed hole is the end of the one around it. Forgets it;
  /// returns where it began, or `at`.
  std::uint32_t endHole(std::size_t from, std::uint32_t at) {
    for (std::size_t i = from; i < open_.size(); ++i) {
      if (!opensString(open_[i])) continue;
      at = open_[i].begin;
      tokens_.resize(openAt_[i]);
      for (; open_.size() > i; pop())
        lexer_.popMode();
    }
    return at;
  }

  void pop() {
    open_.pop_back();
    openAt_.pop_back();
  }

  static bool opensString(const Lexeme &token) {
    return token.kind == PipeLexer::STRING_OPEN || token.kind == PipeLexer::TRIPLE_OPEN;
  }

  const Source &source_;
  Lexer lexer_;
  std::uint32_t byteOrderMark_ = source_.text.startswith("\xEF\xBB\xBF") ? 3 : 0; ///< Its bytes, skipped.
  Chains chains_ = Chains(10 * chainLimit);
  std::vector<Lexeme> tokens_;
  std::vector<Lexeme> open_;        ///< Openers of what is open, outermost first.
  std::vector<std::size_t> openAt_; ///< Their places in tokens_.
};

} // namespace

std::vector<Lexeme> lex(const Source &source) {
  return Run(source).tokens();
}

} // namespace pipelang::parser
