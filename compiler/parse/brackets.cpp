// Gives every bracket its partner: one that is missing is reported at its other half and supplied.
#include "PipeLexer.h"
#include "compiler/parse/tokens.h"
#include <algorithm>

namespace pipelang::parser {
namespace {

using grammar::PipeLexer;

bool opens(std::uint32_t kind) {
  return kind == PipeLexer::LBRACE || kind == PipeLexer::HOLE_OPEN || kind == PipeLexer::LPAREN ||
         kind == PipeLexer::LBRACKET;
}
bool closes(std::uint32_t kind) {
  return kind == PipeLexer::RBRACE || kind == PipeLexer::RPAREN || kind == PipeLexer::RBRACKET;
}
std::uint32_t closerOf(std::uint32_t opener) {
  if (opener == PipeLexer::LPAREN) return PipeLexer::RPAREN;
  if (opener == PipeLexer::LBRACKET) return PipeLexer::RBRACKET;
  return PipeLexer::RBRACE;
}

class Balance {
public:
  Balance(const Source &source, const std::vector<Lexeme> &tokens) : source_(source), tokens_(tokens) {
    std::ptrdiff_t open = 0;
    for (const Lexeme &token : tokens)
      open += token.kind == PipeLexer::LBRACE || token.kind == PipeLexer::HOLE_OPEN ? 1
              : token.kind == PipeLexer::RBRACE                                     ? -1
                                                                                    : 0;
    bracesMissing_ = open;
    surplus_ = -open;
  }

  bool run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Lexeme &token = tokens_[i];
      if (bracesMissing_ > 0 && i > 0 && tokens_[i - 1].kind == PipeLexer::NEWLINE) outdented(i);
      if (opens(token.kind)) {
        if (stack_.size() >= nestingLimit) {
          source_.diagnostics.report(source_.span(token), diag::TooDeep,
                                     static_cast<std::int64_t>(nestingLimit));
          return false;
        }
        stack_.push_back(i);
      } else if (closes(token.kind) && !close(i)) {
        dropped_.push_back(i);
      }
    }
    finish();
    return true;
  }

  std::vector<Lexeme> result() {
    if (inserted_.empty() && dropped_.empty()) return tokens_;
    std::stable_sort(inserted_.begin(), inserted_.end(),
                     [](const auto &left, const auto &right) { return left.first < right.first; });
    std::vector<Lexeme> all;
    std::size_t insert = 0, drop = 0;
    for (std::size_t i = 0; i <= tokens_.size(); ++i) {
      while (insert < inserted_.size() && inserted_[insert].first == i)
        all.push_back(inserted_[insert++].second);
      if (i == tokens_.size()) break;
      if (drop < dropped_.size() && dropped_[drop] == i)
        ++drop;
      else
        all.push_back(tokens_[i]);
    }
    return all;
  }

private:
  /// False: the token at `i` closes nothing and is to be dropped.
  bool close(std::size_t i) {
    std::uint32_t kind = tokens_[i].kind;
    if (kind == PipeLexer::RBRACE) {
      while (!stack_.empty() && closerOf(topKind()) != kind)
        unclosedOnItsLine(i);
      if (bracesMissing_ > 0) closeByIndentation(i);
      if (surplus_ > 0 && isIndented(i)) return closesNothing(i);
    } else if (!stack_.empty() && closerOf(topKind()) != kind) {
      // `([)`: the inner one is unclosed, if an outer one of this kind waits within the same
      // braces.
      for (std::size_t at = stack_.size(); at-- > 0;) {
        std::uint32_t open = tokens_[stack_[at]].kind;
        if (closerOf(open) == PipeLexer::RBRACE) break;
        if (closerOf(open) != kind) continue;
        while (closerOf(topKind()) != kind)
          unclosed(i, tokens_[i].begin);
        break;
      }
    }
    if (!stack_.empty() && closerOf(topKind()) == kind) {
      stack_.pop_back();
      return true;
    }
    return closesNothing(i);
  }

  bool closesNothing(std::size_t i) {
    if (tokens_[i].kind == PipeLexer::RBRACE) --surplus_;
    source_.diagnostics.report(source_.span(tokens_[i]), diag::UnmatchedBracket, source_.textOf(tokens_[i]))
        .fix(source_.span(tokens_[i]), "", "remove it");
    return false;
  }

