#include "compiler/lower/code_scan.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {
namespace {

constexpr char holeByte = '\0'; ///< No script has a NUL byte of its own.

bool joins(char c) {
  return llvm::isAlnum(c) || c == '_' || c == '$';
}

/// Functions that execute their argument.
bool executes(CodeLanguage language, llvm::StringRef callee) {
  llvm::StringRef names =
      language == CodeLanguage::Python
          ? " eval exec compile system popen getoutput getstatusoutput __import__ import_module "
            "create_subprocess_shell "
          : " eval Function exec execSync setTimeout setInterval runInThisContext runInNewContext "
            "runInContext Script import require ";
  return !callee.empty() && names.contains((" " + callee + " ").str());
}

class CodeScanner {
public:
  CodeScanner(std::string text, CodeLanguage language, std::size_t holes)
      : text_(std::move(text)), language_(language) {
    result_.places.reserve(holes);
  }

  CodeScan run() {
    while (at_ < text_.size())
      step();
    if (!brackets_.empty() && brackets_.back().open == '`') unclosed(brackets_.back().at, "`");
    return std::move(result_);
  }

private:
  struct Bracket {
    char open;
    std::size_t at;
    bool executes;
    std::size_t firstHole;
  };

  bool python() const { return language_ == CodeLanguage::Python; }
  llvm::StringRef rest() const { return llvm::StringRef(text_).substr(at_); }
  void unclosed(std::size_t at, const char *what) {
    if (!result_.problem) result_.problem = CodeProblem{at, what};
  }

  /// One token, or one byte of what is none.
  void step() {
    char c = text_[at_];
    if (!brackets_.empty() && brackets_.back().open == '`') return templateStep();
    if (python() ? c == '#' : rest().startswith("//")) return comment("\n");
    if (!python() && rest().startswith("/*")) return comment("*/");
    for (llvm::StringRef quote : {"\"\"\"", "'''", "\"", "'"})
      if ((python() || quote.size() == 1) && rest().startswith(quote)) return quoted(quote);
    if (!python() && c == '/' && regexMayStand()) return regex();
    if (c == holeByte) return hole();
    bool opens = llvm::StringRef("([{").contains(c) || (c == '`' && !python());
    if (opens) {
      bool inherited = !brackets_.empty() && brackets_.back().executes;
      brackets_.push_back(
          {c, at_, (c == '(' && executes(language_, word_)) || inherited, result_.places.size()});
    } else if (llvm::StringRef(")]}").contains(c) && !brackets_.empty()) {
      brackets_.pop_back();
    }
    noteShell();
    if (joins(c)) {
      word_ = previous_ == c || joins(previous_) ? word_ + c : std::string(1, c);
    } else if (c != ' ') {
      word_.clear();
    }
    advance(c);
  }

  void advance(char c) {
    if (!llvm::isSpace(c)) significant_ = c;
    previous_ = c;
    ++at_;
  }

  /// `shell=True` (Python), `shell: true`: the call's arguments are a shell's script.
  void noteShell() {
    llvm::StringRef now = rest();
    if (joins(previous_) || !now.consume_front("shell") || brackets_.empty()) return;
    now = now.ltrim();
    if (!now.consume_front(python() ? "=" : ":")) return;
    if (!now.ltrim().startswith(python() ? "True" : "true")) return;
    std::size_t first = result_.places.size();
    for (Bracket &bracket : llvm::reverse(brackets_)) {
      if (bracket.executes) break;
      bracket.executes = true;
      first = bracket.firstHole;
      if (bracket.open == '(') break;
    }
    for (std::size_t i = first; i < result_.places.size(); ++i)
      if (result_.places[i] == CodePlace::Expression) result_.places[i] = CodePlace::Executed;
  }

