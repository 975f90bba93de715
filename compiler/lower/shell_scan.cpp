#include "compiler/lower/shell_scanner.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipelang::lowering {

Scanner::Scanner(const std::vector<ShellUnit> &units, std::size_t holes, ShellDialect dialect)
    : units_(&units) {
  state_.dialect = dialect;
  state_.sites.resize(holes);
  state_.facts = &script_;
}

void Scanner::run() {
  state_.facts = &script_;
  while (peek() != endOfText) {
    groupReads_ |= scanCommands(endOfText);
    if (peek() == endOfText) break;
    ++at_; // a closing token without its opening
    state_.unclear = true;
  }
  script_.readsCode = groupReads_;
  script_.unknownCommand |= script_.dynamicName && script_.copies;
  script_.evaluates |= script_.dynamicCode && script_.copies;
  state_.found[""] = script_;
}

void Scanner::problem(ShellProblem::Kind kind, std::size_t at, llvm::StringRef what) {
  // Where shells do not agree what was opened, none can say what is missing.
  if (problems_.empty() && (!state_.unclear || kind == ShellProblem::Kind::TooDeep))
    problems_.push_back({kind, at, what.str()});
  state_.unclear = true;
}

void Scanner::close(llvm::StringRef text, std::size_t opened, llvm::StringRef what) {
  if (!accept(text)) problem(ShellProblem::Kind::Unclosed, opened, what);
}

bool Scanner::deeper() {
  if (depth_ < deepestShell) return true;
  problem(ShellProblem::Kind::TooDeep, offset(), "");
  at_ = units_->size();
  for (std::size_t i = nextHole_; i < state_.sites.size(); ++i)
    state_.sites[i].danger = Danger::Unclear;
  return false;
}

void Scanner::rewind(const Mark &to) {
  at_ = to.at;
  for (std::size_t i = to.nextHole; i < nextHole_; ++i)
    state_.sites[i] = {};
  nextHole_ = to.nextHole;
  problems_.resize(to.problems);
}

/// Consumes the hole at the cursor.
void Scanner::takeInto(ShellWord &word, Quoting quoting, Danger danger) {
  std::size_t index = static_cast<std::size_t>(peek() - hole);
  ++at_;
  nextHole_ = index + 1;
  HoleSite &site = state_.sites[index];
  site.quoting = quoting;
  site.place = quoting == Quoting::Arithmetic ? ShellPlace::Arithmetic : place_;
  site.numberOnly = numbers_ || quoting == Quoting::Arithmetic || quoting == Quoting::Subscript;
  if (danger != Danger::None) site.danger = danger; // else a call before it may have decided
  if (site.danger == Danger::None && bashOnly_ && state_.dialect == ShellDialect::Posix)
    site.danger = Danger::BashOnly;
  if (site.danger == Danger::None && state_.unclear) site.danger = Danger::Unclear;
  word.holes.push_back(index);
  word.text.push_back('\0');
}

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

/// Blanks, line ends with their here-documents, and comments.
void Scanner::skipLines() {
  while (true) {
    skipBlanks();
    if (peek() == '#')
      scanComment();
    else if (accept("\n"))
      scanDocuments();
    else
      return;
  }
}

void Scanner::scanComment() {
  while (peek() != endOfText && peek() != '\n') {
    if (!atHole()) {
      ++at_;
      continue;
    }
    std::size_t index = static_cast<std::size_t>(peek() - hole);
    state_.sites[index].quoting = Quoting::Comment;
    nextHole_ = index + 1;
    ++at_;
  }
}

/// Commands up to `closing`, which stays for the caller. Whether one of them executes its standard input.
bool Scanner::scanCommands(int closing) {
  if (!deeper()) return false;
  ++depth_;
  std::vector<Group> groups = std::move(groups_);
  groups_.clear();
  std::string function = std::move(function_);
  function_.clear();
  bool reads = std::exchange(reads_, false), groupReads = std::exchange(groupReads_, false);
  ShellPlace place = std::exchange(place_, ShellPlace::Argument);
  CommandState command(state_, std::make_shared<ShellPipeline>(), nextHole_);
  while (peek() != endOfText && scanToken(closing, command)) {
  }
  endPipeline(command);
  while (!groups_.empty()) { // broken: the shell says so
    closeGroup(command);
    endPipeline(command);
  }
  groups_ = std::move(groups);
  function_ = std::move(function);
  place_ = place;
  bool nested = groupReads_;
  groupReads_ = groupReads;
  reads_ = reads || nested;
  --depth_;
  return nested;
}

