#include "compiler/lower/shell_commands.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

using Kind = ProgramKind;

void ShellState::mark(HoleRange range, Danger danger) {
  for (std::size_t hole = range.begin; hole < range.end; ++hole)
    if (sites[hole].danger == Danger::None) sites[hole].danger = danger;
}

void ShellState::place(const ShellWord &word, ShellPlace place) {
  for (std::size_t hole : word.holes)
    if (sites[hole].place == ShellPlace::Argument) sites[hole].place = place;
}

void ShellPipeline::feed(ShellState &state, const Fed &input) {
  if (!finished)
    fed.push_back(input);
  else if (input.member < readers)
    state.mark(input.range, input.danger);
}

void ShellPipeline::finish(ShellState &state) {
  finished = true;
  for (const Fed &input : fed)
    if (input.member < readers) state.mark(input.range, input.danger);
  for (std::size_t member = 0; member + 1 < readers; ++member)
    state.mark(members[member], Danger::PipedCode);
  for (const auto &[member, body] : called)
    if (member + 1 < readers) state.mark(body, Danger::PipedCode);
}

void CommandState::addWord(const ShellWord &word) {
  switch (stage_) {
  case Stage::Name: return addName(word);
  case Stage::Arguments: ++arguments_; return addArgument(word);
  case Stage::Closed: return state_->mark(word.range, Danger::Unclear); // the shell refuses it
  }
}

/// `word` is executed.
void CommandState::code(const ShellWord &word) {
  state_->mark(word.range, Danger::Code);
  for (std::size_t call = word.calls.begin; call < word.calls.end; ++call)
    state_->mark(state_->calls[call], Danger::Code);
  if (word.positional) state_->facts->evaluates = true;
  if (word.dynamic()) state_->facts->dynamicCode = true;
}

void CommandState::noteAssignment(const ShellWord &word) {
  llvm::StringRef name = llvm::StringRef(word.text).split('=').first.split('[').first.rtrim('+');
  state_->place(word, ShellPlace::Assignment);
  for (std::size_t hole : word.holes)
    state_->assigned.push_back(hole);
  if (word.positional) state_->facts->copies = true;
  if (isExecutedVariable(name)) code(word);
}

void CommandState::addName(const ShellWord &word) {
  bool assigns = word.assignment || (wrapped_ && isAssignment(word.text));
  if (assigns && !optionValue_) {
    begun_ = true;
    return noteAssignment(word);
  }
  if (wrapped_ && addWrapperWord(word)) return;
  if (!wrapped_ && !word.quoted && isReservedPrefix(word.text)) {
    if (word.text == "coproc") state_->unclear = true;
    begun_ = true;
    return;
  }
  state_->mark(word.range, Danger::CommandName);
  state_->place(word, ShellPlace::CommandName);
  if (word.dynamic()) noteDynamicName(word);
  begun_ = true;
  if (!word.vanishes) nameIs(word); // else the next word may be the name
}

/// An option or operand of a wrapper. False: the word names the command.
bool CommandState::addWrapperWord(const ShellWord &word) {
  llvm::StringRef text = word.text;
  if (optionValue_) {
    optionValue_ = false;
    return true;
  }
  if (codeNext_) {
    codeNext_ = false;
    code(word);
    return true;
  }
  if (text.startswith("-") && text.size() > 1) {
    replaces_ |= text.startswith("-I") || text.startswith("-i") || text.startswith("--replace");
    llvm::StringRef option = text.split('=').first;
    bool isCode = hasWord(wrapper_->codeWords, option) ||
                  (!text.startswith("--") && text.drop_front().find_first_of(wrapper_->code) == 0);
    if (isCode) code(word);
    codeNext_ = isCode && (text.size() == 2 || text == option);
    optionValue_ = !isCode && text.size() == 2 && llvm::StringRef(wrapper_->values).contains(text[1]);
    if (name_ == "command" && text.find_first_of("vV") != llvm::StringRef::npos) stage_ = Stage::Arguments;
    return true;
  }
  if (operandsLeft_ > 0) {
    --operandsLeft_;
    return true;
  }
  return false;
}

/// A command's name that the script computes.
void CommandState::noteDynamicName(const ShellWord &word) {
  FunctionFacts &facts = *state_->facts;
  if (!word.positional) {
    facts.dynamicName = true;
    return;
  }
  bool known = word.text == llvm::StringRef("\0", 1) && word.position > 0 && facts.shifts >= 0;
  int at = facts.shifts + word.position - 1;
  if (known && (facts.commandAt < 0 || facts.commandAt == at))
    facts.commandAt = at;
  else
    facts.unknownCommand = true;
}

