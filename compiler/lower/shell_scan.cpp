#include "compiler/lower/shell_scanner.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include <set>

namespace pipelang::lowering {

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