  void hole() {
    char before = previous_, after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\n';
    llvm::StringRef behind = rest().drop_front().ltrim(" \t");
    CodePlace place = CodePlace::Expression;
    if (joins(before) || before == '.' || before == holeByte || joins(after) || after == holeByte)
      place = CodePlace::Name;
    else if (behind.startswith("=") && !behind.startswith("==") && !behind.startswith("=>"))
      place = CodePlace::Assigned;
    else if (!brackets_.empty() && brackets_.back().executes)
      place = CodePlace::Executed;
    result_.places.push_back(place);
    word_.clear();
    advance(holeByte);
  }

  void comment(llvm::StringRef end) {
    std::size_t begin = at_;
    for (; at_ < text_.size() && !rest().startswith(end); ++at_)
      if (text_[at_] == holeByte) result_.places.push_back(CodePlace::Comment);
    if (at_ == text_.size() && end == "*/") unclosed(begin, "/*");
    at_ = std::min(text_.size(), at_ + end.size());
    previous_ = '\n';
  }

  void quoted(llvm::StringRef quote) {
    std::size_t begin = at_;
    at_ += quote.size();
    while (at_ < text_.size() && !rest().startswith(quote)) {
      if (text_[at_] == '\n' && quote.size() == 1) break;
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      if (text_[at_] == holeByte) result_.places.push_back(CodePlace::String);
      ++at_;
    }
    if (!rest().startswith(quote)) return unclosed(begin, quote.data());
    at_ += quote.size();
    significant_ = previous_ = quote.front();
    word_.clear();
  }

  /// In a template: text, up to its end or to `${`.
  void templateStep() {
    char c = text_[at_];
    if (c == '\\') at_ += at_ + 1 < text_.size() && text_[at_ + 1] != holeByte ? 1 : 0;
    if (c == holeByte) result_.places.push_back(CodePlace::String);
    if (c == '`') brackets_.pop_back();
    if (rest().startswith("${")) {
      brackets_.push_back({'{', at_, brackets_.back().executes, result_.places.size()});
      ++at_;
    }
    previous_ = significant_ = at_ < text_.size() && rest().startswith("{") ? '{' : '"';
    word_.clear();
    ++at_;
  }

  /// Before a regular expression stands an operator, an opening bracket or a keyword; before a division a
  /// value.
  bool regexMayStand() const {
    if (llvm::StringRef("(,=:[!&|?{};+-*%~^<>\n").contains(significant_)) return true;
    return llvm::StringRef(" return typeof case in of delete void throw new else do ")
               .contains(" " + word_ + " ") &&
           !word_.empty();
  }

  void regex() {
    bool inClass = false;
    for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
      char c = text_[at_];
      if (c == holeByte) result_.places.push_back(CodePlace::String);
      if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != holeByte)
        ++at_;
      else if (c == '[' || c == ']')
        inClass = c == '[';
      else if (c == '/' && !inClass)
        break;
    }
    if (at_ < text_.size()) ++at_;
    significant_ = previous_ = '"';
    word_.clear();
  }

  std::string text_;
  CodeLanguage language_;
  CodeScan result_;
  std::size_t at_ = 0;
  std::vector<Bracket> brackets_;
  std::string word_; ///< The name that ends here.
  char previous_ = '\n';
  char significant_ = '\n'; ///< The last that is no blank.
};

} // namespace

CodeScan scanCode(const std::vector<std::string> &texts, CodeLanguage language) {
  return CodeScanner(llvm::join(texts, llvm::StringRef(&holeByte, 1)), language, texts.size() - 1).run();
}

std::string codeVariable(CodeLanguage language, const std::string &name, CodeType type) {
  // `__import__`: the script need not have imported `os`, and no line moves.
  if (language == CodeLanguage::Python) {
    std::string text = "__import__(\"os\").environ[\"" + name + "\"]";
    if (type == CodeType::Integer) return "int(" + text + ")";
    return type == CodeType::Truth ? "(" + text + " == \"true\")" : text;
  }
  std::string text = "process.env." + name;
  if (type == CodeType::Integer) return "Number(" + text + ")";
  return type == CodeType::Truth ? "(" + text + " === \"true\")" : text;
}

} // namespace pipelang::lowering
