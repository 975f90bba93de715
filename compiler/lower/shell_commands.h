// What the words of a simple command mean for a hole in one of them: `eval`, `sh -c`, `export`, …, and what
// flows through a pipeline into a program that executes it. Part of the shell scanner (shell_scan.h).
#pragma once

#include "compiler/lower/shell_programs.h"
#include "compiler/lower/shell_scan.h"
#include <map>
#include <memory>
#include <set>

namespace pipelang::lowering {

/// Holes [begin, end) of a script: those of a piece of its text, nested ones too.
struct HoleRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const HoleRange &) const = default;
};

/// A word as far as the scanner read it. Expansions and holes are a NUL byte in `text`.
struct ShellWord {
  std::string text;
  std::vector<std::size_t> holes; ///< Indexes of the sites in the word itself.
  HoleRange range;                ///< Those and the nested ones.
  HoleRange calls;                ///< Of ShellState::calls: functions that substitutions in it call.
  bool quoted = false;            ///< Some of it stood in quotes.
  bool assignment = false;        ///< `name=…`, `name+=…`, `name[…]=…`, with a plain name.
  bool vanishes = false;          ///< An expansion without quotes: it may become no word at all.
  bool positional = false;        ///< `$1`, `$@`, … are in it.
  int position = 0;               ///< Which of them it begins with, from 1 as `$@` does; -1: another.

  bool dynamic() const { return text.find('\0') != std::string::npos; }
};

/// What a function does with its arguments and its standard input.
struct FunctionFacts {
  bool readsCode = false;      ///< It executes what it reads.
  bool evaluates = false;      ///< An argument becomes code.
  bool unknownCommand = false; ///< Some argument becomes a command, and it is not known which.
  HoleRange body;              ///< The holes in it, which it may print.
  int commandAt = -1;          ///< `"$@"` runs: the index of the argument that names the program.
  bool copies = false;         ///< Its variables hold arguments.
  bool dynamicName = false;    ///< A variable names a command.
  bool dynamicCode = false;    ///< A variable is evaluated.
  int shifts = 0;              ///< Of `shift`, so far; -1: it is not known how often.
  int loops = 0;               ///< That are open.
  bool operator==(const FunctionFacts &) const = default;
};

/// What all parts of one scan share.
struct ShellState {
  ShellDialect dialect = ShellDialect::Bash;
  std::vector<HoleSite> sites;
  std::set<ShellRead> reads;
  std::map<std::string, FunctionFacts> functions; ///< From the pass before.
  std::map<std::string, FunctionFacts> found;     ///< In this pass.
  std::vector<HoleRange> calls;                   ///< The bodies of the functions that were called, in order.
  FunctionFacts *facts = nullptr;                 ///< Of the function being scanned, or of the script.
  bool unclear = false;                           ///< From here on shells do not agree.
  bool integers = false;                          ///< Some variable is declared to be computed.
  std::set<std::string> arrays;                   ///< Names of arrays.
  /// Holes that bash computes if their variable is an array.
  std::vector<std::pair<std::size_t, std::string>> declared;
  std::vector<std::size_t> assigned; ///< Holes that bash computes if there are integers.
  unsigned nesting = 0;              ///< Scripts within scripts: `sh -c '…'`.

  void mark(HoleRange range, Danger danger);
  void place(const ShellWord &word, ShellPlace place);
};

/// One pipeline: `cat <<EOF | sh` runs what the here-document says.
struct ShellPipeline {
  struct Fed { ///< The standard input of one member.
    HoleRange range;
    std::size_t member = 0;
    Danger danger = Danger::Code;
  };
  std::vector<HoleRange> members;
  std::vector<std::pair<std::size_t, HoleRange>> called; ///< Functions, by member: what they print.
  std::vector<Fed> fed;
  std::size_t readers = 0; ///< One more than the last member that executes what it reads.
  bool finished = false;

  void feed(ShellState &state, const Fed &input);
  void finish(ShellState &state);
};

/// What the script `text` does with its arguments, `$1` and on.
FunctionFacts factsOf(const std::string &text, ShellDialect dialect, unsigned nesting);

/// Follows one simple command word by word.
class CommandState {
public:
  CommandState(ShellState &state, std::shared_ptr<ShellPipeline> pipeline, std::size_t firstHole)
      : state_(&state), pipeline_(std::move(pipeline)), firstHole_(firstHole) {}

  /// The next word of the command; marks the holes in it that no quoting can save.
  void addWord(const ShellWord &word);
  /// The command is over. `reads`: something in it executes its standard input.
  void finish(std::size_t endHole, bool reads);
  /// A compound command ended: only redirections may follow.
  void close() { stage_ = Stage::Closed; }
  /// The next word would name a program (or be a reserved word).
  bool atName() const { return stage_ == Stage::Name && !wrapped_; }
  bool empty() const { return stage_ == Stage::Name && !wrapped_ && !begun_; }
  /// Of a plain name without quotes; else empty.
  const std::string &keyword() const { return keyword_; }
  const std::string &name() const { return name_; }
  std::size_t argumentCount() const { return arguments_; }
  std::size_t firstHole() const { return firstHole_; }
  const std::shared_ptr<ShellPipeline> &pipeline() const { return pipeline_; }
  /// `declare a=(`: words like assignments are some.
  bool declares() const { return program_ && program_->kind == ProgramKind::Declare; }

private:
  enum class Stage { Name, Arguments, Closed };
  void addName(const ShellWord &word);
  bool addWrapperWord(const ShellWord &word);
  void nameIs(const ShellWord &word);
  void noteDynamicName(const ShellWord &word);
  void noteAssignment(const ShellWord &word);
  void addArgument(const ShellWord &word);
  void addBuiltinArgument(const ShellWord &word);
  void addDeclaration(const ShellWord &word);
  void addTestArgument(const ShellWord &word);
  void addProgramArgument(const ShellWord &word);
  bool addOption(const ShellWord &word);
  void addCodeWord(const ShellWord &word, bool isOption);
  void addOperand(const ShellWord &word);
  void shift();
  bool addCallArgument(const ShellWord &word);
  void code(const ShellWord &word);

  ShellState *state_;
  std::shared_ptr<ShellPipeline> pipeline_;
  std::size_t firstHole_;
  Stage stage_ = Stage::Name;
  std::string name_;
  std::string keyword_;
  const Program *program_ = nullptr;     ///< By its name; null: an unknown one.
  const Program *interpreter_ = nullptr; ///< The last word that is one.
  const Program *wrapper_ = nullptr;
  bool begun_ = false;         ///< Assignments or reserved words were read.
  bool wrapped_ = false;       ///< After `sudo`, `env`, …: options may come before the name.
  bool optionValue_ = false;   ///< The next word belongs to an option.
  bool codeNext_ = false;      ///< Up to the next operand all is code: after `-c`.
  bool hasCode_ = false;       ///< `-c` was given.
  bool codeArguments_ = false; ///< The script after `-c` executes its arguments.
  bool readsInput_ = false;    ///< `sh -s`, `python3 -`
  bool replaces_ = false;      ///< `xargs -I`
  bool nameNext_ = false;      ///< The next word is a variable's name, or a command's after `-exec`.
  bool computes_ = false;      ///< `declare -i`, `-a`, `-n`: values are computed.
  int operandsLeft_ = 0;       ///< Of a wrapper, before the command's name.
  std::size_t arguments_ = 0;  ///< Words after the name.
  std::size_t operands_ = 0;   ///< Those of the interpreter that are no options.
};

} // namespace pipelang::lowering
