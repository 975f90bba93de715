// From a flat run of tokens to what the grammar reads: line ends become separators or vanish, words
// become keywords, doc comments go aside, `a = 1 b = 2` gets the separator it lacks.
#include "PipeParser.h"
#include "compiler/parse/tokens.h"

namespace pipelang::parser {
namespace {

using K = grammar::PipeParser;

/// Tokens after which a line goes on.
bool continues(std::uint32_t kind) {
  if (isOperator(kind)) return true;
  switch (kind) {
  case K::COMMA:
  case K::COLON:
  case K::ASSIGN:
  case K::ARROW:
  case K::FAT_ARROW:
  case K::DOT:
  case K::QUESTION_DOT:
  case K::NOT:
  case K::THEN:
  case K::ELSE:
  case K::IN:
  case K::WHERE:
  case K::WHEN:
  case K::PRIVATE:
  case K::OPAQUE:
  case K::NATIVE: return true;
  default: return false;
  }
}

/// Words before a declaration.
bool modifies(std::uint32_t kind) {
  return kind == K::PRIVATE || kind == K::NATIVE || kind == K::OPAQUE;
}
bool separates(std::uint32_t kind) {
  return kind == K::NEWLINE || kind == K::SEMICOLON;
}
bool isDoc(std::uint32_t kind) {
  return kind == K::DOC_COMMENT || kind == K::MODULE_DOC;
}

class Layout {
public:
  Layout(const Source &source, const std::vector<Lexeme> &tokens) : source_(source), tokens_(tokens) {
    levels_.push_back({});
  }

  TokenList run() {
    readModuleDoc();
    for (at_ = first_; at_ < tokens_.size(); ++at_)
      take(tokens_[at_]);
    auto end = static_cast<std::uint32_t>(source_.text.size());
    endStatement(end);
    append({static_cast<std::uint32_t>(antlr4::Token::EOF), end, end});
    return std::move(list_);
  }

private:
  /// One pair of brackets that is open, or the file.
  struct Level {
    std::uint32_t bracket = 0;        ///< Kind of the opener; 0: the file.
    std::uint32_t opener = 0;         ///< Its index in the result.
    std::uint32_t statement = 0;      ///< Kind of the first token of the statement being read.
    std::uint32_t statementStart = 0; ///< Index of that token in the result.
    std::uint32_t body = 0;           ///< Statement kind that the braces belong to.
  };

  Level &level() { return levels_.back(); }
  bool linesCount() { return level().bracket == 0 || level().bracket == K::LBRACE; }
  std::uint32_t previous() const { return list_.tokens.empty() ? 0 : list_.tokens.back().kind; }
  bool atStart() {
    std::uint32_t last = previous();
    return linesCount() && (last == 0 || last == K::SEPARATOR || last == K::LBRACE || modifies(last));
  }

  /// `//!` lines, or a first `///` text that a blank line sets apart.
  void readModuleDoc() {
    std::size_t at = 0;
    while (at < tokens_.size() && tokens_[at].kind == K::NEWLINE)
      ++at;
    if (at == tokens_.size() || !isDoc(tokens_[at].kind)) return;
    std::uint32_t kind = tokens_[at].kind;
    std::string text;
    for (;;) {
      addDocLine(text, tokens_[at]);
      ++at;
      if (at < tokens_.size() && tokens_[at].kind == K::NEWLINE) ++at;
      if (at == tokens_.size() || tokens_[at].kind != kind) break;
    }
    bool apart = at == tokens_.size() || tokens_[at].kind == K::NEWLINE || kind == K::MODULE_DOC;
    if (!apart) return;
    list_.moduleDoc = text;
    first_ = at;
  }

  void addDocLine(std::string &text, const Lexeme &token) {
    llvm::StringRef line = source_.textOf(token).drop_front(3);
    if (line.startswith("/")) return; // `////`: a ruler, no doc
    line.consume_front(" ");
    if (!text.empty()) text += '\n';
    text += line.rtrim();
  }

  void take(const Lexeme &token) {
    if (isDoc(token.kind)) return addDocLine(doc_, token);
    if (separates(token.kind)) return separator(token);
    if (token.kind == K::RBRACE && level().bracket == K::LBRACE) endStatement(token.begin);
    if (token.kind == K::COMMA && comma(token)) return;
    Lexeme placed = token;
    if (token.kind == K::WORD) placed.kind = classify(token);
    if (placed.kind == K::WORD && atStart()) placed.kind = misspelt(token);
    if (token.kind == K::ASSIGN && endsOperand(previous()) && inCondition()) {
      source_.diagnostics.report(source_.span(token), diag::AssignOrCompare, "=", "compares", "==")
          .fix(source_.span(token), "==", "compare with `==`");
      placed.kind = K::EQUAL;
    }
    if (placed.kind == K::ELSE || placed.kind == K::THEN || placed.kind == K::WHERE) undoSeparator();
    if (token.kind == K::TEXT || token.kind == K::ESCAPE) return text(token);
    separateNeighbours(placed);
    if (atStart() && !closesBracket(placed.kind)) startStatement(placed.kind);
    append(placed);
  }