void CommandState::nameIs(const ShellWord &word) {
  name_ = word.text;
  keyword_ = word.quoted || word.dynamic() || wrapped_ ? "" : name_;
  program_ = findProgram(name_);
  stage_ = Stage::Arguments;
  arguments_ = 0;
  if (!program_) return;
  if (program_->kind == Kind::Interpreter || program_->stdinCode) interpreter_ = program_;
  if (program_->kind != Kind::Wrapper) return;
  wrapper_ = program_;
  wrapped_ = true;
  operandsLeft_ = wrapper_->operands;
  stage_ = Stage::Name;
}

void CommandState::addArgument(const ShellWord &word) {
  if (name_ == "shift") {
    int count = 1;
    bool read = arguments_ == 1 && !llvm::StringRef(word.text).getAsInteger(10, count);
    bool plain = read && state_->facts->shifts >= 0;
    state_->facts->shifts = plain ? state_->facts->shifts + count - 1 : -1; // `finish` adds one
    return;
  }
  if (!addCallArgument(word)) return;
  if (name_ == "set" && arguments_ == 1) state_->facts->copies |= word.positional;
  if (program_ && program_->kind != Kind::Plain && program_->kind != Kind::Runner &&
      program_->kind != Kind::Interpreter)
    return addBuiltinArgument(word);
  addProgramArgument(word);
}

/// An argument of a function of the script. False: it became the name of a command.
bool CommandState::addCallArgument(const ShellWord &word) {
  auto known = state_->functions.find(name_);
  if (known == state_->functions.end()) return true;
  const FunctionFacts &facts = known->second;
  if (facts.evaluates || facts.unknownCommand) code(word);
  if (facts.commandAt < 0 || arguments_ != static_cast<std::size_t>(facts.commandAt) + 1) return true;
  stage_ = Stage::Name;
  wrapped_ = false;
  addName(word);
  keyword_.clear();
  return false;
}

void CommandState::addBuiltinArgument(const ShellWord &word) {
  switch (program_->kind) {
  case Kind::AllCode:
    if (name_ == "alias" && word.text.find('=') != std::string::npos) state_->unclear = true;
    return code(word);
  case Kind::Source:
    if (arguments_ == 1) state_->mark(word.range, Danger::CommandName);
    return;
  case Kind::Declare: return addDeclaration(word);
  case Kind::Names:
    state_->arrays.insert(word.text); // of `read -a`, `mapfile`
    return state_->mark(word.range, Danger::VariableName);
  case Kind::Numbers:
    for (std::size_t hole = word.range.begin; hole < word.range.end; ++hole)
      state_->sites[hole].numberOnly = true;
    return state_->place(word, ShellPlace::NumberArgument);
  case Kind::Test: return addTestArgument(word);
  default: return;
  }
}

void CommandState::addDeclaration(const ShellWord &word) {
  llvm::StringRef text = word.text;
  if (text.startswith("-") || text.startswith("+")) {
    computes_ |= text.find_first_of(llvm::StringRef("aAin\0", 5)) != llvm::StringRef::npos;
    state_->integers |= text.find_first_of("in") != llvm::StringRef::npos;
    return state_->mark(word.range, Danger::VariableName);
  }
  std::string name = text.split('=').first.split('[').first.rtrim('+').str();
  if (computes_) state_->arrays.insert(name);
  if (!isAssignment(text)) return state_->mark(word.range, Danger::VariableName);
  noteAssignment(word);
  if (computes_) state_->mark(word.range, Danger::Code);
  if (name_ != "export" && name_ != "readonly")
    for (std::size_t hole = word.range.begin; hole < word.range.end; ++hole)
      state_->declared.push_back({hole, name});
}

/// `test -v "a[$(…)]"` executes in bash.
void CommandState::addTestArgument(const ShellWord &word) {
  if (nameNext_) state_->mark(word.range, Danger::VariableName);
  nameNext_ = !word.quoted && (word.text == "-v" || word.text == "-R");
}

void CommandState::addProgramArgument(const ShellWord &word) {
  llvm::StringRef text = word.text;
  if (name_ == "printf" && text.startswith("-v")) {
    nameNext_ = text == "-v";
    return state_->mark(word.range, Danger::VariableName);
  }
  if (nameNext_) state_->mark(word.range, name_ == "find" ? Danger::CommandName : Danger::VariableName);
  nameNext_ = (name_ == "find" && hasWord("-exec -execdir -ok -okdir", text)) ||
              ((name_ == "wait" || name_ == "hash") && text == "-p");
  const Program *found = interpreter_ && interpreter_ == program_ ? nullptr : findProgram(text);
  if (found && found->kind == Kind::Interpreter && operands_ == 0 && !codeNext_) {
    interpreter_ = found;
    hasCode_ = false;
    return;
  }
  if (!addOption(word) && interpreter_) addOperand(word);
}

