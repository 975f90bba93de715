#include "compiler/lower/shell_scan.h"
#include "compiler/lower/shell_commands.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include <optional>
#include <set>

namespace pipelang::lowering {
namespace {

constexpr int endOfText = -1;
constexpr int hole = 256; ///< A unit beyond every byte.

/// A here-document whose body begins after the next line end.
struct PendingDocument {
  std::string delimiter;
  bool quoted = false;
  bool stripTabs = false;
  std::shared_ptr<ShellPipeline> pipeline;
};

/// The recursive scanner. Every `scan…` starts behind what opened its construct and ends behind
/// what closes it, or at the end of the text: broken scripts are the shell's to refuse.
class Scanner {
public:
  Scanner(const std::vector<std::string> &texts, ShellDialect dialect) : dialect_(dialect) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      for (unsigned char byte : texts[i])
        units_.push_back(byte);
      if (i + 1 < texts.size()) units_.push_back(hole);
    }
    sites_.resize(texts.size() - 1);
  }

  std::vector<HoleSite> run() {
    while (peek() != endOfText) {
      scanCommands(endOfText);
      if (peek() != endOfText) ++at_; // a closing token without its opening
    }
    return std::move(sites_);
  }

private:
  int peek(std::size_t ahead = 0) const {
    return at_ + ahead < units_.size() ? units_[at_ + ahead] : endOfText;
  }
  bool accept(llvm::StringRef text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (peek(i) != text[i]) return false;
    at_ += text.size();
    return true;
  }
  /// Consumes the hole at the cursor.
  std::size_t takeHole(Quoting quoting, Danger danger = Danger::None) {
    ++at_;
    HoleSite &site = sites_[nextHole_];
    site.quoting = quoting;
    site.danger = danger != Danger::None ? danger : nestedBackticks_ ? Danger::NestedBackticks : Danger::None;
    return nextHole_++;
  }

  void scanCommands(int closing);
  bool scanOperator(int closing, CommandState &command);
  void scanRedirection(CommandState &command);
  void scanDocumentStart(CommandState &command, bool stripTabs);
  void scanDocuments();
  void scanDocumentBody(const PendingDocument &document);
  bool atDocumentEnd(const PendingDocument &document);
  void scanComment();
  void scanCase();
  void scanCasePatterns();
  void scanConditional(CommandState &command);
  ShellWord scanWord(llvm::StringRef stops);
  void scanWordUnit(ShellWord &word);
  void scanSingleQuotes(ShellWord &word, Quoting quoting);
  void scanDoubleQuotes(ShellWord &word);
  void scanDollar(ShellWord &word, bool inDouble);
  void scanBraces(ShellWord &word, bool inDouble);
  void scanBraceWord(ShellWord &word, bool quotedOutside, bool pattern);
  void scanArithmetic(int parentheses, ShellWord &word);
  void scanBackticks();
  void scanEscape(ShellWord &word, Quoting quoting);
  void skipBlanks();
  void takeInto(ShellWord &word, Quoting quoting, Danger danger = Danger::None) {
    word.holes.push_back(takeHole(quoting, danger));
    word.text.push_back('\0');
  }

  ShellDialect dialect_;
  std::vector<std::uint16_t> units_;
  std::vector<HoleSite> sites_;
  std::size_t at_ = 0;
  std::size_t nextHole_ = 0;
  bool inBackticks_ = false;
  bool nestedBackticks_ = false;
  std::vector<PendingDocument> pending_;
};

void Scanner::skipBlanks() {
  while (true) {
    if (peek() == ' ' || peek() == '\t')
      ++at_;
    else if (peek() == '\\' && peek(1) == '\n')
      at_ += 2;
    else
      return;
  }
}

/// Commands up to `closing` (`)`, a backtick, or the end), which stays for the caller.
void Scanner::scanCommands(int closing) {
  CommandState command(sites_, std::make_shared<ShellPipeline>());
  while (true) {
    skipBlanks();
    int unit = peek();
    if (unit == endOfText || unit == closing || (unit == '`' && inBackticks_)) break;
    if (scanOperator(closing, command)) continue;
    if (unit == ')') break;
    if (unit == ';') break; // `;;` of a case
    ShellWord word = scanWord(" \t\n;&|<>()");
    command.addWord(word);
    if (command.name() == "case" && command.argumentCount() == 1) {
      scanCase();
    } else if (command.name() == "[[" && command.argumentCount() == 0) {
      scanConditional(command);
    } else if (command.name() == "esac" && command.argumentCount() == 0 && closing == 'e') {
      break;
    }
  }
  command.finish();
}

