#include "compiler/eval/pattern.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <cstdint>
#include <vector>

namespace pipelang::eval {

namespace {

/// Parts a pattern may have once its bounded repetitions are written out: what matching costs.
constexpr std::uint64_t mostParts = 4096;

/// Walks through a pattern once.
class Scanner {
public:
  explicit Scanner(llvm::StringRef pattern) : pattern_(pattern) {}

  std::optional<PatternProblem> scan() {
    while (at_ < pattern_.size() && !problem_)
      step();
    if (!problem_ && total() > mostParts) fail(false, "is too large: its repetitions multiply");
    return problem_;
  }

private:
  void fail(bool wide, const char *what) {
    if (!problem_) problem_ = PatternProblem{wide, what};
  }

  void step() {
    char c = pattern_[at_++];
    switch (c) {
    case '\\': return escape();
    case '.': return fail(true, "any character");
    case '[': return bracket();
    case '\n':
    case '\r': return fail(true, "the end of a line");
    case '(': return groups_.push_back(0);
    case ')': return closeGroup();
    case '{': return repeat();
    default: add(1);
    }
  }

  void escape() {
    if (at_ == pattern_.size()) return; // llvm::Regex says so
    char c = pattern_[at_++];
    if (llvm::isDigit(c)) return fail(false, "refers back to a group, which takes more than linear time");
    add(1);
  }

  /// `[a-z]`: what is negated, and the classes with line ends in them, let too much through.
  void bracket() {
    if (consume('^')) return fail(true, "everything but a few characters");
    bool first = true;
    for (; at_ < pattern_.size() && (first || pattern_[at_] != ']'); first = false) {
      llvm::StringRef rest = pattern_.drop_front(at_);
      if (rest.startswith("[:space:]") || rest.startswith("[:cntrl:]") || rest.front() == '\n' ||
          rest.front() == '\r')
        return fail(true, "the end of a line");
      std::size_t end = rest.startswith("[:") ? rest.find(":]") : llvm::StringRef::npos;
      if (rest.size() > 2 && rest[1] == '-' && rest[2] != ']' && rest[0] <= '\n' && rest[2] >= '\n')
        return fail(true, "the end of a line");
      at_ += end == llvm::StringRef::npos ? 1 : end + 2;
    }
    ++at_;
    add(1);
  }

  /// `{m,n}`: what it repeats counts that often.
  void repeat() {
    std::uint64_t least = number(), most = least;
    if (consume(',')) most = at_ < pattern_.size() && llvm::isDigit(pattern_[at_]) ? number() : least + 1;
    if (!consume('}')) return; // llvm::Regex says so
    last_ = std::min(mostParts + 1, last_ * std::max({least, most, std::uint64_t(1)}));
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    while (at_ < pattern_.size() && llvm::isDigit(pattern_[at_]))
      value = std::min<std::uint64_t>(mostParts, value * 10 + static_cast<unsigned>(pattern_[at_++] - '0'));
    return value;
  }

  bool consume(char c) {
    if (at_ == pattern_.size() || pattern_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// One more part after those of the group, which is not repeated yet.
  void add(std::uint64_t parts) {
    std::uint64_t &group = groups_.back();
    group = std::min(mostParts + 1, group + last_);
    last_ = parts;
  }
  void closeGroup() {
    if (groups_.size() == 1) return; // llvm::Regex says so
    add(0);
    std::uint64_t inside = groups_.back();
    groups_.pop_back();
    add(std::max<std::uint64_t>(inside, 1));
  }
  std::uint64_t total() {
    add(0);
    std::uint64_t sum = 0;
    for (std::uint64_t group : groups_)
      sum = std::min(mostParts + 1, sum + group);
    return sum;
  }

  llvm::StringRef pattern_;
  std::size_t at_ = 0;
  std::vector<std::uint64_t> groups_ = {0}; ///< Parts of the groups around, outermost first.
  std::uint64_t last_ = 0;                  ///< Parts of what a repetition would repeat.
  std::optional<PatternProblem> problem_;
};

} // namespace

std::optional<PatternProblem> patternProblem(llvm::StringRef pattern) {
  return Scanner(pattern).scan();
}

} // namespace pipelang::eval
