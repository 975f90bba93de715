// Runs the generated lexer over bytes and closes what the text leaves open. Gives up on texts that are one
// endless chain of operators.
#include "PipeLexer.h"
#include "compiler/parse/chains.h"
#include <array>
#include <optional>

namespace pipelang::parser {
namespace {

using grammar::PipeLexer;

/// What each byte looks like to the lexer. The runtime works out every step of its automaton anew in each
/// process, for every character it meets; so those that the grammar never tells apart look alike, and those
/// of 0x80 and above look like U+007F, for it keeps its decisions for ASCII only.
constexpr std::array<unsigned char, 256> looks = [] {
  std::array<unsigned char, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    const bool digit = byte >= '0' && byte <= '9';
    table[byte] = static_cast<unsigned char>(letter && byte != 'r' ? 'a' // `r"…"` is a raw string
                                             : digit               ? '0'
                                             : byte >= 0x80        ? 0x7F
                                                                   : byte);
  }
  return table;
}();

/// The text as bytes, as they look.
class ByteStream : public antlr4::CharStream {
public:
  explicit ByteStream(llvm::StringRef text) : text_(text) {}
  void consume() override {
    if (at_ < text_.size()) ++at_;
  }
  size_t LA(ssize_t i) override {
    size_t at = at_ + static_cast<size_t>(i > 0 ? i - 1 : i);
    if (at >= text_.size()) return antlr4::IntStream::EOF;
    return looks[static_cast<unsigned char>(text_[at])];
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at_; }
  void seek(size_t index) override { at_ = std::min(index, text_.size()); }
  size_t size() override { return text_.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval &) override { return {}; }
  std::string toString() const override { return {}; }

private:
  llvm::StringRef text_;
  size_t at_ = 0;
};

class Lexer : public PipeLexer {
public:
  explicit Lexer(ByteStream &stream)
      : PipeLexer(&stream), stream_(stream), simulator_(*getInterpreter<antlr4::atn::LexerATNSimulator>()) {}

  /// A `}` that closes nothing leaves the mode alone.
  size_t popMode() override { return modeStack.empty() ? mode : PipeLexer::popMode(); }

  bool atEnd() { return stream_.index() == stream_.size(); }
  /// What nextToken() finds, without an object for each: in every mode the grammar knows every byte, skips
  /// none, and puts no two matches together.
  Lexeme next() {
    const std::size_t begin = stream_.index();
    type = antlr4::Token::INVALID_TYPE; // `-> type(…)` sets it
    const std::optional<std::size_t> known = matchKnown();
    const std::size_t matched = known ? *known : simulator_.match(&stream_, mode);
    const std::size_t kind = type == antlr4::Token::INVALID_TYPE ? matched : type;
    return {static_cast<std::uint32_t>(kind), static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(stream_.index())};
  }

private:
  /// The simulator's match() by what it has found out so far, without its lock and bookkeeping for each byte, which
  /// are most of it. None: it has not met such text yet; nothing was done.
  std::optional<std::size_t> matchKnown() {
    const std::size_t begin = stream_.index();
    const antlr4::dfa::DFAState *accepted = nullptr, *state = simulator_._decisionToDFA[mode].s0;
    std::size_t end = begin;
    for (; state && state != antlr4::atn::ATNSimulator::ERROR.get(); stream_.consume()) {
      if (state->isAcceptState) {
        accepted = state;
        end = stream_.index();
      }
      const auto edge = state->edges.find(stream_.LA(1));
      state = edge == state->edges.end() ? nullptr : edge->second;
    }
    const bool known = state && accepted;
    stream_.seek(known ? end : begin);
    if (!known) return std::nullopt;
    if (accepted->lexerActionExecutor) accepted->lexerActionExecutor->execute(this, &stream_, begin);
    return accepted->prediction;
  }

  ByteStream &stream_;
  antlr4::atn::LexerATNSimulator &simulator_;
};

/// The loop around the lexer: knows which strings and holes are open.
class Run {
public:
  explicit Run(const Source &source) : source_(source), stream_(source.text), lexer_(stream_) {
    lexer_.removeErrorListeners();
  }

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
  ByteStream stream_;
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
