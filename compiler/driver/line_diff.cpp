#include "compiler/driver/line_diff.h"
#include "fmt/format.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <vector>

namespace pipelang::driver {
namespace {

constexpr std::size_t context = 3;
constexpr std::size_t tableLimit = 4'000'000; ///< Cells of the table that finds the common lines.

using Text = std::vector<llvm::StringRef>;

Text linesOf(llvm::StringRef text) {
  Text lines;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.take_front(end));
    text = text.drop_front(end);
  }
  return lines;
}

/// One line of the result: ' ', '-' or '+'.
struct Step {
  char sign;
  llvm::StringRef line;
};

/// The shortest way from `before` to `after`, by the longest common subsequence.
void middle(llvm::ArrayRef<llvm::StringRef> before, llvm::ArrayRef<llvm::StringRef> after,
            std::vector<Step> &steps) {
  std::size_t width = after.size() + 1;
  bool small = (before.size() + 1) * width <= tableLimit;
  std::vector<std::uint32_t> common(small ? (before.size() + 1) * width : 0);
  auto at = [&](std::size_t i, std::size_t j) { return small ? common[i * width + j] : 0; };
  for (std::size_t i = small ? before.size() : 0; i-- > 0;)
    for (std::size_t j = after.size(); j-- > 0;)
      common[i * width + j] =
          before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  std::size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    bool both = i < before.size() && j < after.size();
    if (small && both && before[i] == after[j]) {
      steps.push_back({' ', before[i++]});
      ++j;
    } else if (j == after.size() || (both && at(i + 1, j) >= at(i, j + 1))) {
      steps.push_back({'-', before[i++]});
    } else {
      steps.push_back({'+', after[j++]});
    }
  }
}

std::vector<Step> stepsOf(const Text &before, const Text &after) {
  std::vector<Step> steps;
  std::size_t shorter = std::min(before.size(), after.size()), head = 0, tail = 0;
  while (head < shorter && before[head] == after[head])
    steps.push_back({' ', before[head++]});
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  middle(llvm::ArrayRef<llvm::StringRef>(before).slice(head, before.size() - head - tail),
         llvm::ArrayRef<llvm::StringRef>(after).slice(head, after.size() - head - tail), steps);
  for (std::size_t i = before.size() - tail; i < before.size(); ++i)
    steps.push_back({' ', before[i]});
  return steps;
}

/// `@@ -3,7 +3,8 @@` and its lines: steps [from, to), which begin at these lines.
std::string hunk(llvm::ArrayRef<Step> steps, std::size_t before, std::size_t after) {
  std::string body;
  std::size_t removed = 0, added = 0;
  for (const Step &step : steps) {
    removed += step.sign != '+';
    added += step.sign != '-';
    body += step.sign + step.line.str();
    if (!step.line.endswith("\n")) body += "\n\\ No newline at end of file\n";
  }
  return fmt::format("@@ -{},{} +{},{} @@\n{}", removed == 0 ? before : before + 1, removed,
                     added == 0 ? after : after + 1, added, body);
}

} // namespace

std::string lineDiff(llvm::StringRef name, llvm::StringRef before, llvm::StringRef after) {
  if (before == after) return {};
  Text left = linesOf(before), right = linesOf(after);
  std::vector<Step> steps = stepsOf(left, right);
  std::string result = fmt::format("--- {0}\n+++ {0}\n", name.str());
  std::size_t leftLine = 0, rightLine = 0;
  for (std::size_t at = 0; at < steps.size();) {
    std::size_t change = at;
    while (change < steps.size() && steps[change].sign == ' ')
      ++change;
    if (change == steps.size()) break;
    std::size_t from = std::max(at, change - std::min(change, context)), to = change, kept = 0;
    for (; to < steps.size() && kept <= 2 * context; ++to)
      kept = steps[to].sign == ' ' ? kept + 1 : 0;
    to -= kept > context ? kept - context : 0;
    leftLine += from - at, rightLine += from - at; // what is skipped is common
    result += hunk(llvm::ArrayRef<Step>(steps).slice(from, to - from), leftLine, rightLine);
    for (at = from; at < to; ++at)
      leftLine += steps[at].sign != '+', rightLine += steps[at].sign != '-';
  }
  return result;
}

} // namespace pipelang::driver
