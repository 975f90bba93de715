#include "compiler/lower/script_flows.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <map>

namespace pipelang::lowering {

namespace {

constexpr int deepest = 16; ///< Substitutions within substitutions that are followed.

bool isNameCharacter(char c) {
  return llvm::isAlnum(c) || c == '_';
}

/// A word of a command.
struct Word {
  std::string text;                ///< Without quotes; expansions are left out.
  std::set<std::string> variables; ///< Those it is expanded with.
};

/// A simple command.
struct Command {
  std::vector<Word> words;
  bool toFile = false;              ///< Its output is redirected.
  bool hasDocument = false;         ///< It reads a here-document.
  std::set<std::string> redirected; ///< Variables in the names of the files.
  std::set<std::string> document;   ///< Variables that its here-documents are filled with.
};

class Reader {
public:
  Reader(const WatchedVariables &watched, std::vector<VariableFlow> &flows)
      : watched_(watched), flows_(flows) {
    addOrigins(watched.secret);
    addOrigins(watched.untrusted);
  }

  /// Reads `text`; `captured`: its output goes elsewhere than to the log.
  void read(llvm::StringRef text, bool captured, int depth) {
    llvm::StringRef outer = std::exchange(text_, text);
    std::size_t outerAt = std::exchange(at_, 0);
    int outerDepth = std::exchange(depth_, depth);
    std::vector<std::size_t> outerEnds = std::exchange(ends_, endsOf(text));
    std::vector<bool> outerGroups = std::exchange(groups_, {});
    std::size_t outerLeading = std::exchange(leading_, 0);
    Command command;
    while (at_ < text_.size())
      next(command, captured);
    finish(command, captured);
    text_ = outer;
    at_ = outerAt;
    depth_ = outerDepth;
    ends_ = std::move(outerEnds);
    groups_ = std::move(outerGroups);
    leading_ = outerLeading;
  }

private:
  /// Each variable is its own origin; of very many the rest count as the last, so that sets stay small.
  void addOrigins(const std::set<std::string> &names) {
    constexpr std::size_t most = 64;
    std::string last;
    std::size_t count = 0;
    for (const std::string &name : names) {
      if (count++ < most) last = name;
      origins_[name].insert(last);
    }
  }

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  /// Takes one word, separator or redirection.
  void next(Command &command, bool captured) {
    char c = peek();
    switch (c) {
    case ' ':
    case '\t': ++at_; return;
    case '#': at_ = std::min(text_.size(), text_.find('\n', at_)); return;
    case '|':
      finish(command, captured, peek(1) != '|');
      at_ += peek(1) == '|' ? 2 : 1;
      return;
    case '\n':
      ++at_;
      documents(command);
      return finish(command, captured);
    case '(': openGroup(ends_[at_]); [[fallthrough]];
    case ';':
    case '&':
    case ')':
      finish(command, captured);
      if (c == ')') closeGroup();
      ++at_;
      return;
    case '>':
    case '<': return redirection(command);
    default: break;
    }
    command.words.push_back(word());
    if (command.words.size() != 1 || command.words.front().text.size() != 1) return;
    if (command.words.front().text == "{") openGroup(ends_[at_ - 1]);
    if (command.words.front().text == "}") closeGroup();
  }

  void openGroup(std::size_t end) {
    groups_.push_back(leadsAway(end));
    leading_ += groups_.back() ? 1 : 0;
  }
  void closeGroup() {
    if (groups_.empty()) return;
    leading_ -= groups_.back() ? 1 : 0;
    groups_.pop_back();
  }

  /// Whether what stands after the end of a group takes its output to elsewhere than the log.
  bool leadsAway(std::size_t end) const {
    if (end == llvm::StringRef::npos) return false;
    llvm::StringRef after = text_.drop_front(end + 1).ltrim(" \t");
    if (after.startswith("|")) return !after.startswith("||");
    return after.startswith(">") && !after.startswith(">&");
  }

  /// The here-documents that begin on the line just read.
  void documents(Command &command) {
    for (const auto &[delimiter, filled] : std::exchange(delimiters_, {})) {
      std::size_t begin = at_;
      while (at_ < text_.size()) {
        std::size_t end = std::min(text_.find('\n', at_), text_.size());
        llvm::StringRef line = text_.slice(at_, end);
        at_ = std::min(end + 1, text_.size());
        if (line.ltrim('\t') == delimiter) break;
      }
      if (!filled) continue;
      std::size_t end = at_;
      Word body;
      for (at_ = begin; at_ < end;) {
        if (peek() == '$')
          expansion(body);
        else
          ++at_;
      }
      at_ = end;
      command.document.insert(body.variables.begin(), body.variables.end());
    }
  }