  /// Whether the `}` at `i` begins its line and stands further right than the line of the innermost `{`:
  /// where there are too many, it is likelier to belong to one that is missing.
  bool isIndented(std::size_t i) const {
    const std::uint32_t place = tokens_[i].begin;
    if (stack_.empty() || place == tokens_[i].end || lineStart(place) + indentation(place) != place)
      return false;
    return topKind() == PipeLexer::LBRACE && indentation(place) > indentation(tokens_[stack_.back()].begin);
  }

  /// A `}` that begins its line and stands further left than the line of the innermost `{` belongs
  /// to an outer one: the inner ones are unclosed.
  void closeByIndentation(std::size_t i) {
    std::uint32_t column = indentation(tokens_[i].begin);
    if (tokens_[i].begin == tokens_[i].end || lineStart(tokens_[i].begin) + column != tokens_[i].begin)
      return;
    auto fits = [&](std::size_t open) { return indentation(tokens_[open].begin) == column; };
    if (stack_.empty() || indentation(tokens_[stack_.back()].begin) <= column) return;
    if (std::none_of(stack_.begin(), stack_.end(), fits)) return;
    std::size_t before = i;
    while (before > 0 && tokens_[before - 1].kind == PipeLexer::NEWLINE)
      --before;
    while (!fits(stack_.back()))
      unclosed(before, tokens_[i].begin);
  }

  /// A line that is not indented deeper than the line of the innermost `{` does not belong into it.
  void outdented(std::size_t i) {
    if (tokens_[i].kind != PipeLexer::WORD) return;
    while (bracesMissing_ > 0 && !stack_.empty() && topKind() == PipeLexer::LBRACE &&
           indentation(tokens_[i].begin) <= indentation(tokens_[stack_.back()].begin))
      unclosed(i - 1, tokens_[i - 1].begin);
  }

  /// The innermost `(` or `[` was not closed: taken as closed at the end of its line, before token `last`.
  void unclosedOnItsLine(std::size_t last) {
    std::size_t at = stack_.back();
    while (at < last && tokens_[at].kind != PipeLexer::NEWLINE && tokens_[at].kind != PipeLexer::LBRACE)
      ++at;
    std::uint32_t place = at > 0 ? tokens_[at - 1].end : 0;
    unclosed(at, place);
  }

  void unclosed(std::size_t before, std::uint32_t place) {
    const Lexeme &opener = tokens_[stack_.back()];
    inserted_.push_back({before, {closerOf(opener.kind), place, place}});
    source_.diagnostics.report(source_.span(opener), diag::UnclosedBracket, source_.textOf(opener));
    if (opener.kind == PipeLexer::LBRACE) --bracesMissing_;
    stack_.pop_back();
  }

  /// What is open at the end: brackets end with their lines; of the braces the innermost is
  /// reported.
  void finish() {
    bool reported = false;
    auto end = static_cast<std::uint32_t>(source_.text.size());
    while (!stack_.empty()) {
      if (closerOf(topKind()) != PipeLexer::RBRACE) {
        unclosedOnItsLine(tokens_.size());
        continue;
      }
      const Lexeme &opener = tokens_[stack_.back()];
      if (!reported)
        source_.diagnostics.report(source_.span(opener), diag::UnclosedBracket, source_.textOf(opener))
            .label(source_.span(end, end), "the file ends here");
      reported = true;
      inserted_.push_back({tokens_.size(), {PipeLexer::RBRACE, end, end}});
      stack_.pop_back();
    }
  }

  std::uint32_t topKind() const { return tokens_[stack_.back()].kind; }
  std::uint32_t lineStart(std::uint32_t offset) const {
    std::size_t at = source_.text.rfind('\n', offset);
    return at == llvm::StringRef::npos ? 0 : static_cast<std::uint32_t>(at + 1);
  }
  std::uint32_t indentation(std::uint32_t offset) const {
    llvm::StringRef line = source_.text.substr(lineStart(offset));
    return static_cast<std::uint32_t>(std::min(line.find_first_not_of(" \t"), line.size()));
  }

  const Source &source_;
  const std::vector<Lexeme> &tokens_;
  std::ptrdiff_t bracesMissing_ = 0; ///< How many `}` the text lacks.
  std::ptrdiff_t surplus_ = 0;       ///< How many `}` too many it has.
  std::vector<std::size_t> stack_;
  std::vector<std::size_t> dropped_; ///< Ascending.
  std::vector<std::pair<std::size_t, Lexeme>> inserted_;
};

} // namespace

bool balanceBrackets(const Source &source, std::vector<Lexeme> &tokens) {
  Balance balance(source, tokens);
  if (!balance.run()) return false;
  tokens = balance.result();
  return true;
}

} // namespace pipelang::parser