  void startStatement(std::uint32_t kind) {
    std::uint32_t last = previous();
    if (modifies(last)) {
      level().statement = kind;
      return;
    }
    level().statement = kind;
    level().statementStart = static_cast<std::uint32_t>(list_.tokens.size());
  }

  static bool closesBracket(std::uint32_t kind) {
    return kind == K::RBRACE || kind == K::RPAREN || kind == K::RBRACKET;
  }

  void separator(const Lexeme &token) {
    if (!linesCount()) return;
    if (token.kind == K::NEWLINE && continues(previous()) && !statementFollows()) return;
    endStatement(token.begin);
  }

  /// Whether the next line can only be a statement of its own: the one before it is unfinished.
  bool statementFollows() {
    if (modifies(previous()) || previous() == K::COMMA) return false;
    std::size_t next = at_;
    while (next < tokens_.size() && (separates(tokens_[next].kind) || isDoc(tokens_[next].kind)))
      ++next;
    if (next == tokens_.size() || tokens_[next].kind != K::WORD) return false;
    switch (classifyAtStart(next)) {
    case K::WORD:
    case K::NOT:
    case K::IF:
    case K::MATCH:
    case K::TRUE:
    case K::FALSE:
    case K::NONE:
    case K::EXEC:
    case K::USES:
    case K::SCRIPT:
    case K::THEN:
    case K::ELSE: return false;
    default: return true;
    }
  }

  void endStatement(std::uint32_t place) {
    std::uint32_t last = previous();
    if (last == 0 || last == K::LBRACE || last == K::SEPARATOR) return;
    append({K::SEPARATOR, place, place});
  }

  /// A line that begins with `else`, `then` or `where` continues the one before.
  void undoSeparator() {
    if (previous() != K::SEPARATOR) return;
    list_.tokens.pop_back();
    list_.partners.pop_back();
  }

  /// True: the comma is dealt with. A last one in brackets is allowed; in braces it may separate
  /// names
  /// (`enum`, `union`), and separates fields only by mistake.
  bool comma(const Lexeme &token) {
    std::size_t next = at_ + 1;
    while (next < tokens_.size() && (separates(tokens_[next].kind) || isDoc(tokens_[next].kind)))
      ++next;
    std::uint32_t kind = next < tokens_.size() ? tokens_[next].kind : 0;
    if (kind == K::RPAREN || kind == K::RBRACKET) return true;
    if (level().bracket != K::LBRACE) return false;
    bool names = level().body == K::ENUM || level().body == K::UNION;
    bool fieldNext = kind == K::WORD && next + 1 < tokens_.size() &&
                     (tokens_[next + 1].kind == K::ASSIGN || tokens_[next + 1].kind == K::COLON);
    bool fields = kind == K::RBRACE || fieldNext || (kind == K::LBRACKET && level().statement == K::LBRACKET);
    if (!names && !fields) return false;
    if (!names)
      source_.diagnostics.report(source_.span(token), diag::CommaInBraces)
          .fix(source_.span(token), ";", "write `;`");
    endStatement(token.begin);
    return true;
  }

  std::uint32_t kindAt(std::size_t at) {
    if (at >= tokens_.size()) return 0;
    std::uint32_t kind = tokens_[at].kind;
    if (linesCount() && separates(kind)) return 0;
    return kind;
  }

  std::uint32_t classify(const Lexeme &token) {
    std::size_t next = at_ + 1;
    while (!linesCount() && next < tokens_.size() && tokens_[next].kind == K::NEWLINE)
      ++next;
    WordContext context;
    context.previous = previous();
    context.atStart = atStart();
    context.next = kindAt(next);
    if (context.next != 0) context.nextText = source_.textOf(tokens_[next]);
    std::uint32_t body = level().body;
    context.plainWords = body == K::ENUM || body == K::UNION || body == K::RECORD || body == K::SIMULATE;
    return classifyWord(source_.textOf(token), context);
  }

  /// `cluster = "x"  namespace = "y"`: two statements on one line.
  void separateNeighbours(Lexeme &placed) {
    if (!linesCount() || atStart() || !endsOperand(previous())) return;
    if (previous() == K::WORD && list_.tokens.size() - 1 == level().statementStart) return;
    if (level().statement == K::EMIT || level().statement == K::DEPLOY || level().statement == K::JOB) return;
    if (list_.tokens.size() >= 2 && declaresName(list_.tokens[list_.tokens.size() - 2].kind)) return;
    bool begins = placed.kind == K::SCRIPT || placed.kind == K::USES || placed.kind == K::EXEC;
    if (placed.kind == K::WORD) {
      begins = kindAt(at_ + 1) == K::ASSIGN;
      std::uint32_t asStart = begins ? std::uint32_t{K::FIELD_NAME} : classifyAtStart(at_);
      begins = begins || (asStart != K::WORD && previous() != K::WORD);
      if (begins) placed.kind = asStart;
    }
    if (!begins) return;
    std::uint32_t end = list_.tokens.back().end;
    source_.diagnostics.report(source_.span(placed), diag::TwoOnOneLine)
        .fix(source_.span(end, end), ";", "separate them with `;`");
    append({K::SEPARATOR, end, end});
  }