/// Commands of a substitution, up to `closing`, and that.
void Scanner::scanNested(llvm::StringRef closing, std::size_t opened, llvm::StringRef what) {
  std::vector<PendingDocument> pending = std::move(pending_);
  pending_.clear();
  bool outer = std::exchange(outerPending_, outerPending_ || !pending.empty());
  scanCommands(closing.empty() ? endOfText : ')');
  while (closing.empty() && peek() != endOfText) {
    ++at_; // a closing token without its opening
    state_.unclear = true;
    scanCommands(endOfText);
  }
  outerPending_ = outer;
  if (!pending_.empty()) state_.unclear = true; // its body is behind the substitution, or nowhere
  pending_ = std::move(pending);
  close(closing, opened, what);
}

/// One token of a command. False: what closes the commands is there.
bool Scanner::scanToken(int closing, CommandState &command) {
  skipBlanks();
  int unit = peek();
  if (unit == endOfText || unit == ')') return false;
  if (unit == ';' && (peek(1) == ';' || (peek(1) == '&' && closing == caseArm))) return false;
  if (scanOperator(closing, command)) return true;
  ShellWord word = scanWord(plainStops, command.atName() || command.declares());
  std::size_t after = at_;
  skipBlanks();
  bool defines = command.empty() && !word.text.empty() && !word.assignment && accept("(");
  skipBlanks();
  defines = defines && accept(")");
  if (!defines) at_ = after;
  if (defines) {
    state_.mark(word.range, Danger::CommandName);
    defineFunction(word.text);
    return true;
  }
  if (closing == caseArm && word.text == "esac" && !word.quoted && command.empty()) {
    at_ -= 4;
    return false;
  }
  if ((peek() == '<' || peek() == '>') && !word.quoted && !word.text.empty() &&
      llvm::all_of(word.text, llvm::isDigit))
    return true; // the descriptor of a redirection
  if (command.atName() && !word.quoted && scanKeyword(command, word)) return true;
  command.addWord(word);
  return true;
}

/// The command is over; `pipe`: the next one reads what it writes.
void Scanner::next(CommandState &command, bool pipe) {
  if (!pipe) return endPipeline(command);
  command.finish(nextHole_, reads_);
  reads_ = false;
  command = CommandState(state_, command.pipeline(), nextHole_);
}

void Scanner::endPipeline(CommandState &command) {
  command.finish(nextHole_, reads_);
  reads_ = false;
  std::shared_ptr<ShellPipeline> pipeline = command.pipeline();
  pipeline->finish(state_);
  groupReads_ |= pipeline->readers > 0;
  command = CommandState(state_, std::make_shared<ShellPipeline>(), nextHole_);
}

/// An operator, line end, comment or bracket at the cursor; false: a word is there.
bool Scanner::scanOperator(int closing, CommandState &command) {
  (void)closing;
  switch (peek()) {
  case '\n':
    ++at_;
    endPipeline(command);
    scanDocuments();
    return true;
  case '#': scanComment(); return true;
  case ';':
    ++at_;
    endPipeline(command);
    return true;
  case '&':
    if (peek(1) == '>' && state_.dialect == ShellDialect::Posix) state_.unclear = true; // dash: `&`, then `>`
    if (peek(1) == '>') {
      ++at_;
      scanRedirection(command);
      return true;
    }
    at_ += peek(1) == '&' ? 2 : 1;
    endPipeline(command);
    return true;
  case '|':
    if (peek(1) == '|') {
      at_ += 2;
      endPipeline(command);
      return true;
    }
    at_ += peek(1) == '&' ? 2 : 1;
    next(command, true);
    while (peek() == '\n' || peek() == ' ' || peek() == '\t' || peek() == '#')
      skipLines(); // `a |` goes on behind the line end
    return true;
  case '<':
  case '>': scanRedirection(command); return true;
  case '(': scanParenthesis(command); return true;
  default: return false;
  }
}