  void redirection(Command &command) {
    bool output = peek() == '>';
    if (peek() == '<' && peek(1) == '<' && peek(2) != '<') {
      at_ += peek(2) == '-' ? 3 : 2;
      while (peek() == ' ' || peek() == '\t')
        ++at_;
      std::size_t begin = at_;
      std::string delimiter = word().text;
      bool quoted = text_.slice(begin, at_).find_first_of("'\"\\") != llvm::StringRef::npos;
      delimiters_.emplace_back(std::move(delimiter), !quoted);
      command.hasDocument = true;
      return;
    }
    while (peek() == '>' || peek() == '<' || peek() == '&' || peek() == '|' || peek() == '-')
      ++at_;
    while (peek() == ' ' || peek() == '\t')
      ++at_;
    Word target = word();
    command.redirected.insert(target.variables.begin(), target.variables.end());
    bool isLog = target.text == "1" || target.text == "2" ||
                 llvm::StringRef(target.text).startswith("/dev/std") ||
                 target.variables.count("GITHUB_STEP_SUMMARY") > 0;
    command.toFile |= output && !isLog;
  }

  Word word() {
    Word word;
    std::size_t begin = at_;
    bool inDouble = false;
    for (; at_ < text_.size();) {
      char c = text_[at_];
      if (!inDouble && llvm::StringRef(" \t\n;&|()<>").contains(c)) break;
      if (c == '\\') {
        if (peek(1) != '\n') word.text += peek(1);
        at_ += 2;
      } else if (c == '\'' && !inDouble) {
        std::size_t end = text_.find('\'', at_ + 1);
        word.text += text_.slice(at_ + 1, end);
        at_ = end == llvm::StringRef::npos ? text_.size() : end + 1;
      } else if (c == '"') {
        inDouble = !inDouble;
        ++at_;
      } else if (c == '$') {
        expansion(word);
      } else if (c == '`') {
        substitution(word, text_.find('`', at_ + 1), 1);
      } else {
        word.text += c;
        ++at_;
      }
    }
    at_ = std::min(at_, text_.size());
    if (at_ == begin) ++at_; // nothing else may stop the reader
    return word;
  }

  /// At a `$`.
  void expansion(Word &word) {
    if (peek(1) == '(' && peek(2) != '(') return substitution(word, ends_[at_ + 1], 2);
    bool braced = peek(1) == '{';
    std::size_t begin = at_ + (braced ? 2 : 1);
    if (braced && begin < text_.size() && (text_[begin] == '#' || text_[begin] == '!')) ++begin;
    std::size_t end = begin;
    while (end < text_.size() && isNameCharacter(text_[end]))
      ++end;
    llvm::StringRef name = text_.slice(begin, end);
    auto origin = origins_.find(name.str());
    if (origin != origins_.end()) word.variables.insert(origin->second.begin(), origin->second.end());
    if (name == "GITHUB_ENV" || name == "GITHUB_PATH" || name == "GITHUB_STEP_SUMMARY")
      word.variables.insert(name.str());
    at_ = std::max(end, at_ + 1);
  }

  /// For each opening bracket where it is closed; npos where it is not, and for all other characters.
  static std::vector<std::size_t> endsOf(llvm::StringRef text) {
    std::vector<std::size_t> ends(text.size(), std::size_t{llvm::StringRef::npos});
    std::vector<std::size_t> round, curly;
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::vector<std::size_t> &open = text[i] == '(' || text[i] == ')' ? round : curly;
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '(' || text[i] == '{')
        open.push_back(i);
      else if ((text[i] == ')' || text[i] == '}') && !open.empty()) {
        ends[open.back()] = i;
        open.pop_back();
      }
    }
    return ends;
  }

  /// `$(…)`, or backticks: the commands in it, and what they print becomes part of the word.
  void substitution(Word &word, std::size_t end, std::size_t opening) {
    llvm::StringRef inside = text_.slice(at_ + opening, end);
    std::size_t after = end == llvm::StringRef::npos ? text_.size() : end + 1;
    std::set<std::string> outer = std::exchange(mentioned_, {});
    if (depth_ < deepest) read(inside, true, depth_ + 1);
    word.variables.insert(mentioned_.begin(), mentioned_.end());
    mentioned_.insert(outer.begin(), outer.end());
    at_ = after;
  }

  void finish(Command &command, bool captured, bool intoPipe = false) {
    judge(command, captured || command.toFile || leading_ > 0, intoPipe);
    for (const Word &word : command.words)
      mentioned_.insert(word.variables.begin(), word.variables.end());
    command = {};
  }

  static bool isShell(llvm::StringRef name) {
    return llvm::StringSwitch<bool>(name).Cases("sh", "bash", "dash", "zsh", "ksh", true).Default(false);
  }

  static bool isPrefix(llvm::StringRef name) {
    return llvm::StringSwitch<bool>(name)
        .Cases("if", "then", "else", "elif", "do", "while", "until", "!", "{", true)
        .Cases("command", "builtin", "exec", "sudo", "env", "time", "nohup", true)
        .Default(false);
  }

