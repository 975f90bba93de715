// Words of a shell script: quotes, expansions, arithmetic, backticks.
#include "compiler/lower/shell_scanner.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

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

} // namespace pipelang::lowering
