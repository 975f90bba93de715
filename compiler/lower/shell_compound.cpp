// Compound commands of a shell script: groups, functions, `for`, `case`, `[[ … ]]`.
#include "compiler/lower/shell_scanner.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

/// `{`, `if`, `(`, …: what follows up to its end is one member of the pipeline of `command`.
void Scanner::openGroup(CommandState &command, bool loop) {
  Group group{command.pipeline(), command.firstHole(), groupReads_, loop, std::move(function_), nullptr,
              state_.facts};
  function_.clear();
  if (!group.function.empty()) {
    group.own = std::make_unique<FunctionFacts>();
    state_.facts = group.own.get();
  }
  if (loop) ++state_.facts->loops;
  groups_.push_back(std::move(group));
  groupReads_ = false;
  reads_ = false;
  command = CommandState(state_, std::make_shared<ShellPipeline>(), nextHole_);
}

/// The group's last pipeline has ended: `command` is the group again.
void Scanner::closeGroup(CommandState &command) {
  if (groups_.empty()) {
    state_.unclear = true;
    return;
  }
  Group group = std::move(groups_.back());
  groups_.pop_back();
  bool reads = groupReads_;
  if (group.loop) --state_.facts->loops;
  if (group.own) {
    FunctionFacts &facts = *group.own, &known = state_.found[group.function];
    known.readsCode |= reads;
    known.unknownCommand |= facts.unknownCommand || (facts.dynamicName && facts.copies) ||
                            (known.commandAt >= 0 && facts.commandAt != known.commandAt);
    known.evaluates |= facts.evaluates || (facts.dynamicCode && facts.copies);
    known.commandAt = facts.commandAt;
    if (known.body == HoleRange{}) known.body.begin = group.firstHole;
    known.body.end = nextHole_;
    reads = false;
  }
  state_.facts = group.outer;
  groupReads_ = group.reads;
  command = CommandState(state_, group.pipeline, group.firstHole);
  command.close();
  reads_ = reads;
}

/// A reserved word where a command begins. False: it is none that opens or closes something.
bool Scanner::scanKeyword(CommandState &command, const ShellWord &word) {
  if (opensGroup(word.text)) {
    bool loop = word.text != "{" && word.text != "if";
    openGroup(command, loop);
    if (word.text == "for" || word.text == "select") scanFor();
    return true;
  }
  if (closesGroup(word.text)) {
    endPipeline(command);
    closeGroup(command);
    return true;
  }
  if (word.text == "case") {
    openGroup(command, false);
    scanCase();
    endPipeline(command);
    closeGroup(command);
    return true;
  }
  if (word.text == "[[") {
    scanConditional(command);
    return true;
  }
  if (word.text == "function") {
    scanFunction();
    return true;
  }
  return false;
}

/// Behind `function`.
void Scanner::scanFunction() {
  skipBlanks();
  ShellWord name = scanWord(plainStops);
  takeAll(name.range, Danger::VariableName);
  skipBlanks();
  if (accept("(")) {
    skipBlanks();
    if (!accept(")")) state_.unclear = true;
  }
  defineFunction(name.text);
}

void Scanner::defineFunction(const std::string &name) {
  function_ = name;
  if (name.empty() || findProgram(name)) state_.unclear = true; // `cd() { … }` is fine, `eval() { … }` is not
}

/// Behind `for`: `x in words`, or `((…))`.
void Scanner::scanFor() {
  skipBlanks();
  if (accept("((")) {
    ShellWord word;
    bool outer = std::exchange(bashOnly_, true);
    if (!scanArithmetic(word)) state_.unclear = true;
    bashOnly_ = outer;
    return;
  }
  takeAll(scanWord(plainStops).range, Danger::VariableName);
  skipLines();
  std::size_t begin = at_;
  ShellWord in = scanWord(plainStops);
  if (in.text != "in" || in.quoted) {
    state_.facts->copies = true; // over "$@"
    at_ = begin;
    return;
  }
  ShellPlace outer = std::exchange(place_, ShellPlace::LoopItem);
  for (skipBlanks(); peek() != endOfText && !atOneOf("\n;&|<>()"); skipBlanks())
    state_.facts->copies |= scanWord(plainStops).positional;
  place_ = outer;
}