  void judge(const Command &command, bool captured, bool intoPipe) {
    std::size_t first = 0;
    for (; first < command.words.size(); ++first) {
      const Word &word = command.words[first];
      auto [name, value] = llvm::StringRef(word.text).split('=');
      bool assigns = name.size() < word.text.size() && !name.empty() && llvm::all_of(name, isNameCharacter);
      if (assigns)
        origins_[name.str()] = word.variables;
      else if (!isPrefix(word.text))
        break;
    }
    llvm::ArrayRef<Word> words = llvm::ArrayRef<Word>(command.words).drop_front(first);
    std::set<std::string> all = command.redirected;
    all.insert(command.document.begin(), command.document.end());
    for (const Word &word : command.words)
      all.insert(word.variables.begin(), word.variables.end());
    if (all.count("GITHUB_ENV") || all.count("GITHUB_PATH"))
      add(VariableFlow::Sink::EnvironmentFile, all, watched_.untrusted);
    if (tracing_) add(VariableFlow::Sink::Traced, all, watched_.secret);
    if (words.empty()) return;
    llvm::StringRef name = llvm::StringRef(words.front().text).rsplit('/').second;
    if (name.empty()) name = words.front().text;
    printed(name, command, all, captured, intoPipe);
    if (name == "eval") add(VariableFlow::Sink::Executed, all, watched_.untrusted);
    if (name == "set") follow(words);
    executedArgument(name, words);
    if (isShell(name)) add(VariableFlow::Sink::Executed, command.document, watched_.untrusted);
  }

  /// `echo`, and what goes from it through filters: to the log, where nothing takes it away.
  void printed(llvm::StringRef name, const Command &command, const std::set<std::string> &all, bool captured,
               bool intoPipe) {
    std::set<std::string> shown = std::exchange(piped_, {});
    const bool prints = name == "echo" || name == "printf" || (name == "cat" && command.hasDocument);
    if (prints) shown = all;
    if (captured || !(prints || isFilter(name))) return;
    if (intoPipe)
      piped_ = std::move(shown);
    else
      add(VariableFlow::Sink::Printed, shown, watched_.secret);
  }

  /// Prints what it reads, or what anybody can turn back into it.
  static bool isFilter(llvm::StringRef name) {
    return llvm::StringSwitch<bool>(name)
        .Cases("cat", "tee", "tr", "sed", "awk", "head", "tail", "sort", "rev", "tac", true)
        .Cases("base64", "xxd", "od", "hexdump", "fold", "cut", true)
        .Default(false);
  }

  /// `set -x`, `set -o xtrace`
  void follow(llvm::ArrayRef<Word> words) {
    for (const Word &word : words.drop_front()) {
      llvm::StringRef text = word.text;
      if (text == "xtrace" || (text.startswith("-") && text.contains('x'))) tracing_ = true;
      if (text.startswith("+") && text.contains('x')) tracing_ = false;
    }
  }

  /// `sh -c "… $TITLE"`: the code itself, not the arguments after it.
  void executedArgument(llvm::StringRef name, llvm::ArrayRef<Word> words) {
    bool byC = isShell(name) || name.startswith("python");
    bool byE = name == "node" || name == "perl" || name == "ruby";
    if (!byC && !byE) return;
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
      llvm::StringRef option = words[i].text;
      if (!option.startswith("-")) return;
      if (!option.endswith(byC ? "c" : "e")) continue;
      return add(VariableFlow::Sink::Executed, words[i + 1].variables, watched_.untrusted);
    }
  }

  void add(VariableFlow::Sink sink, const std::set<std::string> &found,
           const std::set<std::string> &watched) {
    for (const std::string &name : found) {
      bool known = llvm::any_of(
          flows_, [&](const VariableFlow &flow) { return flow.sink == sink && flow.variable == name; });
      if (watched.count(name) && !known) flows_.push_back({sink, name});
    }
  }

  const WatchedVariables &watched_;
  std::vector<VariableFlow> &flows_;
  std::map<std::string, std::set<std::string>> origins_; ///< What a variable was made of.
  std::set<std::string> mentioned_;                      ///< In the commands read so far.
  llvm::StringRef text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool tracing_ = false;
  std::set<std::string> piped_;   ///< What the command before printed into the pipe.
  std::vector<std::size_t> ends_; ///< Of the brackets of `text_`.
  std::vector<bool> groups_;      ///< Of those around, whether their output leads away from the log.
  std::size_t leading_ = 0;       ///< How many of them do.
  std::vector<std::pair<std::string, bool>> delimiters_; ///< Of here-documents to come, and whether filled.
};

} // namespace

std::vector<VariableFlow> variableFlows(llvm::StringRef script, const WatchedVariables &watched) {
  std::vector<VariableFlow> flows;
  if (!watched.secret.empty() || !watched.untrusted.empty()) Reader(watched, flows).read(script, false, 0);
  return flows;
}

} // namespace pipelang::lowering
