// The lines written so far, and the comments behind them.
#pragma once

#include "compiler/format/tree.h"

namespace pipelang::formatting {

class Lines {
public:
  std::size_t count() const { return lines_.size(); }
  /// How wide the last line is.
  std::uint32_t column() const { return column_; }

  void start(std::uint32_t indent) {
    lines_.push_back({std::string(indent, ' '), {}, indent});
    column_ = indent;
  }
  void put(llvm::StringRef text) {
    lines_.back().text += text;
    column_ += widthOf(text);
  }
  /// Behind the last line; nothing may be put there after it.
  void comment(std::string text) { lines_.back().comment = std::move(text); }
  /// An empty line in front of line `at`.
  void blank(std::size_t at) { lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(at), Line{}); }

  /// All of it, the comments behind neighbouring lines in a column.
  std::string text() const;

private:
  struct Line {
    std::string text;
    std::string comment;
    std::uint32_t indent = 0;
  };
  std::size_t endOfRun(std::size_t at) const;

  std::vector<Line> lines_;
  std::uint32_t column_ = 0;
};

} // namespace pipelang::formatting