/// Behind `case`: the word, ` in`, the arms, `esac`.
void Scanner::scanCase() {
  skipLines();
  ShellPlace outer = std::exchange(place_, ShellPlace::CaseSubject);
  scanWord(plainStops);
  place_ = outer;
  skipLines();
  ShellWord in = scanWord(plainStops);
  if (in.text != "in") {
    state_.unclear = true;
    return;
  }
  while (peek() != endOfText) {
    skipLines();
    bool ends = peek(4) == endOfText ||
                (peek(4) < hole && llvm::StringRef(plainStops).contains(static_cast<char>(peek(4))));
    if (ends && accept("esac")) return;
    if (peek() == endOfText) return;
    scanCasePatterns();
    scanCommands(caseArm);
    if (!accept(";;&") && !accept(";;") && !accept(";&")) {
      if (!accept("esac")) state_.unclear = true;
      return;
    }
  }
}

void Scanner::scanCasePatterns() {
  ShellPlace outer = std::exchange(place_, ShellPlace::CasePattern);
  skipBlanks();
  accept("(");
  while (true) {
    skipBlanks();
    if (accept(")")) break;
    if (accept("|")) continue;
    std::size_t before = at_;
    scanWord(plainStops);
    if (at_ != before) continue;
    state_.unclear = true;
    break;
  }
  place_ = outer;
}

void Scanner::numbersOnly(HoleRange range) {
  for (std::size_t index = range.begin; index < range.end; ++index)
    state_.sites[index].numberOnly = true;
}

/// `[[` was read: up to `]]`, where `<`, `(` and `&&` are no operators of commands.
void Scanner::scanConditional(CommandState &command) {
  std::size_t opened = offset();
  bool outerOnly = std::exchange(bashOnly_, true);
  ShellPlace outer = std::exchange(place_, ShellPlace::Operand);
  ShellWord left;
  bool hasLeft = false, closed = false;
  while (peek() != endOfText && !closed) {
    skipLines();
    if (accept("&&") || accept("||") || accept("(") || accept(")")) {
      hasLeft = false;
      continue;
    }
    std::string op = peek() == '<' ? "<" : peek() == '>' ? ">" : "";
    std::size_t before = at_;
    ShellWord word;
    if (op.empty())
      word = scanWord(plainStops);
    else
      ++at_;
    if (at_ == before) break; // an error of syntax
    if (word.text == "]]" && !word.quoted) {
      closed = true;
    } else if (hasLeft) {
      scanBinary(left, op.empty() ? word.text : op);
      hasLeft = false;
    } else if (!word.quoted && (word.text == "-v" || word.text == "-R")) {
      skipBlanks();
      takeAll(scanWord(plainStops).range, Danger::VariableName);
    } else if (!word.quoted && word.text.size() == 2 && word.text[0] == '-') {
      skipBlanks();
      if (peek() != ']' || peek(1) != ']') scanWord(plainStops);
    } else if (word.text != "!" || word.quoted) {
      left = std::move(word);
      hasLeft = true;
    }
  }
  place_ = outer;
  bashOnly_ = outerOnly;
  if (!closed) problem(ShellProblem::Kind::Unclosed, opened, "[[");
  command.close();
}

/// The right side of `left op …` in `[[`.
void Scanner::scanBinary(const ShellWord &left, llvm::StringRef op) {
  skipLines();
  if (op == "==" || op == "=" || op == "!=" || op == "=~") {
    ShellPlace outer = std::exchange(place_, ShellPlace::OperandPattern);
    if (op == "=~")
      scanRegex();
    else
      scanWord(plainStops);
    place_ = outer;
    return;
  }
  ShellWord right = scanWord(plainStops);
  if (op == "<" || op == ">" || op == "-nt" || op == "-ot" || op == "-ef") return;
  for (const ShellWord *side : {&left, static_cast<const ShellWord *>(&right)}) {
    numbersOnly(side->range);
    for (std::size_t index : side->holes)
      if (state_.sites[index].place == ShellPlace::Operand)
        state_.sites[index].place = ShellPlace::NumberOperand;
  }
}

/// A regular expression: brackets are part of it, and blanks within them.
ShellWord Scanner::scanRegex() {
  ShellWord all;
  all.range.begin = nextHole_;
  int open = 0;
  while (peek() != endOfText) {
    if (open == 0 && atOneOf(" \t\n")) break;
    if (peek() == '(') ++open;
    if (peek() == ')' && open-- == 0) break;
    if (atOneOf(" \t\n;&|<>()")) {
      all.text.push_back(static_cast<char>(peek()));
      ++at_;
    } else {
      scanWordUnit(all);
    }
  }
  all.range.end = nextHole_;
  return all;
}

} // namespace pipelang::lowering
