// Stands in until this room lands: delete this file with the first real definition.
#include "compiler/lower/lower.h"
namespace pipelang {
plan::Plan lower(const sema::Program &program, const LowerOptions &, Diagnostics &diagnostics) {
  diagnostics.report({program.modules.front().tree->file, 0, 0}, diag::Syntax, "lowering is not built yet");
  return {};
}
} // namespace pipelang
