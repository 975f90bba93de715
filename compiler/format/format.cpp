#include "compiler/format/format.h"
#include "compiler/ast/shape.h"
#include "compiler/format/printer.h"
#include "compiler/parse/parse.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang {
namespace {

using namespace formatting;

/// What formatting must keep: the tree, but for the order of neighbouring imports, and the comments.
std::vector<std::string> essence(const ast::Module &module, const SourceFile &source) {
  std::string shape = ast::shape(module, source);
  llvm::SmallVector<llvm::StringRef, 0> lines;
  llvm::StringRef(shape).split(lines, '\n');
  auto isImport = [](llvm::StringRef line) { return line.startswith("  ImportDecl "); };
  for (auto *at = lines.begin(); at != lines.end();) {
    auto *end = std::find_if_not(at, lines.end(), isImport);
    std::sort(at, end);
    at = end == at ? at + 1 : end;
  }
  std::vector<std::string> all(lines.begin(), lines.end());
  std::size_t tree = all.size();
  for (const Piece &piece : pieces(source))
    if (piece.kind == PieceKind::Comment)
      all.push_back(source.text().slice(piece.begin, piece.end).rtrim().str());
  std::sort(all.begin() + static_cast<std::ptrdiff_t>(tree), all.end());
  return all;
}

std::string printed(const SourceFile &source, const std::vector<Piece> &pieces, Breaks breaks) {
  Group file = build(source, pieces);
  sortImports(file);
  return print(file, breaks);
}

} // namespace

std::string format(Id<SourceFile> file, const SourceFile &source, Diagnostics &diagnostics) {
  std::size_t errorsBefore = diagnostics.errorCount();
  ast::Module module = parse(file, source, diagnostics);
  if (diagnostics.errorCount() > errorsBefore) return source.text().str();
  std::vector<Piece> all = pieces(source);
  std::vector<std::string> meant = essence(module, source);
  // A line that ends behind an operator goes on, unless the next one could be a statement: then all stay
  // longer than they should be.
  for (Breaks breaks : {Breaks::AfterOperators, Breaks::InBracketsOnly}) {
    SourceFile result(source.name().str(), printed(source, all, breaks), source.origin());
    Diagnostics unread;
    ast::Module again = parse(file, result, unread);
    if (!unread.hasErrors() && essence(again, result) == meant) return result.text().str();
  }
  return source.text().str();
}

} // namespace pipelang
