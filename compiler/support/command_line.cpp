#include "compiler/support/command_line.h"
#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace pipelang::cli {

std::string Parsed::value(llvm::StringRef option, llvm::StringRef fallback) const {
  auto found = options.find(option.str());
  return found == options.end() ? fallback.str() : found->second.back();
}

std::vector<std::string> Parsed::values(llvm::StringRef option) const {
  auto found = options.find(option.str());
  return found == options.end() ? std::vector<std::string>{} : found->second;
}

namespace {

template <typename... Args> llvm::Error wrong(fmt::format_string<Args...> text, Args &&...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s",
                                 fmt::format(text, std::forward<Args>(args)...).c_str());
}

std::string didYouMean(llvm::StringRef word, const std::vector<std::string> &candidates) {
  std::string nearest = nearestName(word, candidates);
  return nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest);
}

class Parser {
public:
  Parser(const Program &program, llvm::ArrayRef<std::string> words) : program_(program), words_(words) {}

  llvm::Expected<Parsed> run() {
    chooseCommand();
    for (; next_ < words_.size(); ++next_)
      if (llvm::Error error = takeWord()) return error;
    if (llvm::Error error = checkArguments()) return error;
    return std::move(parsed_);
  }

private:
  const Command *commandNamed(llvm::StringRef name) const {
    for (const Command &command : program_.commands)
      if (command.name == name) return &command;
    return nullptr;
  }

  /// The first word names the command, else the nameless command takes it.
  void chooseCommand() {
    if (!words_.empty() && !llvm::StringRef(words_[0]).startswith("-"))
      parsed_.command = commandNamed(words_[0]);
    if (parsed_.command)
      next_ = 1;
    else
      parsed_.command = commandNamed("");
  }

  llvm::Error takeWord() {
    llvm::StringRef word = words_[next_];
    if (!optionsEnded_ && word == "--") {
      optionsEnded_ = true;
    } else if (!optionsEnded_ && word.size() > 1 && word.startswith("-")) {
      return takeOption(word);
    } else if (!parsed_.command) {
      return wrong("unknown command `{}`{}", word.str(), didYouMean(word, commandNames()));
    } else {
      parsed_.arguments.push_back(word.str());
    }
    return llvm::Error::success();
  }

  llvm::Error takeOption(llvm::StringRef word) {
    auto [name, value] = word.startswith("--") ? word.split('=') : std::pair(word, llvm::StringRef());
    bool hasValue = word.startswith("--") && word.contains('=');
    const Option *option = find(name);
    if (!option && name.size() > 2 && !name.startswith("--")) { // `-j4`
      option = find(name.take_front(2));
      if (option && !option->valueName.empty()) {
        value = name.drop_front(2);
        hasValue = true;
      } else {
        option = nullptr;
      }
    }
    if (!option) return wrong("unknown option `{}`{}", name.str(), didYouMean(name, optionNames()));
    if (option->valueName.empty()) {
      if (hasValue) return wrong("`{}` takes no value", option->name);
      parsed_.options[option->name] = {""};
      return llvm::Error::success();
    }
    if (!hasValue) {
      if (next_ + 1 >= words_.size()) return wrong("`{}` needs a value: {}", option->name, option->valueName);
      value = words_[++next_];
    }
    if (!option->choices.empty() && !llvm::is_contained(option->choices, value))
      return wrong("`{}` is one of {}; not `{}`{}", option->name, fmt::join(option->choices, ", "),
                   value.str(), didYouMean(value, option->choices));
    parsed_.options[option->name].push_back(value.str());
    return llvm::Error::success();
  }

  llvm::Error checkArguments() {
    if (!parsed_.command || parsed_.has("--help") || parsed_.has("--version")) return llvm::Error::success();
    const Command &command = *parsed_.command;
    std::string form =
        program_.name + (command.name.empty() ? "" : " " + command.name) + " " + command.arguments;
    if (parsed_.arguments.size() < command.minArguments) {
      if (command.name.empty() && parsed_.arguments.empty())
        return wrong("nothing to do; expected `{}`, or a command (see --help)", form);
      return wrong("an argument is missing; expected `{}`", form);
    }
    if (parsed_.arguments.size() > command.maxArguments)
      return wrong("unexpected `{}`; expected `{}`", parsed_.arguments[command.maxArguments], form);
    return llvm::Error::success();
  }