/// An operator, line end, comment or bracket at the cursor; false: a word (or a closing token) is
/// there.
bool Scanner::scanOperator(int closing, CommandState &command) {
  auto next = [&](std::shared_ptr<ShellPipeline> pipeline) {
    command.finish();
    command = CommandState(sites_, std::move(pipeline));
  };
  switch (peek()) {
  case '\n':
    ++at_;
    next(std::make_shared<ShellPipeline>());
    scanDocuments();
    return true;
  case '#': scanComment(); return true;
  case ';':
    if (peek(1) == ';' || (peek(1) == '&' && closing == 'e')) return false;
    ++at_;
    next(std::make_shared<ShellPipeline>());
    return true;
  case '&':
    if (peek(1) == '>') {
      ++at_;
      scanRedirection(command);
      return true;
    }
    at_ += peek(1) == '&' ? 2 : 1;
    next(std::make_shared<ShellPipeline>());
    return true;
  case '|':
    if (peek(1) == '|') {
      at_ += 2;
      next(std::make_shared<ShellPipeline>());
    } else {
      at_ += peek(1) == '&' ? 2 : 1;
      next(command.pipeline());
    }
    return true;
  case '<':
  case '>': scanRedirection(command); return true;
  case '(':
    ++at_;
    if (command.atName() && peek() == '(') {
      ++at_;
      ShellWord word;
      scanArithmetic(2, word);
    } else if (!accept(")")) { // not `name()`
      scanCommands(')');
      accept(")");
    } else {
      next(std::make_shared<ShellPipeline>());
    }
    return true;
  default: return false;
  }
}

void Scanner::scanComment() {
  while (peek() != endOfText && peek() != '\n' && !(inBackticks_ && peek() == '`')) {
    if (peek() == hole)
      takeHole(Quoting::Comment);
    else
      ++at_;
  }
}

/// From `<` or `>` on: the operator and its target.
void Scanner::scanRedirection(CommandState &command) {
  if ((peek() == '<' || peek() == '>') && peek(1) == '(' && dialect_ == ShellDialect::Bash) {
    at_ += 2;
    scanCommands(')');
    accept(")");
    return;
  }
  bool hereString = accept("<<<");
  if (!hereString && accept("<<")) return scanDocumentStart(command, accept("-"));
  if (!hereString) {
    ++at_;
    while (peek() == '>' || peek() == '&' || peek() == '|' || peek() == '<')
      ++at_;
  }
  skipBlanks();
  ShellWord word = scanWord(" \t\n;&|<>()");
  if (!hereString)
    for (std::size_t index : word.holes)
      sites_[index].redirection = true;
  else if (command.name() == "sh" || command.name() == "bash")
    for (std::size_t index : word.holes)
      sites_[index].danger = Danger::Code;
}

void Scanner::scanDocumentStart(CommandState &command, bool stripTabs) {
  skipBlanks();
  ShellWord word = scanWord(" \t\n;&|<>()");
  for (std::size_t index : word.holes)
    sites_[index].danger = Danger::Delimiter;
  pending_.push_back({word.text, word.quoted, stripTabs, command.pipeline()});
}

/// The bodies of the here-documents named on the line that just ended.
void Scanner::scanDocuments() {
  std::vector<PendingDocument> documents = std::move(pending_);
  pending_.clear();
  for (const PendingDocument &document : documents)
    scanDocumentBody(document);
}

/// At a line's start: is this the delimiter's line? Then steps behind it.
bool Scanner::atDocumentEnd(const PendingDocument &document) {
  std::size_t start = at_;
  if (document.stripTabs)
    while (peek() == '\t')
      ++at_;
  if (accept(document.delimiter) && (peek() == '\n' || peek() == endOfText)) {
    if (peek() == '\n') ++at_;
    return true;
  }
  at_ = start;
  return false;
}

void Scanner::scanDocumentBody(const PendingDocument &document) {
  Danger danger = document.pipeline->readsCode ? Danger::ExecutedHereDocument
                  : document.quoted            ? Danger::QuotedHereDocument
                                               : Danger::None;
  ShellWord body;
  bool lineStart = true;
  while (peek() != endOfText) {
    if (lineStart && atDocumentEnd(document)) return;
    lineStart = peek() == '\n';
    if (peek() == hole) {
      takeInto(body, Quoting::HereDocument, danger);
    } else if (document.quoted) {
      ++at_;
    } else if (peek() == '\\') {
      scanEscape(body, Quoting::HereDocument);
    } else if (peek() == '$') {
      scanDollar(body, true);
    } else if (peek() == '`') {
      scanBackticks();
    } else {
      ++at_;
    }
  }
}

/// `case word` was read: ` in`, the arms, `esac`.
void Scanner::scanCase() {
  skipBlanks();
  while (peek() == '\n') {
    ++at_;
    skipBlanks();
  }
  ShellWord in = scanWord(" \t\n;&|<>()");
  if (in.text != "in") return;
  while (peek() != endOfText) {
    skipBlanks();
    if (peek() == '\n') {
      ++at_;
      scanDocuments();
      continue;
    }
    if (peek() == '#') {
      scanComment();
      continue;
    }
    if (accept("esac")) return;
    scanCasePatterns();
    scanCommands('e');
    if (!accept(";;&") && !accept(";;") && !accept(";&")) return; // behind `esac`, or broken
  }
}

