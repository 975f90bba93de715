// The text of a file as the formatter needs it: every token the grammar reads, and the comments between
// them, in order. Read next: compiler/format/.
#pragma once

#include "compiler/support/source.h"
#include <cstdint>
#include <vector>

namespace pipelang {

enum class PieceKind : std::uint8_t {
  Name,
  Keyword, ///< A word that is a keyword where it stands.
  Number,
  RawString, ///< `r"…"` or `r"""…"""`, whole; and `{ … }` of `expect error CODE { … }`.
  StringOpen,
  Text, ///< Between the quotes, and between holes.
  StringClose,
  HoleOpen, ///< Its other half is a Close.
  Open,     ///< `(`, `[`, `{`
  Close,
  Separator, ///< Ends a statement, field or name in braces or at the top: a line end, `;` or `,`.
  Comma,
  Symbol, ///< Operators and what joins names.
  Comment ///< To the end of its line: `//`, `///` or `//!`.
};

struct Piece {
  PieceKind kind = PieceKind::Name;
  std::uint32_t begin = 0; ///< Bytes of the file: [begin, end).
  std::uint32_t end = 0;
  std::uint32_t linesBefore = 0; ///< Line ends between the piece before and this one.
};

/// The pieces of a source that `parse` has found no errors in; of others, something.
std::vector<Piece> pieces(const SourceFile &source);

} // namespace pipelang
