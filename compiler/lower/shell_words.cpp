// Words of a shell script: quotes, backticks, arrays, tildes, braces.
#include "compiler/lower/shell_scanner.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

/// One word up to a unit in `stops`. `assigns`: `name=` at its start makes it an assignment.
ShellWord Scanner::scanWord(llvm::StringRef stops, bool assigns) {
  ShellWord word;
  word.range.begin = nextHole_;
  word.calls.begin = state_.calls.size();
  std::size_t begin = at_;
  while (peek() != endOfText) {
    if (atOneOf(stops)) {
      if (peek() == '(' && scanWordStop(word, assigns)) continue;
      break;
    }
    bool bare = !word.quoted && !word.dynamic();
    if (peek() == '[' && assigns && bare && isName(word.text)) {
      scanSubscript(word);
      continue;
    }
    if (peek() == '=' && assigns && !word.quoted && !word.assignment)
      word.assignment = isAssignment(word.text + "=") &&
                        (bare || word.text.back() == ']' || llvm::StringRef(word.text).endswith("]+"));
    bool afterColon =
        word.assignment && !word.text.empty() && (word.text.back() == '=' || word.text.back() == ':');
    if (peek() == '~' && (at_ == begin || afterColon))
      scanTilde(word);
    else if (peek() != '{' || !scanBraceRange(word))
      scanWordUnit(word);
  }
  word.range.end = nextHole_;
  word.calls.end = state_.calls.size();
  bool allVanish = word.holes.empty() && llvm::all_of(word.text, [](char c) { return c == '\0'; });
  word.vanishes = word.vanishes && allVanish;
  return word;
}

/// At a `(` in a word: an array or an extended pattern, which are read; else the word ends.
bool Scanner::scanWordStop(ShellWord &word, bool assigns) {
  if (word.text.empty() || word.quoted) return false;
  if (assigns && word.assignment && word.text.back() == '=') {
    scanArray(word);
    return true;
  }
  if (!llvm::StringRef("?*+@!").contains(word.text.back())) return false;
  scanExtendedPattern(word);
  return true;
}

void Scanner::scanWordUnit(ShellWord &word) {
  int unit = peek();
  if (atHole()) return takeInto(word, Quoting::Word);
  switch (unit) {
  case '\\': return scanEscape(word, Quoting::Word);
  case '\'': ++at_; return scanSingleQuotes(word, Quoting::SingleQuotes);
  case '"': ++at_; return scanDoubleQuotes(word);
  case '$': return scanDollar(word, Around::Nothing);
  case '`': word.vanishes = true; return scanBackticks(word, Around::Nothing);
  default: ++at_; word.text.push_back(static_cast<char>(unit));
  }
}

/// `name=(`: elements up to `)`.
void Scanner::scanArray(ShellWord &word) {
  std::size_t opened = offset();
  ++at_;
  state_.arrays.insert(llvm::StringRef(word.text).split('=').first.rtrim('+').str());
  bool outerOnly = std::exchange(bashOnly_, true);
  ShellPlace outer = std::exchange(place_, ShellPlace::ArrayElement);
  for (skipLines(); peek() != endOfText && peek() != ')'; skipLines()) {
    std::size_t before = at_;
    bool keyed = peek() == '[';
    ShellWord element = scanWord(plainStops);
    if (keyed) takeAll(element.range, Danger::VariableName); // `[key]=value`: the key is computed
    if (at_ != before) continue;
    state_.unclear = true;
    break;
  }
  place_ = outer;
  bashOnly_ = outerOnly;
  close(")", opened, "(");
  word.text.push_back('\0');
}

/// `name[`: a key up to `]`, which bash computes.
void Scanner::scanSubscript(ShellWord &word) {
  state_.arrays.insert(word.text);
  word.text.push_back('[');
  ++at_;
  bool outerOnly = std::exchange(bashOnly_, true), outerNumbers = std::exchange(numbers_, true);
  ShellPlace outer = std::exchange(place_, ShellPlace::Subscript);
  int open = 1;
  while (peek() != endOfText && peek() != '\n' && open > 0) {
    if (atOneOf(" \t") && state_.dialect == ShellDialect::Posix) state_.unclear = true;
    open += peek() == '[' ? 1 : peek() == ']' ? -1 : 0;
    if (open == 0) break;
    if (atHole())
      scanNumberHole(word, Quoting::Subscript);
    else
      scanWordUnit(word);
  }
  place_ = outer;
  numbers_ = outerNumbers;
  bashOnly_ = outerOnly;
  if (peek() != ']') state_.unclear = true;
  if (peek() != ']') return;
  ++at_;
  word.text.push_back(']');
}

/// `@(a|b)`: up to the closing bracket.
void Scanner::scanExtendedPattern(ShellWord &word) {
  if (!deeper()) return;
  ++depth_;
  std::size_t opened = offset();
  ++at_;
  HoleRange range{nextHole_, nextHole_};
  while (peek() != endOfText && peek() != ')') {
    std::size_t before = at_;
    scanWord("()");
    if (at_ == before && peek() == '(') scanExtendedPattern(word);
  }
  close(")", opened, "(");
  range.end = nextHole_;
  takeAll(range, Danger::Pattern);
  if (state_.dialect == ShellDialect::Posix) state_.unclear = true;
  word.text.push_back('\0');
  --depth_;
}