/// `(commands)` or `((arithmetic))`.
void Scanner::scanParenthesis(CommandState &command) {
  std::size_t opened = offset();
  Mark begin = mark();
  if (!command.atName()) state_.unclear = true; // an error of syntax, or a pattern of bash
  if (accept("((")) {
    ShellWord word;
    bool outer = std::exchange(bashOnly_, true);
    bool read = scanArithmetic(word);
    bashOnly_ = outer;
    if (read) return command.close();
    // A single bracket closes it: two subshells, for dash always and for bash then.
    bool open = peek() == endOfText;
    rewind(begin);
    state_.unclear |= open;
  }
  accept("(");
  openGroup(command, false);
  scanCommands(')');
  groupReads_ |= reads_;
  close(")", opened, "(");
  endPipeline(command);
  closeGroup(command);
}

static std::vector<ShellUnit> unitsOf(const std::vector<std::string> &texts) {
  std::vector<ShellUnit> units;
  std::uint32_t offset = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (unsigned char byte : texts[i])
      units.push_back({byte, offset++});
    if (i + 1 < texts.size()) units.push_back({hole + static_cast<std::int32_t>(i), offset++});
  }
  return units;
}

/// What only the whole script decides, and the table of places.
static void settle(ShellState &state) {
  for (const auto &[index, name] : state.declared)
    if (state.arrays.count(name)) state.mark({index, index + 1}, Danger::Code);
  for (std::size_t index : state.assigned)
    if (state.integers) state.sites[index].numberOnly = true;
  for (HoleSite &site : state.sites) {
    if (site.quoting == Quoting::Comment || site.danger != Danger::None) continue;
    if (allows(site.place, site.quoting, state.dialect)) continue;
    bool pattern = site.place == ShellPlace::CasePattern || site.place == ShellPlace::OperandPattern ||
                   site.place == ShellPlace::ParameterPattern;
    bool inBash = allows(site.place, site.quoting, ShellDialect::Bash);
    if (site.quoting == Quoting::DollarQuotes && state.dialect == ShellDialect::Posix)
      site.danger = Danger::DollarQuotesInSh;
    else if (inBash)
      site.danger = Danger::BashOnly;
    else
      site.danger = pattern && site.quoting == Quoting::Word ? Danger::Pattern : Danger::Unclear;
  }
}

/// Passes until what functions do with their arguments is known; then it is the result.
static ShellState scanUnits(const std::vector<ShellUnit> &units, std::size_t holes, ShellDialect dialect,
                            unsigned nesting, std::vector<ShellProblem> &problems) {
  constexpr int passes = 4;
  std::map<std::string, FunctionFacts> functions;
  for (int pass = 1;; ++pass) {
    Scanner scanner(units, holes, dialect);
    scanner.state().functions = functions;
    scanner.state().nesting = nesting;
    scanner.run();
    std::map<std::string, FunctionFacts> found = scanner.state().found;
    FunctionFacts script = found[""];
    found.erase("");
    bool stable = found == functions;
    if (stable || pass == passes) {
      problems = std::move(scanner.problems());
      ShellState state = std::move(scanner.state());
      if (!stable) state.mark({0, holes}, Danger::Unclear);
      state.found[""] = script;
      return state;
    }
    functions = std::move(found);
  }
}

FunctionFacts factsOf(const std::string &text, ShellDialect dialect, unsigned nesting) {
  FunctionFacts unknown;
  unknown.evaluates = true;
  if (nesting >= 4) return unknown;
  std::vector<ShellProblem> problems;
  return scanUnits(unitsOf({text}), 0, dialect, nesting + 1, problems).found[""];
}

ShellScan scanShell(const std::vector<std::string> &texts, ShellDialect dialect) {
  ShellScan result;
  ShellState state = scanUnits(unitsOf(texts), texts.size() - 1, dialect, 0, result.problems);
  settle(state);
  result.sites = std::move(state.sites);
  result.reads = std::move(state.reads);
  return result;
}

} // namespace pipelang::lowering
