// From a script's text back to its place in the .pipe file.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/lower/shell_scan.h"
#include "compiler/support/source.h"

namespace pipelang::lowering {

/// The byte of `source` behind byte `offset` of the script `text`, whose texts are joined with one byte a
/// hole. Escapes and the indentation that was taken away are counted in. `whole` is the literal's span, and
/// the answer where there is no better one.
Span scriptSpan(const SourceFile &source, const ast::StringExpr &text, std::size_t offset, Span whole);

/// A shell script as it is written into a workflow, with `PIPE_1` and so on for its holes.
struct WrittenScript {
  /// A part of `text` that begins at `begin`; it was byte `origin` of the joined texts. `ours`: a hole's
  /// variable with its quotes.
  struct Piece {
    std::size_t begin = 0;
    std::size_t origin = 0;
    bool ours = false;
  };
  std::string text;
  std::vector<Piece> pieces;

  /// The piece with byte `offset` of `text`; the last one for what is behind the end.
  const Piece &at(std::size_t offset) const;
};
WrittenScript writtenScript(const ast::StringExpr &text, ShellDialect dialect);

} // namespace pipelang::lowering