/// `~user`: a home directory, unless something in it is quoted.
void Scanner::scanTilde(ShellWord &word) {
  word.text.push_back('~');
  ++at_;
  while (peek() != endOfText) {
    bool plain = atByte() && (llvm::isAlnum(static_cast<char>(peek())) || atOneOf("_-.+"));
    if (!plain && !atHole()) return;
    if (atHole()) {
      takeInto(word, Quoting::Word, Danger::Tilde);
      continue;
    }
    word.text.push_back(static_cast<char>(peek()));
    ++at_;
  }
}

/// `{1..5}` with a hole in it; false: something else, and nothing is read.
bool Scanner::scanBraceRange(ShellWord &word) {
  constexpr std::size_t longest = 64;
  std::size_t length = 1;
  bool dots = false, holes = false;
  for (; length < longest && peek(length) != '}'; ++length) {
    int unit = peek(length);
    bool plain = unit >= hole || (unit > 0 && (llvm::isAlnum(static_cast<char>(unit)) ||
                                               llvm::StringRef("-+._").contains(static_cast<char>(unit))));
    if (!plain) return false;
    holes |= unit >= hole;
    dots |= unit == '.' && peek(length + 1) == '.';
  }
  if (!dots || !holes || peek(length) != '}') return false;
  for (std::size_t end = at_ + length; at_ < end;) {
    if (atHole()) {
      takeInto(word, Quoting::Word, Danger::BraceRange);
    } else {
      word.text.push_back(static_cast<char>(peek()));
      ++at_;
    }
  }
  return true;
}

/// A backslash and what it takes away the meaning of.
void Scanner::scanEscape(ShellWord &word, Quoting quoting) {
  ++at_;
  if (atHole()) return takeInto(word, quoting, Danger::AfterBackslash);
  if (peek() == endOfText) return;
  if (peek() != '\n') {
    word.quoted |= quoting == Quoting::Word;
    // What `$'\145'` spells is not worked out.
    word.text.push_back(quoting == Quoting::DollarQuotes ? '\0' : static_cast<char>(peek()));
  }
  if (quoting == Quoting::DollarQuotes && state_.dialect == ShellDialect::Posix && peek() == '\'')
    state_.unclear = true; // dash: the quotes end here
  ++at_;
}

/// Behind `'`, or behind `$'`.
void Scanner::scanSingleQuotes(ShellWord &word, Quoting quoting) {
  std::size_t opened = at_ > 0 ? (*units_)[at_ - 1].at : 0;
  word.quoted = true;
  while (peek() != endOfText && peek() != '\'') {
    if (atHole()) {
      takeInto(word, quoting);
    } else if (quoting == Quoting::DollarQuotes && peek() == '\\') {
      scanEscape(word, quoting);
    } else {
      word.text.push_back(static_cast<char>(peek()));
      ++at_;
    }
  }
  close("'", opened, "'");
}

void Scanner::scanDoubleQuotes(ShellWord &word) {
  if (!deeper()) return;
  ++depth_;
  std::size_t opened = at_ > 0 ? (*units_)[at_ - 1].at : 0;
  word.quoted = true;
  while (peek() != endOfText && peek() != '"') {
    if (atHole()) {
      takeInto(word, Quoting::DoubleQuotes);
      continue;
    }
    switch (peek()) {
    case '\\': scanEscape(word, Quoting::DoubleQuotes); break;
    case '$': scanDollar(word, Around::DoubleQuotes); break;
    case '`': scanBackticks(word, Around::DoubleQuotes); break;
    default: word.text.push_back(static_cast<char>(peek())); ++at_;
    }
  }
  close("\"", opened, "\"");
  --depth_;
}

/// `…`: the text up to the next backtick without a backslash, of which one level of backslashes is taken
/// away, is a script of its own.
void Scanner::scanBackticks(ShellWord &word, Around around) {
  if (!deeper()) return;
  ++depth_;
  std::size_t opened = offset();
  ++at_;
  word.text.push_back('\0');
  std::vector<ShellUnit> inner;
  while (peek() != endOfText && peek() != '`') {
    if (peek() == '\\') {
      int after = peek(1);
      if (after == '"' && around == Around::Document) state_.unclear = true;
      bool taken =
          after == '`' || after == '\\' || after == '$' || (after == '"' && around == Around::DoubleQuotes);
      if (!taken) inner.push_back((*units_)[at_]);
      ++at_;
      if (!taken || peek() == endOfText) continue;
    }
    inner.push_back((*units_)[at_++]);
  }
  close("`", opened, "`");
  const std::vector<ShellUnit> *units = std::exchange(units_, &inner);
  std::size_t at = std::exchange(at_, 0);
  scanNested("", opened, "`");
  units_ = units;
  at_ = at;
  --depth_;
}

} // namespace pipelang::lowering
