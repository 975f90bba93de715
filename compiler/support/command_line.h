// Command lines as tables: both programs describe their commands with these structs, and parsing, help,
// completions and "did you mean" all come from the one description.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pipelang::cli {

/// `--format text|json`, `-q`. Without a value name it is a switch.
struct Option {
  std::string name;      ///< `--format`
  std::string shortName; ///< `-q`, or empty
  std::string valueName; ///< `FMT`; empty: a switch
  std::string help;
  std::vector<std::string> choices = {}; ///< Allowed values; empty: any.
  bool hidden = false;
};

struct Command {
  std::string name;      ///< Empty: what runs when the first word names no command.
  std::string arguments; ///< For the help's first line: `[FILE…]`
  std::string summary;   ///< One line.
  std::vector<Option> options;
  std::size_t minArguments = 0;
  std::size_t maxArguments = SIZE_MAX;
  std::string details = {}; ///< After the options, in the command's own help.
  bool hidden = false;
};

struct Program {
  std::string name;
  std::string version;
  std::string summary;
  std::vector<Command> commands;
  std::vector<Option> common; ///< Of every command: `--help`, `--color`, …
};

/// What was asked for.
struct Parsed {
  const Command *command = nullptr;
  std::vector<std::string> arguments;
  std::map<std::string, std::vector<std::string>> options; ///< By long name; switches have one empty value.

  bool has(llvm::StringRef option) const { return options.count(option.str()) > 0; }
  /// The last value given, or `fallback`.
  std::string value(llvm::StringRef option, llvm::StringRef fallback = "") const;
  std::vector<std::string> values(llvm::StringRef option) const;
};

/// Parses what follows the program's name. `--` ends the options. Error: what was wrong, what was expected
/// and the nearest right spelling. The command is null where only common options were given.
llvm::Expected<Parsed> parse(const Program &program, llvm::ArrayRef<std::string> words);

/// The program's help, or that of one command.
std::string help(const Program &program);
std::string help(const Program &program, const Command &command);

/// A completion script for `bash`, `zsh` or `fish`. Error: another shell.
llvm::Expected<std::string> completions(const Program &program, llvm::StringRef shell);

/// The manual page, in roff.
std::string manualPage(const Program &program);

/// `program` with the commands that every program has, `completions` and `man`.
Program withCommandsAboutItself(Program program);
/// What `parsed` asks about the program itself, by `--version`, `--help` or one of these commands; help where
/// there is no command. Empty: one of the program's own commands. Error: no completions for that shell.
llvm::Expected<std::optional<std::string>> aboutItself(const Program &program, const Parsed &parsed);

/// Whether to colour: `always`, `never`, or `auto`: a terminal and no NO_COLOR.
bool wantColor(llvm::StringRef choice, int descriptor);

} // namespace pipelang::cli
