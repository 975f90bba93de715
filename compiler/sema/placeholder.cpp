// Stands in until this room lands: delete this file with the first real definition.
#include "compiler/sema/program.h"
namespace pipelang::sema {
Program check(std::unique_ptr<ast::Module> root, const ModuleLoader &, Diagnostics &diagnostics) {
  diagnostics.report({root->file, 0, 0}, diag::Syntax, "the checker is not built yet");
  Program program;
  program.modules.emplace_back();
  program.modules.back().tree = std::move(root);
  return program;
}
std::string dump(const Program &) {
  return "no dump yet\n";
}
} // namespace pipelang::sema
