// Redirections and here-documents of a shell script.
#include "compiler/lower/shell_scanner.h"

namespace pipelang::lowering {

/// From `<` or `>` on: the operator and its target.
void Scanner::scanRedirection(CommandState &command) {
  if (peek(1) == '(') {
    ShellWord word;
    word.text.push_back('\0');
    word.range.begin = nextHole_;
    scanProcess();
    word.range.end = nextHole_;
    return command.addWord(word);
  }
  if (accept("<<<")) {
    bool outerOnly = std::exchange(bashOnly_, true);
    ShellPlace outer = std::exchange(place_, ShellPlace::HereString);
    skipBlanks();
    ShellWord word = scanWord(plainStops);
    place_ = outer;
    bashOnly_ = outerOnly;
    return command.pipeline()->feed(state_, {word.range, command.pipeline()->members.size(), Danger::Code});
  }
  if (accept("<<")) return scanDocumentStart(command, accept("-"));
  bool input = peek() == '<';
  ++at_;
  bool duplicates = accept("&");
  if (!duplicates && !accept(">")) accept("|");
  skipBlanks();
  if (atOneOf("<>") && peek(1) == '(') {
    bool output = peek() == '>';
    HoleRange range{nextHole_, nextHole_};
    scanProcess();
    range.end = nextHole_;
    if (!output) command.pipeline()->feed(state_, {range, command.pipeline()->members.size(), Danger::Code});
    return;
  }
  ShellPlace outer = std::exchange(place_, ShellPlace::Redirection);
  ShellWord word = scanWord(plainStops);
  place_ = outer;
  if (duplicates) takeAll(word.range, Danger::Descriptor);
  if (input) command.pipeline()->feed(state_, {word.range, command.pipeline()->members.size(), Danger::Code});
}

/// `<(commands)` or `>(commands)`.
void Scanner::scanProcess() {
  std::size_t opened = offset();
  bool output = peek() == '>';
  at_ += 2;
  bool outerOnly = std::exchange(bashOnly_, true);
  bool outer = std::exchange(reads_, false);
  scanNested(")", opened, output ? ">(" : "<(");
  bashOnly_ = outerOnly;
  // What the command writes is executed there: which holes get into it, nobody can say.
  if (output && reads_) takeAll({0, state_.sites.size()}, Danger::PipedCode);
  reads_ |= outer;
}

void Scanner::scanDocumentStart(CommandState &command, bool stripTabs) {
  PendingDocument document;
  document.at = offset();
  document.stripTabs = stripTabs;
  document.pipeline = command.pipeline();
  document.member = command.pipeline()->members.size();
  skipBlanks();
  scanDelimiter(document);
  if (!document.known) state_.unclear = true;
  pending_.push_back(std::move(document));
}

/// The word after `<<`: quotes are taken away, nothing is expanded.
void Scanner::scanDelimiter(PendingDocument &document) {
  ShellWord word;
  int quote = 0;
  bool any = false;
  for (; peek() != endOfText; any = true) {
    int unit = peek();
    if (atHole()) {
      takeInto(word, Quoting::Word, Danger::Delimiter);
      document.known = false;
    } else if (quote == 0 && atOneOf(plainStops)) {
      break;
    } else if (quote == unit) {
      quote = 0;
      ++at_;
    } else if (quote == 0 && (unit == '\'' || unit == '"')) {
      quote = unit;
      document.quoted = true;
      ++at_;
    } else if (unit == '\\' && quote != '\'') {
      document.quoted = true;
      ++at_;
      if (atByte()) document.delimiter.push_back(static_cast<char>(peek()));
      if (atByte()) ++at_;
    } else {
      if (unit == '$' || unit == '`' || unit == '\n') document.known = false;
      document.delimiter.push_back(static_cast<char>(unit));
      ++at_;
    }
  }
  document.known &= any && quote == 0;
}

/// The bodies of the here-documents named on the line that just ended.
void Scanner::scanDocuments() {
  if (outerPending_) state_.unclear = true;
  std::vector<PendingDocument> documents = std::move(pending_);
  pending_.clear();
  for (const PendingDocument &document : documents)
    if (document.known) scanDocumentBody(document);
}

/// At a line's start: is this the delimiter's line? Then steps behind it.
bool Scanner::atDocumentEnd(const PendingDocument &document) {
  std::size_t start = at_;
  while (document.stripTabs && peek() == '\t')
    ++at_;
  if (accept(document.delimiter) && (peek() == '\n' || peek() == endOfText)) {
    if (peek() == '\n') ++at_;
    return true;
  }
  at_ = start;
  return false;
}

/// The lines up to the delimiter's, as bash reads them: before anything in them is expanded.
std::vector<ShellUnit> Scanner::takeDocument(const PendingDocument &document, bool &ended) {
  std::vector<ShellUnit> text;
  bool lineStart = true, joined = false;
  ended = false;
  while (peek() != endOfText) {
    if (lineStart) {
      Mark here = mark();
      bool last = atDocumentEnd(document);
      if (last && joined) { // dash and bash may differ: it is the end, or a line that goes on
        state_.unclear = true;
        at_ = here.at;
      } else if (last) {
        ended = true;
        return text;
      }
    }
    bool escapes = !document.quoted && peek() == '\\' && peek(1) >= 0;
    if (escapes) text.push_back((*units_)[at_++]);
    joined = escapes && peek() == '\n';
    lineStart = peek() == '\n';
    text.push_back((*units_)[at_++]);
  }
  ended = document.delimiter.empty() && lineStart;
  return text;
}

void Scanner::scanDocumentBody(const PendingDocument &document) {
  if (!deeper()) return;
  ++depth_;
  bool ended = false;
  HoleRange range{nextHole_, nextHole_};
  std::vector<ShellUnit> text = takeDocument(document, ended);
  if (!ended) problem(ShellProblem::Kind::UnclosedDocument, document.at, document.delimiter);
  const std::vector<ShellUnit> *units = std::exchange(units_, &text);
  std::size_t at = std::exchange(at_, 0);
  std::vector<PendingDocument> pending = std::move(pending_);
  pending_.clear();
  ShellPlace place = std::exchange(place_, ShellPlace::HereDocument);
  std::size_t problems = problems_.size();
  scanDocumentText(document);
  if (problems_.size() > problems) problems_.resize(problems); // what is open there, shells read differently
  place_ = place;
  pending_ = std::move(pending);
  units_ = units;
  at_ = at;
  range.end = nextHole_;
  document.pipeline->feed(state_, {range, document.member, Danger::ExecutedHereDocument});
  --depth_;
}

void Scanner::scanDocumentText(const PendingDocument &document) {
  ShellWord body;
  while (peek() != endOfText) {
    if (atHole())
      takeInto(body, Quoting::HereDocument, document.quoted ? Danger::QuotedHereDocument : Danger::None);
    else if (document.quoted)
      ++at_;
    else if (peek() == '\\')
      scanEscape(body, Quoting::HereDocument);
    else if (peek() == '$')
      scanDollar(body, Around::Document);
    else if (peek() == '`')
      scanBackticks(body, Around::Document);
    else
      ++at_;
  }
}

} // namespace pipelang::lowering
