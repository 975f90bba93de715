// What the words of a simple command mean for a hole in one of them: `eval`, `sh -c`, `export`, …
// Part of the shell scanner (shell_scan.h).
#pragma once

#include "compiler/lower/shell_scan.h"
#include <memory>

namespace pipelang::lowering {

/// A word as far as the scanner read it. Expansions and holes are a NUL byte in `text`.
struct ShellWord {
  std::string text;
  std::vector<std::size_t> holes; ///< Indexes of the sites in it.
  bool quoted = false;            ///< Some of it stood in quotes.
};

/// One pipeline: `cat <<EOF | sh` runs what the here-document says.
struct ShellPipeline {
  bool readsCode = false; ///< One of its commands takes its standard input for code.
};

/// Follows one simple command word by word.
class CommandState {
public:
  explicit CommandState(std::vector<HoleSite> &sites, std::shared_ptr<ShellPipeline> pipeline)
      : sites_(&sites), pipeline_(std::move(pipeline)) {}

  /// The next word of the command; marks the holes in it that no quoting can save.
  void addWord(const ShellWord &word);
  /// The command is over: tells its pipeline whether it reads code.
  void finish();
  /// The next word would name a program (or be a reserved word).
  bool atName() const { return stage_ == Stage::Name; }
  const std::string &name() const { return name_; }
  std::size_t argumentCount() const { return arguments_; }
  const std::shared_ptr<ShellPipeline> &pipeline() const { return pipeline_; }

private:
  enum class Stage { Name, Arguments };
  void addName(const ShellWord &word);
  void addArgument(const ShellWord &word);
  void addInterpreterArgument(const ShellWord &word);
  void mark(const ShellWord &word, Danger danger);

  std::vector<HoleSite> *sites_;
  std::shared_ptr<ShellPipeline> pipeline_;
  Stage stage_ = Stage::Name;
  std::string name_;
  bool wrapped_ = false;      ///< After `sudo`, `env`, …: options may come before the name.
  bool optionValue_ = false;  ///< The next word belongs to an option.
  bool codeNext_ = false;     ///< The next word is code: after `-c`.
  bool hasCode_ = false;      ///< `-c` was given.
  std::size_t arguments_ = 0; ///< Words after the name.
  std::size_t operands_ = 0;  ///< Those that are no options.
};

} // namespace pipelang::lowering