  const Option *find(llvm::StringRef name) const {
    auto matches = [&](const Option &option) { return option.name == name || option.shortName == name; };
    if (parsed_.command)
      for (const Option &option : parsed_.command->options)
        if (matches(option)) return &option;
    for (const Option &option : program_.common)
      if (matches(option)) return &option;
    return nullptr;
  }

  std::vector<std::string> commandNames() const {
    std::vector<std::string> names;
    for (const Command &command : program_.commands)
      if (!command.hidden && !command.name.empty()) names.push_back(command.name);
    return names;
  }

  std::vector<std::string> optionNames() const {
    std::vector<std::string> names;
    if (parsed_.command)
      for (const Option &option : parsed_.command->options)
        names.push_back(option.name);
    for (const Option &option : program_.common)
      names.push_back(option.name);
    return names;
  }

  const Program &program_;
  llvm::ArrayRef<std::string> words_;
  Parsed parsed_;
  std::size_t next_ = 0;
  bool optionsEnded_ = false;
};

std::string spelling(const Option &option) {
  std::string text = option.shortName.empty() ? "    " : option.shortName + ", ";
  text += option.name;
  if (!option.choices.empty()) return text + " " + fmt::format("{}", fmt::join(option.choices, "|"));
  return option.valueName.empty() ? text : text + " " + option.valueName;
}

/// Options without the indent that lines them up.
std::string bareSpelling(const Option &option) {
  return llvm::StringRef(spelling(option)).ltrim().str();
}

std::string optionLines(llvm::ArrayRef<Option> options) {
  std::string text;
  for (const Option &option : options)
    if (!option.hidden) text += fmt::format("  {:<30} {}\n", spelling(option), option.help);
  return text;
}

std::string formOf(const Program &program, const Command &command) {
  std::string form = program.name;
  for (const std::string &part : {command.name, command.arguments})
    if (!part.empty()) form += " " + part;
  return form;
}

} // namespace

llvm::Expected<Parsed> parse(const Program &program, llvm::ArrayRef<std::string> words) {
  return Parser(program, words).run();
}

std::string help(const Program &program) {
  std::string text = fmt::format("{}\n\nUsage:\n", program.summary);
  for (const Command &command : program.commands) {
    if (command.hidden) continue;
    std::string form = formOf(program, command);
    text += fmt::format("  {:<42} {}\n", form, command.summary);
  }
  return text + fmt::format("\nOptions of every command:\n{}\n`{} COMMAND --help` says more about one.\n",
                            optionLines(program.common), program.name);
}

std::string help(const Program &program, const Command &command) {
  std::string text = fmt::format("{}\n\nUsage: {} [OPTIONS]\n", command.summary, formOf(program, command));
  if (!command.options.empty()) text += "\nOptions:\n" + optionLines(command.options);
  text += "\nOptions of every command:\n" + optionLines(program.common);
  if (!command.details.empty()) text += "\n" + command.details + "\n";
  return text;
}

static std::string bashCompletions(const Program &program) {
  std::string names, cases;
  auto optionWords = [&](const Command &command) {
    std::string words;
    for (llvm::ArrayRef<Option> options :
         {llvm::ArrayRef<Option>(command.options), llvm::ArrayRef<Option>(program.common)})
      for (const Option &option : options)
        if (!option.hidden) words += option.name + " ";
    return words;
  };
  for (const Command &command : program.commands) {
    if (command.hidden) continue;
    if (!command.name.empty()) names += command.name + " ";
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command.name.empty() ? "*" : command.name,
                         optionWords(command));
  }
  return fmt::format("_{0}() {{\n"
                     "  local word=${{COMP_WORDS[COMP_CWORD]}} words=\n"
                     "  case ${{COMP_WORDS[1]}} in\n{2}  esac\n"
                     "  [ \"$COMP_CWORD\" -gt 1 ] || words=\"$words {1}\"\n"
                     "  case $word in\n"
                     "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
                     "    *) COMPREPLY=($(compgen -W \"$words\" -f -- \"$word\")) ;;\n"
                     "  esac\n"
                     "}}\ncomplete -o filenames -F _{0} {0}\n",
                     program.name, names, cases);
}