void Scanner::scanCasePatterns() {
  accept("(");
  while (peek() != endOfText && peek() != '\n') {
    skipBlanks();
    if (accept(")")) return;
    if (accept("|")) continue;
    std::size_t before = at_;
    scanWord(" \t\n;&|<>()");
    if (at_ == before) ++at_;
  }
}

/// `[[` was read: up to `]]`, where `<`, `(` and `&&` are no operators of commands.
void Scanner::scanConditional(CommandState &command) {
  while (peek() != endOfText && peek() != '\n') {
    skipBlanks();
    std::size_t before = at_;
    ShellWord word = scanWord(" \t\n");
    if (word.text == "]]" && !word.quoted) break;
    if (at_ == before && peek() != '\n') ++at_;
  }
  command.addWord({"]]", {}, false});
}

/// One word up to a unit in `stops`, or to a backtick that closes.
ShellWord Scanner::scanWord(llvm::StringRef stops) {
  ShellWord word;
  while (true) {
    int unit = peek();
    if (unit == endOfText || (unit == '`' && inBackticks_ && !nestedBackticks_)) return word;
    if (unit == '(' && llvm::StringRef(word.text).endswith("=") && !word.quoted) { // `array=(a b)`
      ++at_;
      while (peek() != endOfText && !accept(")")) {
        std::size_t before = at_;
        ShellWord element = scanWord(" \t\n()");
        if (at_ == before) ++at_;
      }
      continue;
    }
    if (unit < hole && stops.contains(static_cast<char>(unit))) return word;
    scanWordUnit(word);
  }
}

void Scanner::scanWordUnit(ShellWord &word) {
  int unit = peek();
  switch (unit) {
  case hole: return takeInto(word, Quoting::Word);
  case '\\': return scanEscape(word, Quoting::Word);
  case '\'': ++at_; return scanSingleQuotes(word, Quoting::SingleQuotes);
  case '"': ++at_; return scanDoubleQuotes(word);
  case '$': return scanDollar(word, false);
  case '`': word.text.push_back('\0'); return scanBackticks();
  default: ++at_; word.text.push_back(static_cast<char>(unit));
  }
}

/// A backslash and what it takes away the meaning of.
void Scanner::scanEscape(ShellWord &word, Quoting quoting) {
  ++at_;
  if (inBackticks_ && peek() == '`') { // opens or closes backticks in backticks
    ++at_;
    nestedBackticks_ = !nestedBackticks_;
    word.text.push_back('\0');
    return;
  }
  if (peek() == hole) return takeInto(word, quoting, Danger::AfterBackslash);
  if (peek() == endOfText) return;
  if (quoting == Quoting::Word && peek() != '\n') {
    word.quoted = true;
    word.text.push_back(static_cast<char>(peek()));
  }
  ++at_;
}

void Scanner::scanSingleQuotes(ShellWord &word, Quoting quoting) {
  word.quoted = true;
  bool escapes = quoting == Quoting::DollarQuotes;
  Danger danger = escapes && dialect_ == ShellDialect::Posix ? Danger::DollarQuotesInSh : Danger::None;
  while (peek() != endOfText && peek() != '\'') {
    if (peek() == hole) {
      takeInto(word, quoting, danger);
    } else if (escapes && peek() == '\\') {
      scanEscape(word, quoting);
    } else {
      word.text.push_back(static_cast<char>(peek()));
      ++at_;
    }
  }
  accept("'");
}

void Scanner::scanDoubleQuotes(ShellWord &word) {
  word.quoted = true;
  while (peek() != endOfText && peek() != '"') {
    switch (peek()) {
    case hole: takeInto(word, Quoting::DoubleQuotes); break;
    case '\\': scanEscape(word, Quoting::DoubleQuotes); break;
    case '$': scanDollar(word, true); break;
    case '`':
      if (inBackticks_ && !nestedBackticks_) return; // the quotes were never closed
      word.text.push_back('\0');
      scanBackticks();
      break;
    default: word.text.push_back(static_cast<char>(peek())); ++at_;
    }
  }
  accept("\"");
}

void Scanner::scanDollar(ShellWord &word, bool inDouble) {
  ++at_;
  if (peek() == hole)
    return takeInto(word, inDouble ? Quoting::DoubleQuotes : Quoting::Word, Danger::AfterDollar);
  if (!inDouble && accept("'")) return scanSingleQuotes(word, Quoting::DollarQuotes);
  word.text.push_back('\0');
  if (accept("((")) return scanArithmetic(2, word);
  if (accept("(")) {
    scanCommands(')');
    accept(")");
    return;
  }
  if (accept("{")) return scanBraces(word, inDouble);
  if (peek() != endOfText && peek() < hole && llvm::StringRef("@*#?-$!").contains(static_cast<char>(peek())))
    ++at_;
}

