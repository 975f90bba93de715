// Source texts and places in them. Everything that a person may be shown points here with a Span.
#pragma once

#include "compiler/support/id.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>
#include <vector>

namespace pipelang {

class SourceFile;

/// A half-open range of bytes, [begin, end), in one source file. An invalid `file` means "nowhere".
struct Span {
  Id<SourceFile> file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool valid() const { return file.valid(); }
  auto operator<=>(const Span &) const = default;
};

/// The span from the start of `first` to the end of `last`; both lie in one file.
Span join(Span first, Span last);

/// A place as people count: line and column from 1; the column counts code points.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// One text with its name. Keeps the table of line starts in step with the text.
class SourceFile {
public:
  enum class Origin { User, Library };

  SourceFile(std::string name, std::string text, Origin origin);

  llvm::StringRef name() const { return name_; } ///< As the person gave it, or `std/git.pipe`.
  llvm::StringRef text() const { return text_; }
  Origin origin() const { return origin_; }

  /// Any `offset` is allowed; one past the end is the place after the last byte.
  Position position(std::uint32_t offset) const;
  /// Line `line` (from 1) without its line end; empty where there is no such line.
  llvm::StringRef line(std::uint32_t line) const;
  std::uint32_t lineCount() const { return static_cast<std::uint32_t>(lineStarts_.size()); }

private:
  std::string name_;
  std::string text_;
  Origin origin_;
  std::vector<std::uint32_t> lineStarts_;
};

/// Every source of one compilation, in the order they were read; the first is the root file.
using Sources = Table<SourceFile>;

} // namespace pipelang
