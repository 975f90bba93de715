// Stands in until this room lands: delete this file with the first real definition.
#include "compiler/parse/parse.h"
namespace pipelang {
ast::Module parse(Id<SourceFile> file, const SourceFile &, Diagnostics &diagnostics) {
  diagnostics.report({file, 0, 0}, diag::Syntax, "the parser is not built yet");
  ast::Module module;
  module.file = file;
  return module;
}
namespace ast {
std::string dump(const Module &, const SourceFile &) {
  return "no dump yet\n";
}
} // namespace ast
} // namespace pipelang
