#include "compiler/lower/shell_commands.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipelang::lowering {

static llvm::StringRef baseName(llvm::StringRef path) {
  return path.rsplit('/').second.empty() ? path : path.rsplit('/').second;
}

static bool isName(llvm::StringRef text) {
  if (text.empty() || llvm::isDigit(text.front())) return false;
  return llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// `NAME=…`, `NAME+=…`, `NAME[…]=…`: the name is plain text.
static bool isAssignment(llvm::StringRef text) {
  auto [left, right] = text.split('=');
  if (left.size() == text.size()) return false;
  left.consume_back("+");
  left = left.split('[').first;
  return isName(left);
}

/// Words after which still the name of a command comes.
static bool isReserved(llvm::StringRef word) {
  return llvm::StringSwitch<bool>(word)
      .Cases("if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", true)
      .Default(false);
}

/// Programs that run the program named by their arguments.
static bool isWrapper(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("exec", "command", "builtin", "env", "sudo", "nohup", "xargs", "nice", "setsid", "doas", true)
      .Default(false);
}

static bool isShell(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("sh", "bash", "dash", "zsh", "ksh", "ash", "su", true)
      .Default(false);
}

/// Programs that take code as an argument or on their standard input.
static bool isInterpreter(llvm::StringRef name) {
  if (isShell(name) || name.startswith("python")) return true;
  return llvm::StringSwitch<bool>(name)
      .Cases("perl", "ruby", "node", "php", "ssh", "psql", "mysql", "sqlite3", true)
      .Default(false);
}

/// `-c`, `-lc`, `-e`, `--eval`: the word after it is code.
static bool announcesCode(llvm::StringRef program, llvm::StringRef option) {
  if (option == "--eval" || option == "--command" || option == "--execute") return true;
  if (!option.startswith("-") || option.startswith("--")) return false;
  bool byC = isShell(program) || program.startswith("python") || program == "psql";
  return option.endswith(byC ? "c" : program == "php" ? "r" : "e");
}

void CommandState::mark(const ShellWord &word, Danger danger) {
  for (std::size_t hole : word.holes)
    if ((*sites_)[hole].danger == Danger::None) (*sites_)[hole].danger = danger;
}

void CommandState::addWord(const ShellWord &word) {
  if (stage_ == Stage::Name) return addName(word);
  ++arguments_;
  addArgument(word);
}

void CommandState::addName(const ShellWord &word) {
  if (isAssignment(word.text)) return;
  if (optionValue_) {
    optionValue_ = false;
    return;
  }
  if (wrapped_ && llvm::StringRef(word.text).startswith("-")) {
    optionValue_ = word.text.size() == 2 && llvm::StringRef("ugnIPLdsaC").contains(word.text[1]);
    return;
  }
  mark(word, Danger::CommandName);
  llvm::StringRef name = baseName(word.text);
  if (!word.quoted && isReserved(name)) return;
  if (isWrapper(name)) {
    wrapped_ = true;
    return;
  }
  name_ = name.str();
  stage_ = Stage::Arguments;
}

void CommandState::addArgument(const ShellWord &word) {
  llvm::StringRef name = name_;
  llvm::StringRef text = word.text;
  if (name == "eval" || (name == "trap" && arguments_ == 1)) return mark(word, Danger::Code);
  if ((name == "." || name == "source") && arguments_ == 1) return mark(word, Danger::CommandName);
  if (name == "timeout" && arguments_ == 1 && !text.startswith("-")) {
    stage_ = Stage::Name;
    return;
  }
  if ((name == "for" || name == "select" || name == "function") && arguments_ == 1)
    return mark(word, Danger::VariableName);
  if (name == "unset" || name == "read" || name == "getopts" || name == "let")
    return mark(word, Danger::VariableName);
  if (name == "export" || name == "local" || name == "declare" || name == "typeset" || name == "readonly") {
    if (!isAssignment(text)) mark(word, Danger::VariableName);
    return;
  }
  if (isInterpreter(name)) addInterpreterArgument(word);
}

void CommandState::addInterpreterArgument(const ShellWord &word) {
  llvm::StringRef text = word.text;
  if (codeNext_) {
    codeNext_ = false;
    return mark(word, Danger::Code);
  }
  if (optionValue_) {
    optionValue_ = false;
    return;
  }
  if (name_ == "ssh") {
    if (operands_ > 0) return mark(word, Danger::Code);
    if (text.startswith("-"))
      optionValue_ = text.size() == 2 && llvm::StringRef("pioFlJLRDbcmWw").contains(text[1]);
    else
      ++operands_;
    return;
  }
  if (text.startswith("-") && text.size() > 1) {
    if (operands_ == 0 && announcesCode(name_, text)) codeNext_ = hasCode_ = true;
    return;
  }
  if (text == "-") {
    pipeline_->readsCode = true; // the script comes from the standard input
    return;
  }
  ++operands_;
}

void CommandState::finish() {
  llvm::StringRef name = name_;
  if (!isInterpreter(name)) return;
  bool database = name == "psql" || name == "mysql" || name == "sqlite3";
  if (database || name == "ssh" || (operands_ == 0 && !hasCode_)) pipeline_->readsCode = true;
}

} // namespace pipelang::lowering
