// Patterns of a trigger's filters. GitHub's are not the shell's: `?` and `+` are about the character before
// them.
#include "compiler/support/formats.h"
#include "fmt/format.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang {
namespace {

class FilterPattern {
public:
  FilterPattern(llvm::StringRef text, bool ofNames) : rest_(text), ofNames_(ofNames) {}

  std::string problem() {
    if (rest_.empty()) return "it is empty";
    if (rest_.consume_front("!") && rest_.empty()) return "nothing follows its `!`";
    if (std::string wrong = endsProblem(); !wrong.empty()) return wrong;
    while (!rest_.empty())
      if (std::string wrong = next(); !wrong.empty()) return wrong;
    return {};
  }

private:
  /// What it begins and ends with.
  std::string endsProblem() const {
    if (ofNames_ && rest_.startswith("/")) return "no name of a branch or tag begins with `/`";
    if (ofNames_ && (rest_.endswith("/") || rest_.endswith(".")))
      return fmt::format("no name of a branch or tag ends with `{}`", rest_.back());
    if (ofNames_) return {};
    if (rest_.startswith("/") || rest_.startswith("./") || rest_.startswith("../") || rest_.contains("/../"))
      return "paths begin at the repository's root, without `/`, `./` or `../`";
    return rest_.trim() == rest_ ? "" : "it begins or ends with a blank";
  }

  std::string next() {
    const char c = rest_.front();
    rest_ = rest_.drop_front();
    switch (c) {
    case '?':
    case '+':
      if (!repeatable_)
        return fmt::format("`{}` is about the character before it, and there is none that could be meant{}",
                           c, c == '?' ? "; for any character but `/` write `*`" : "");
      repeatable_ = false;
      return {};
    case '*': repeatable_ = false; return {};
    case '[': repeatable_ = true; return characters();
    case '\\': repeatable_ = true; return escaped();
    default: repeatable_ = true; return plain(c);
    }
  }

  std::string plain(char c) const {
    if (c == '\n' || c == '\r') return "it holds a line end";
    if (ofNames_ && llvm::StringRef(" \t~^:").contains(c))
      return fmt::format("no name of a branch or tag has a `{}`", c == '\t' ? ' ' : c);
    return {};
  }

  std::string escaped() {
    if (!rest_.empty() && llvm::StringRef("+!\\").contains(rest_.front())) {
      rest_ = rest_.drop_front();
      return {};
    }
    if (!ofNames_) return {}; // a path may hold one
    return "no name of a branch or tag has a `\\`, nor what could stand behind it";
  }

  /// `[a-z0-9]`, behind its `[`.
  std::string characters() {
    const std::size_t end = rest_.find(']');
    if (end == llvm::StringRef::npos) return "`[` is never closed";
    llvm::StringRef inside = rest_.take_front(end);
    rest_ = rest_.drop_front(end + 1);
    if (inside.empty()) return "`[]` matches nothing";
    if (inside.size() == 1) return fmt::format("`[{0}]` is `{0}`", inside.front());
    while (!inside.empty()) {
      const char first = inside.front();
      const bool isRange = inside.size() > 1 && inside[1] == '-';
      if (!isRange) {
        inside = inside.drop_front();
        continue;
      }
      if (inside.size() < 3) return fmt::format("the range `{}` has no end", inside.str());
      const char last = inside[2];
      const bool isOne = (llvm::isDigit(first) && llvm::isDigit(last)) || (isLower(first) && isLower(last)) ||
                         (isUpper(first) && isUpper(last));
      if (!isOne || last < first)
        return fmt::format("`{}` is no range: they lie within `a-z`, `A-Z` or `0-9`",
                           inside.take_front(3).str());
      inside = inside.drop_front(3);
    }
    return {};
  }

  static bool isLower(char c) { return c >= 'a' && c <= 'z'; }
  static bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }

  llvm::StringRef rest_;
  bool ofNames_;
  bool repeatable_ = false; ///< What stands before may be repeated.
};

} // namespace

std::string filterPatternProblem(llvm::StringRef text, bool ofNames) {
  return FilterPattern(text, ofNames).problem();
}

} // namespace pipelang
