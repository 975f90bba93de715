// What `$` begins in a shell script: `$x`, `${x…}`, `$(…)`, `$((…))`.
#include "compiler/lower/shell_scanner.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

static bool isNameUnit(int unit) {
  return unit >= 0 && unit < hole && (llvm::isAlnum(static_cast<char>(unit)) || unit == '_');
}

void Scanner::scanDollar(ShellWord &word, Around around) {
  bool bare = around == Around::Nothing;
  ++at_;
  if (atHole()) return takeInto(word, bare ? Quoting::Word : Quoting::DoubleQuotes, Danger::AfterDollar);
  if (bare && accept("'")) return scanSingleQuotes(word, Quoting::DollarQuotes);
  if (bare && accept("\"")) return scanDoubleQuotes(word);
  if (peek() == '(') {
    word.vanishes |= bare;
    return scanSubstitution(word);
  }
  if (accept("{")) {
    word.vanishes |= bare;
    return scanBraces(word, around);
  }
  if (atByte() && !isNameUnit(peek()) && !atOneOf("@*#?-$!")) {
    word.text.push_back('$');                 // a dollar sign
    if (peek() == '[') state_.unclear = true; // bash once computed there
    return;
  }
  scanSpecial(word, around);
}

/// `$x`, `$1`, `$@`.
void Scanner::scanSpecial(ShellWord &word, Around around) {
  word.vanishes |= around == Around::Nothing || peek() == '@';
  bool first = word.text.empty();
  word.text.push_back('\0');
  if (peek() == endOfText) return;
  bool digit = llvm::isDigit(static_cast<char>(peek()));
  if (digit ? peek() != '0' : atOneOf("@*")) {
    word.positional = true;
    int position = digit ? peek() - '0' : 1;
    word.position = first ? position : word.position;
  }
  if (digit || !isNameUnit(peek())) {
    ++at_;
    return;
  }
  noteRead();
  while (isNameUnit(peek()))
    ++at_;
}

/// The variable that is named from here on, behind `$` or `${`, if nothing is done with its value.
void Scanner::noteRead() {
  const auto code = [&](std::size_t at) { return at < units_->size() ? (*units_)[at].code : endOfText; };
  std::string name;
  std::size_t end = at_;
  for (; isNameUnit(code(end)); ++end)
    name.push_back(static_cast<char>(code(end)));
  const bool braces = code(at_ - 1) == '{';
  if (name.empty() || (braces && code(end) != '}')) return;
  const std::size_t begin = (*units_)[at_ - (braces ? 2 : 1)].at;
  const std::size_t behind = (*units_)[braces ? end : end - 1].at + 1;
  state_.reads.insert({begin, behind - begin, std::move(name)});
}

/// `$(commands)` or `$((arithmetic))`, at the bracket.
void Scanner::scanSubstitution(ShellWord &word) {
  std::size_t opened = offset();
  Mark begin = mark();
  ShellWord computed;
  word.text.push_back('\0');
  if (accept("((")) {
    if (scanArithmetic(computed)) {
      word.holes.insert(word.holes.end(), computed.holes.begin(), computed.holes.end());
      return;
    }
    rewind(begin);
    state_.unclear = true; // bash: a subshell in a substitution; dash: an error
  }
  accept("(");
  scanNested(")", opened, "$(");
}

/// Behind `${`, up to the operator. False: shells do not agree what it is.
bool Scanner::scanParameter(ShellWord &word) {
  if ((peek() == '#' || peek() == '!') &&
      (isNameUnit(peek(1)) || atHole(1) || peek(1) == '@' || peek(1) == '*'))
    ++at_;
  bool digit = atByte() && llvm::isDigit(static_cast<char>(peek()));
  if (digit || atOneOf("@*")) {
    word.positional = true;
    bool plain = peek(1) == '}' && word.text.size() == 1;
    if (word.text.size() == 1) word.position = !plain ? -1 : digit ? peek() - '0' : 1;
    if (peek() == '@') word.vanishes = true;
  }
  if (atHole()) {
    takeInto(word, Quoting::Word, Danger::VariableName);
  } else if (isNameUnit(peek())) {
    while (isNameUnit(peek()))
      ++at_;
    if (atHole()) takeInto(word, Quoting::Word, Danger::VariableName);
  } else if (atOneOf("@*?$!#-")) {
    ++at_;
  } else {
    return false; // `${ commands; }` of newer shells
  }
  if (peek() == '[') {
    if (peek(1) == '@') word.vanishes = true;
    scanSubscript(word);
  }
  return true;
}

/// Behind `${`: the name, then an operator, then a word.
void Scanner::scanBraces(ShellWord &word, Around around) {
  if (!deeper()) return;
  ++depth_;
  std::size_t opened = at_ >= 2 ? (*units_)[at_ - 2].at : 0;
  if (at_ >= 2) noteRead();
  word.text.push_back('\0');
  ShellPlace pattern = ShellPlace::ParameterPattern;
  if (!scanParameter(word)) {
    state_.unclear = true;
    scanBraceWord(word, around, ShellPlace::ParameterWord, "}");
  } else if (peek() != '}') {
    bool colon = accept(":");
    splits_ = around == Around::Nothing && peek() == '=';
    if (accept("-") || accept("=") || accept("?") || accept("+")) {
      scanBraceWord(word, around, ShellPlace::ParameterWord, "}");
    } else if (colon) {
      scanOffset(word);
    } else if (accept("//") || accept("/")) {
      if (!accept("#")) accept("%");
      scanBraceWord(word, around, pattern, "/}");
      if (accept("/")) scanBraceWord(word, around, ShellPlace::ParameterReplacement, "}");
    } else if (accept("@")) {
      if (atHole()) takeInto(word, Quoting::Word, Danger::VariableName);
      scanBraceWord(word, around, pattern, "}");
    } else if (accept("##") || accept("#") || accept("%%") || accept("%") || accept("^^") || accept("^") ||
               accept(",,") || accept(",")) {
      scanBraceWord(word, around, pattern, "}");
    } else {
      state_.unclear = true;
      scanBraceWord(word, around, pattern, "}");
    }
  }
  close("}", opened, "${");
  --depth_;
}

