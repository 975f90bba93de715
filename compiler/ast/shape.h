// Whether two modules are the same tree, wherever their parts stand.
#pragma once

#include "compiler/ast/ast.h"

namespace pipelang::ast {

/// The tree as `dump` writes it, without places. Equal for two texts that mean the same to the letter.
std::string shape(const Module &module, const SourceFile &file);

} // namespace pipelang::ast