static std::string zshCompletions(const Program &program) {
  return fmt::format("#compdef {0}\nautoload -U +X bashcompinit && bashcompinit\n{1}", program.name,
                     bashCompletions(program));
}

static std::string fishCompletions(const Program &program) {
  std::string text;
  auto line = [&](llvm::StringRef condition, const Option &option) {
    text +=
        fmt::format("complete -c {}{} -l {}{}{} -d '{}'\n", program.name, condition.str(),
                    llvm::StringRef(option.name).drop_front(2).str(),
                    option.shortName.empty() ? "" : " -s " + option.shortName.substr(1),
                    option.valueName.empty() ? "" : " -r", fmt::join(llvm::split(option.help, "'"), "\\'"));
  };
  for (const Command &command : program.commands) {
    if (command.hidden || command.name.empty()) continue;
    text += fmt::format("complete -c {} -n __fish_use_subcommand -a {} -d '{}'\n", program.name, command.name,
                        fmt::join(llvm::split(command.summary, "'"), "\\'"));
    for (const Option &option : command.options)
      line(fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name), option);
  }
  for (const Option &option : program.common)
    line("", option);
  return text;
}

llvm::Expected<std::string> completions(const Program &program, llvm::StringRef shell) {
  if (shell == "bash") return bashCompletions(program);
  if (shell == "zsh") return zshCompletions(program);
  if (shell == "fish") return fishCompletions(program);
  return wrong("no completions for `{}`; there are bash, zsh and fish", shell.str());
}

std::string manualPage(const Program &program) {
  auto escaped = [](llvm::StringRef text) {
    std::string result;
    for (char c : text) {
      if (c == '\\' || c == '-') result += '\\';
      result += c;
    }
    return result;
  };
  std::string text = fmt::format(".TH {} 1 \"\" \"{} {}\"\n.SH NAME\n{} \\- {}\n.SH COMMANDS\n",
                                 llvm::StringRef(program.name).upper(), program.name, program.version,
                                 program.name, escaped(program.summary));
  auto options = [&](llvm::ArrayRef<Option> list) {
    for (const Option &option : list)
      if (!option.hidden)
        text +=
            fmt::format(".RS\n.TP\n.B {}\n{}\n.RE\n", escaped(bareSpelling(option)), escaped(option.help));
  };
  for (const Command &command : program.commands) {
    if (command.hidden) continue;
    text += fmt::format(".TP\n.B {}\n{}\n", escaped(formOf(program, command)), escaped(command.summary));
    options(command.options);
  }
  text += ".SH OPTIONS OF EVERY COMMAND\n";
  options(program.common);
  return text;
}

Program withCommandsAboutItself(Program program) {
  program.commands.push_back({"completions", "SHELL", "a completion script for bash, zsh or fish", {}, 1, 1});
  program.commands.push_back({"man", "", "the manual page", {}, 0, 0});
  return program;
}

llvm::Expected<std::optional<std::string>> aboutItself(const Program &program, const Parsed &parsed) {
  if (parsed.has("--version")) return program.name + " " + program.version + "\n";
  if (!parsed.command) return help(program);
  const std::string &name = parsed.command->name;
  if (parsed.has("--help")) return name.empty() ? help(program) : help(program, *parsed.command);
  if (name == "man") return manualPage(program);
  if (name == "completions") return completions(program, parsed.arguments.front());
  return std::nullopt;
}

bool wantColor(llvm::StringRef choice, int descriptor) {
  if (choice == "always") return true;
  if (choice == "never") return false;
  const char *off = std::getenv("NO_COLOR");
  const char *terminal = std::getenv("TERM");
  return isatty(descriptor) && !(off && *off) && terminal && llvm::StringRef(terminal) != "dumb";
}

} // namespace pipelang::cli
