// How operators and units are written in the language: for dumps, messages and fixes.
#pragma once

#include "compiler/ast/ast.h"

namespace pipelang::ast {

/// As it stands in a program, such as `<=` or `and`.
const char *spelling(BinaryOp op);

/// What follows the digits, such as `MiB`; empty where a numeral has no unit.
const char *spelling(Unit unit);

} // namespace pipelang::ast