  /// Whether a condition is being read, in which `=` can only be a comparison.
  bool inCondition() const {
    for (std::size_t at = list_.tokens.size(); at-- > 0;) {
      switch (list_.tokens[at].kind) {
      case K::IF:
      case K::REQUIRE:
      case K::EXPECT:
      case K::WHEN: return true;
      case K::SEPARATOR:
      case K::LBRACE:
      case K::THEN:
      case K::ELSE: return false;
      default: break;
      }
    }
    return false;
  }

  /// `jbo build {`: two words at the start of a line, the first of them nearly a keyword. The keyword.
  std::uint32_t misspelt(const Lexeme &token) {
    std::uint32_t body = level().body;
    bool facts = body == K::ENUM || body == K::UNION || body == K::RECORD || body == K::SIMULATE;
    if (facts || kindAt(at_ + 1) != K::WORD) return K::WORD;
    WordContext behind;
    behind.previous = K::WORD;
    if (classifyWord(source_.textOf(tokens_[at_ + 1]), behind) != K::WORD) return K::WORD;
    static const std::vector<std::string> declarations = {
        "import", "let",  "fn",      "record", "enum",     "union", "type",    "environment", "secret",
        "param",  "task", "service", "reader", "pipeline", "emit",  "private", "native",      "opaque"};
    static const std::vector<std::string> statements = {"job", "gate",  "deploy",  "service", "env", "out",
                                                        "let", "after", "require", "return",  "on"};
    std::string near = nearestName(source_.textOf(token), level().bracket == 0 ? declarations : statements);
    if (near.empty()) return K::WORD;
    source_.diagnostics.report(source_.span(token), diag::UnknownStatement, source_.textOf(token), near)
        .fix(source_.span(token), near, "write `" + near + "`");
    WordContext meant;
    meant.previous = K::SEPARATOR;
    meant.atStart = true;
    meant.next = K::WORD;
    return classifyWord(near, meant);
  }

  std::uint32_t classifyAtStart(std::size_t at) {
    WordContext context;
    context.previous = K::SEPARATOR;
    context.atStart = true;
    context.next = kindAt(at + 1);
    if (context.next != 0) context.nextText = source_.textOf(tokens_[at + 1]);
    return classifyWord(source_.textOf(tokens_[at]), context);
  }

  /// Neighbouring text and escapes are one token.
  void text(const Lexeme &token) {
    if (previous() == K::TEXT && list_.tokens.back().end == token.begin)
      list_.tokens.back().end = token.end;
    else
      append({K::TEXT, token.begin, token.end});
  }

  void append(const Lexeme &token) {
    auto index = static_cast<std::uint32_t>(list_.tokens.size());
    if (!doc_.empty() && token.kind != K::SEPARATOR) {
      if (!closesBracket(token.kind) && token.kind != static_cast<std::uint32_t>(antlr4::Token::EOF))
        list_.docs.push_back({token.begin, doc_});
      doc_.clear();
    }
    list_.tokens.push_back(token);
    list_.partners.push_back(index);
    if (token.kind == K::LBRACE || token.kind == K::HOLE_OPEN || token.kind == K::LPAREN ||
        token.kind == K::LBRACKET) {
      Level inner;
      inner.bracket = token.kind;
      inner.opener = index;
      inner.body = token.kind == K::LBRACE ? level().statement : 0;
      levels_.push_back(inner);
    } else if (token.kind == K::STRING_OPEN || token.kind == K::TRIPLE_OPEN) {
      strings_.push_back(index);
    } else if (token.kind == K::STRING_CLOSE && !strings_.empty()) {
      list_.partners[index] = strings_.back();
      list_.partners[strings_.back()] = index;
      strings_.pop_back();
    } else if (closesBracket(token.kind) && levels_.size() > 1) {
      list_.partners[index] = level().opener;
      list_.partners[level().opener] = index;
      levels_.pop_back();
    }
  }

  const Source &source_;
  const std::vector<Lexeme> &tokens_;
  std::size_t first_ = 0;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
  std::vector<std::uint32_t> strings_; ///< Openers in the result.
  std::string doc_;
  TokenList list_;
};

} // namespace

TokenList layOut(const Source &source, const std::vector<Lexeme> &tokens) {
  return Layout(source, tokens).run();
}

} // namespace pipelang::parser
