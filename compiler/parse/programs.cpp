// `expect error P0201 { … }`: what stands between the braces is a program that is meant to be wrong, so it is
// not read with the file around it. It becomes one token; the tests compile it later.
#include "PipeLexer.h"
#include "compiler/parse/tokens.h"

namespace pipelang::parser {
namespace {

using grammar::PipeLexer;

/// For each `{` and `#{` the index of the `}` that closes it; else 0.
std::vector<std::size_t> closers(const std::vector<Lexeme> &tokens) {
  std::vector<std::size_t> closers(tokens.size());
  std::vector<std::size_t> open;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const std::uint32_t kind = tokens[at].kind;
    if (kind == PipeLexer::LBRACE || kind == PipeLexer::HOLE_OPEN) open.push_back(at);
    if (kind != PipeLexer::RBRACE || open.empty()) continue;
    closers[open.back()] = at;
    open.pop_back();
  }
  return closers;
}

/// Whether a statement may begin behind tokens of this kind.
bool startsStatement(std::uint32_t kind) {
  return kind == PipeLexer::NEWLINE || kind == PipeLexer::SEMICOLON || kind == PipeLexer::LBRACE;
}

class Carver {
public:
  Carver(const Source &source, std::vector<Lexeme> tokens)
      : source_(source), tokens_(std::move(tokens)), closers_(closers(tokens_)) {}

  std::vector<Lexeme> run() {
    std::vector<Lexeme> result;
    std::uint32_t before = 0;
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      result.push_back(tokens_[at]);
      if (tokens_[at].kind == PipeLexer::SPACE) continue;
      const std::size_t opener = startsStatement(before) ? openerBehind(at) : 0;
      before = tokens_[at].kind;
      if (opener == 0) continue;
      result.insert(result.end(), tokens_.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                    tokens_.begin() + static_cast<std::ptrdiff_t>(opener) + 1);
      const std::size_t closer = closers_[opener];
      result.push_back({PipeLexer::PROGRAM, tokens_[opener].end, tokens_[closer].begin});
      at = closer - 1;
      before = PipeLexer::PROGRAM;
    }
    return result;
  }

private:
  /// The `{` of `expect error CODE {` whose `expect` is at `at`; 0: it is something else, or never closed.
  std::size_t openerBehind(std::size_t at) const {
    if (!isWord(at, "expect")) return 0;
    const std::size_t error = next(at);
    if (!isWord(error, "error")) return 0;
    const std::size_t code = next(error);
    if (code >= tokens_.size() || tokens_[code].kind != PipeLexer::WORD) return 0;
    const std::size_t opener = next(code);
    return opener < tokens_.size() && tokens_[opener].kind == PipeLexer::LBRACE && closers_[opener] != 0
               ? opener
               : 0;
  }
  bool isWord(std::size_t at, llvm::StringRef word) const {
    return at < tokens_.size() && tokens_[at].kind == PipeLexer::WORD && source_.textOf(tokens_[at]) == word;
  }
  std::size_t next(std::size_t at) const {
    do
      ++at;
    while (at < tokens_.size() && tokens_[at].kind == PipeLexer::SPACE);
    return at;
  }

  const Source &source_;
  std::vector<Lexeme> tokens_;
  std::vector<std::size_t> closers_;
};

} // namespace

std::vector<Lexeme> carvePrograms(const Source &source, std::vector<Lexeme> tokens) {
  return Carver(source, std::move(tokens)).run();
}

} // namespace pipelang::parser