/// `${x:offset:length}`: computed.
void Scanner::scanOffset(ShellWord &word) {
  bool outerNumbers = std::exchange(numbers_, true), outerOnly = std::exchange(bashOnly_, true);
  while (peek() != endOfText && peek() != '}') {
    if (atHole())
      scanNumberHole(word, Quoting::Arithmetic);
    else if (peek() == '$')
      scanDollar(word, Around::DoubleQuotes);
    else if (peek() == '`')
      scanBackticks(word, Around::DoubleQuotes);
    else if (atOneOf("\"'\\")) {
      state_.unclear = true;
      ++at_;
    } else
      ++at_;
  }
  numbers_ = outerNumbers;
  bashOnly_ = outerOnly;
}

/// The word of `${x:-word}` or (a pattern) of `${x#word}`, up to one of `stops`, which stays.
void Scanner::scanBraceWord(ShellWord &word, Around around, ShellPlace place, llvm::StringRef stops) {
  ShellPlace outer = std::exchange(place_, place);
  bool pattern = place != ShellPlace::ParameterWord;
  std::size_t first = nextHole_;
  bool splits = std::exchange(splits_, false) ||
                (place == ShellPlace::ParameterReplacement && around == Around::Nothing);
  while (peek() != endOfText && !atOneOf(stops))
    scanBraceUnit(word, around, pattern);
  if (pattern && around == Around::Document) takeAll({first, nextHole_}, Danger::Unclear);
  if (splits) takeAll({first, nextHole_}, Danger::Split);
  place_ = outer;
}

void Scanner::scanBraceUnit(ShellWord &word, Around around, bool pattern) {
  // In double quotes the word of `${x:-…}` is in them too; a pattern has quotes of its own.
  bool own = around == Around::Nothing || pattern;
  if (atHole())
    return takeInto(word, own                              ? Quoting::Word
                          : around == Around::DoubleQuotes ? Quoting::DoubleQuotes
                                                           : Quoting::HereDocument);
  switch (peek()) {
  case '\\': return scanEscape(word, own ? Quoting::Word : Quoting::DoubleQuotes);
  case '$':
    if (!own && peek(1) == '\'') state_.unclear = true;
    return scanDollar(word, own ? Around::Nothing : around);
  case '`': return scanBackticks(word, around);
  case '"':
    ++at_;
    if (around != Around::Document) return scanDoubleQuotes(word);
    state_.unclear = true; // dash and bash differ in whether these are quotes
    return;
  case '\'': {
    ++at_;
    if (!own) return;
    std::size_t begin = at_;
    scanSingleQuotes(word, Quoting::SingleQuotes);
    for (std::size_t i = begin; around != Around::Nothing && i < at_; ++i)
      if ((*units_)[i].code == '}' || (*units_)[i].code == '"') state_.unclear = true;
    return;
  }
  default: ++at_; word.text.push_back('\0');
  }
}

/// A hole that is computed: a number of its own.
void Scanner::scanNumberHole(ShellWord &word, Quoting quoting) {
  auto joins = [](int unit) {
    return isNameUnit(unit) || unit >= hole || unit == '#' || unit == '$' || unit == '@' || unit == '}';
  };
  int before = at_ > 0 ? (*units_)[at_ - 1].code : endOfText;
  int after = peek(1);
  bool part =
      joins(before) || isNameUnit(after) || after >= hole || after == '#' || after == '[' || after == '(';
  takeInto(word, quoting, part ? Danger::VariableName : Danger::None);
}

/// Up to `))`. False: there is none, and what was read may be something else.
bool Scanner::scanArithmetic(ShellWord &word) {
  if (!deeper()) return true;
  std::size_t begin = offset();
  if (notArithmetic_.count(begin)) return false;
  ++depth_;
  bool outer = std::exchange(numbers_, true);
  bool closed = scanArithmeticText(word);
  numbers_ = outer;
  --depth_;
  if (!closed) notArithmetic_.insert(begin);
  return closed;
}

bool Scanner::scanArithmeticText(ShellWord &word) {
  for (int open = 0; peek() != endOfText;) {
    if (atHole()) {
      scanNumberHole(word, Quoting::Arithmetic);
      continue;
    }
    switch (peek()) {
    case '$': scanDollar(word, Around::DoubleQuotes); continue;
    case '`': scanBackticks(word, Around::DoubleQuotes); continue;
    case '\\': scanEscape(word, Quoting::DoubleQuotes); continue;
    case '"':
      ++at_;
      scanDoubleQuotes(word);
      continue;
    case '\'': state_.unclear = true; break;
    case '(': ++open; break;
    case ')':
      if (open == 0) return accept("))");
      --open;
      break;
    default: break;
    }
    ++at_;
  }
  return false;
}

} // namespace pipelang::lowering