/// Behind `${`: the name, then an operator, then a word.
void Scanner::scanBraces(ShellWord &word, bool inDouble) {
  auto isNameUnit = [&](int unit) {
    return unit >= 0 && unit < hole && (llvm::isAlnum(static_cast<char>(unit)) || unit == '_');
  };
  if ((peek() == '#' || peek() == '!') && (isNameUnit(peek(1)) || peek(1) == hole)) ++at_;
  while (isNameUnit(peek()))
    ++at_;
  if (peek() == hole)
    takeInto(word, Quoting::Word, Danger::VariableName);
  else if (peek() < hole && peek() > 0 && llvm::StringRef("@*?$!").contains(static_cast<char>(peek())))
    ++at_;
  if (accept("[")) {
    while (peek() != endOfText && peek() != ']' && peek() != '}') {
      if (peek() == hole)
        takeInto(word, Quoting::Word, Danger::VariableName);
      else
        ++at_;
    }
    accept("]");
  }
  if (accept("}")) return;
  bool colon = accept(":");
  if (accept("-") || accept("=") || accept("?") || accept("+")) return scanBraceWord(word, inDouble, false);
  if (!colon) return scanBraceWord(word, inDouble, true);
  while (peek() != endOfText && peek() != '}') { // `${x:offset:length}`: arithmetic
    if (peek() == hole)
      takeInto(word, Quoting::Arithmetic);
    else
      ++at_;
  }
  accept("}");
}

/// The word of `${x:-word}` or (a pattern) of `${x#word}`, up to the closing brace.
void Scanner::scanBraceWord(ShellWord &word, bool quotedOutside, bool pattern) {
  // In double quotes the word of `${x:-…}` is in them too; a pattern has quotes of its own.
  bool inDouble = quotedOutside && !pattern;
  while (peek() != endOfText && peek() != '}') {
    switch (peek()) {
    case hole: takeInto(word, inDouble ? Quoting::DoubleQuotes : Quoting::Word); break;
    case '\\': scanEscape(word, Quoting::DoubleQuotes); break;
    case '$': scanDollar(word, inDouble); break;
    case '"':
      ++at_;
      scanDoubleQuotes(word);
      break;
    case '\'':
      ++at_;
      if (!inDouble) scanSingleQuotes(word, Quoting::SingleQuotes);
      break;
    case '`':
      if (inBackticks_ && !nestedBackticks_) return;
      scanBackticks();
      break;
    default: ++at_;
    }
  }
  accept("}");
}

/// Up to `parentheses` closing ones at level 0.
void Scanner::scanArithmetic(int parentheses, ShellWord &word) {
  int open = parentheses;
  while (peek() != endOfText && open > 0) {
    if (peek() == hole) {
      takeInto(word, Quoting::Arithmetic);
    } else if (peek() == '$') {
      scanDollar(word, true);
    } else {
      open += peek() == '(' ? 1 : peek() == ')' ? -1 : 0;
      ++at_;
    }
  }
}

void Scanner::scanBackticks() {
  ++at_;
  if (inBackticks_) return; // closes; the caller's caller knows
  inBackticks_ = true;
  while (peek() != endOfText && peek() != '`') {
    std::size_t before = at_;
    scanCommands('`');
    if (at_ == before && peek() != '`') ++at_;
  }
  inBackticks_ = false;
  nestedBackticks_ = false;
  accept("`");
}

} // namespace

std::vector<HoleSite> scanShell(const std::vector<std::string> &texts, ShellDialect dialect) {
  return Scanner(texts, dialect).run();
}

std::string quotedVariable(const HoleSite &site, llvm::StringRef name) {
  std::string plain = ("${" + name + "}").str();
  switch (site.quoting) {
  case Quoting::Word: return "\"" + plain + "\"";
  case Quoting::DoubleQuotes:
  case Quoting::HereDocument: return plain;
  case Quoting::SingleQuotes: return "'\"" + plain + "\"'";
  case Quoting::DollarQuotes: return "'\"" + plain + "\"$'";
  case Quoting::Arithmetic: return "(" + plain + ")";
  case Quoting::Comment: return name.str();
  }
  llvm_unreachable("all quotings are handled");
}

std::vector<std::string> wordsOf(llvm::StringRef text) {
  std::set<std::string> words;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && (llvm::isAlnum(text[end]) || text[end] == '_'))
      ++end;
    if (end > at) words.insert(text.slice(at, end).str());
    at = end + 1;
  }
  return {words.begin(), words.end()};
}

} // namespace pipelang::lowering
