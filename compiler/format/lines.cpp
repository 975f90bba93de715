#include "compiler/format/lines.h"
#include <algorithm>

namespace pipelang::formatting {

/// Comments further apart than this do not share a column.
static constexpr std::uint32_t widestGap = 40;

/// Behind the last line of those that begin at `at`, are indented alike and have comments.
std::size_t Lines::endOfRun(std::size_t at) const {
  std::size_t end = at;
  while (end < lines_.size() && !lines_[end].comment.empty() && lines_[end].indent == lines_[at].indent)
    ++end;
  return end;
}

std::string Lines::text() const {
  std::string all;
  for (std::size_t at = 0; at < lines_.size();) {
    std::size_t end = std::max(endOfRun(at), at + 1);
    std::uint32_t least = UINT32_MAX, most = 0;
    for (std::size_t i = at; i < end; ++i) {
      least = std::min(least, widthOf(lines_[i].text));
      most = std::max(most, widthOf(lines_[i].text));
    }
    for (; at < end; ++at) {
      const Line &line = lines_[at];
      all += line.text;
      if (!line.comment.empty()) {
        std::uint32_t pad = most - least > widestGap ? 0 : most - widthOf(line.text);
        all.append(pad + 2, ' ');
        all += line.comment;
      }
      all += '\n';
    }
  }
  return all;
}

} // namespace pipelang::formatting
