// The programs whose arguments or standard input are code, or the name of another program. Part of the shell
// scanner (shell_scan.h).
#pragma once

#include "llvm/ADT/StringRef.h"

namespace pipelang::lowering {

enum class ProgramKind {
  Plain,       ///< Its arguments are data, but for the options below.
  Wrapper,     ///< Runs the program that its arguments name.
  Runner,      ///< Like `docker`: an interpreter may stand among its arguments.
  Interpreter, ///< Executes its standard input, unless it is given a file or code.
  AllCode,     ///< `eval`
  Source,      ///< `.`: the first argument is a file that is executed.
  Declare,     ///< `export`, `local`, …: `name=value`
  Names,       ///< `unset`, `read`: arguments are names of variables.
  Numbers,     ///< `let`
  Test,        ///< `test`, `[`
};

/// One program. Lists of options are words separated by spaces, as they are written.
struct Program {
  const char *name;
  ProgramKind kind;
  const char *values = "";    ///< Letters of options that take the next word.
  const char *code = "";      ///< Letters of options whose word is code.
  const char *codeWords = ""; ///< Long ones, and words, that announce code.
  int operands = 0;           ///< Of a wrapper: before the command. Else which operand (from 1) is code.
  bool stdinCode = false;     ///< Executes its standard input even with operands.
};

/// By the last part of its path; versions (`python3.11`) are ignored. Null: an unknown one.
const Program *findProgram(llvm::StringRef path);

/// Whether `words` (separated by spaces) has `word`.
bool hasWord(llvm::StringRef words, llvm::StringRef word);

/// Words after which still the name of a command comes: `if`, `do`, `!`, …
bool isReservedPrefix(llvm::StringRef word);
/// Words that begin a compound command, and that end one.
bool opensGroup(llvm::StringRef word);
bool closesGroup(llvm::StringRef word);

/// Variables whose value is executed by a shell or by git: `BASH_ENV`, `PS4`, …
bool isExecutedVariable(llvm::StringRef name);

bool isName(llvm::StringRef text);
/// `NAME=…`, `NAME+=…`, `NAME[…]=…`: the name is plain text.
bool isAssignment(llvm::StringRef text);

} // namespace pipelang::lowering