/// A word of an interpreter that is neither an option nor an option's value.
void CommandState::addOperand(const ShellWord &word) {
  ++operands_;
  readsInput_ |= operands_ == 1 && (word.text == "-" || word.text == "/dev/stdin");
  if (codeArguments_) code(word);
  if (interpreter_ != program_ && !(program_ && program_->kind == Kind::Runner)) return;
  auto wanted = static_cast<std::size_t>(interpreter_->operands);
  if (wanted == 0) {
    bool isScript = operands_ == 1 && !interpreter_->stdinCode && !hasCode_ && !readsInput_;
    if (isScript) state_->mark(word.range, Danger::CommandName);
  } else if (!hasCode_ && (operands_ == wanted || (operands_ > wanted && interpreter_->stdinCode))) {
    code(word);
  }
}

/// A word after `-c`: options, then the code.
void CommandState::addCodeWord(const ShellWord &word, bool isOption) {
  code(word);
  codeNext_ = isOption;
  if (isOption || !interpreter_ || !hasWord("sh bash dash ash ksh mksh zsh", interpreter_->name)) return;
  FunctionFacts facts =
      word.dynamic() ? FunctionFacts{} : factsOf(word.text, state_->dialect, state_->nesting);
  codeArguments_ = facts.evaluates || facts.unknownCommand || facts.commandAt >= 0;
  readsInput_ |= facts.readsCode;
}

/// Options, and the words that belong to them. False: the word is an operand.
bool CommandState::addOption(const ShellWord &word) {
  llvm::StringRef text = word.text;
  const Program *program = interpreter_ ? interpreter_ : program_;
  bool isOption = text.startswith("-") && text.size() > 1;
  if (codeNext_) return addCodeWord(word, isOption), true;
  if (optionValue_) {
    optionValue_ = false;
    return true;
  }
  if (!program) { // `"$SHELL" -c …`
    codeNext_ = llvm::StringRef(name_).contains('\0') && (text == "-c" || text == "-e");
    return codeNext_;
  }
  llvm::StringRef option = text.split('=').first;
  bool announced = hasWord(program->codeWords, option);
  if (!announced && !isOption) return false;
  if (operands_ > 0 && program->operands == 0 && !program->stdinCode) return false;
  std::size_t letter =
      text.startswith("--") || !isOption ? llvm::StringRef::npos : text.find_first_of(program->code, 1);
  if (announced || letter != llvm::StringRef::npos) {
    code(word); // attached to the option, as in `-e'…'`
    hasCode_ = true;
    bool attached =
        announced ? text != option : letter + 1 < text.size() && text.find('\0') != llvm::StringRef::npos;
    codeNext_ = !attached;
    return true;
  }
  readsInput_ |= text == "-s";
  char last = text.size() == 2 ? text[1] : '\0';
  optionValue_ = last != '\0' && llvm::StringRef(program->values).contains(last);
  hasCode_ |= optionValue_ && (last == 'f' || last == 'm');
  return true;
}

void CommandState::shift() {
  FunctionFacts &facts = *state_->facts;
  facts.shifts = facts.shifts < 0 || facts.loops > 0 ? -1 : facts.shifts + 1;
}

void CommandState::finish(std::size_t endHole, bool reads) {
  if (name_ == "shift") shift();
  bool own = interpreter_ && (interpreter_ == program_ || (program_ && program_->kind == Kind::Runner));
  if (own) reads |= interpreter_->stdinCode || readsInput_ || (operands_ == 0 && !hasCode_);
  if (program_ && program_->stdinCode) reads = true;
  bool byXargs = wrapper_ && llvm::StringRef(wrapper_->name) == "xargs";
  if (byXargs && interpreter_ && (replaces_ || operands_ == 0)) reads = true;
  auto known = state_->functions.find(name_);
  if (known != state_->functions.end()) {
    reads |= known->second.readsCode;
    state_->calls.push_back(known->second.body);
    pipeline_->called.push_back({pipeline_->members.size(), known->second.body});
  }
  pipeline_->members.push_back({firstHole_, endHole});
  if (reads) pipeline_->readers = pipeline_->members.size();
}

} // namespace pipelang::lowering
