// Where a place of a source belongs, by its lines alone: that holds however broken the text is.
#pragma once

#include "compiler/support/source.h"
#include <map>
#include <vector>

namespace pipelang::driver {

/// The lines of sources, each with the top-level block it stands in: a line that is not indented and those
/// below it that are, closing brackets included.
class SourceBlocks {
public:
  explicit SourceBlocks(const Sources &sources) : sources_(sources) {}

  /// The lines (from 1) of the first and the last byte of `span`, which must be valid.
  std::pair<std::uint32_t, std::uint32_t> lines(Span span);
  bool sameLine(Span left, Span right);
  bool sameBlock(Span left, Span right);
  /// Both within one line of a block that is indented as its second one is, and what is indented deeper below
  /// that.
  bool sameStatement(Span left, Span right);
  /// `inner` begins on a line below that of `outer`'s first, in what is indented deeper there.
  bool below(Span inner, Span outer);
  /// The line (from 1) before that of `span` whose text is indented less; 0 where there is none near.
  std::uint32_t enclosing(Span span);
  /// Whether the word `name` stands on one of the first lines of `span`, not too far from its beginning.
  bool mentions(Span span, llvm::StringRef name);
  /// Whether it stands on the line that the block of `span` begins with.
  bool isDeclaredBy(Span span, llvm::StringRef name);

private:
  struct Line {
    std::uint32_t begin;       ///< Its first byte.
    std::uint32_t block;       ///< The line that its block begins with.
    std::uint32_t indentation; ///< In bytes; of an empty line or a comment: that of the line before.
  };
  static bool hasWord(llvm::StringRef text, llvm::StringRef word);
  /// Of a source with very many lines, the first ones: all others count as one.
  const std::vector<Line> &linesOf(Id<SourceFile> file);

  const Sources &sources_;
  std::map<Id<SourceFile>, std::vector<Line>> lines_;
};

} // namespace pipelang::driver
