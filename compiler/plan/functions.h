// The functions of late expressions (functions.def).
#pragma once

#include "compiler/plan/value.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace pipelang::plan {

struct Function {
  const char *name;
  std::size_t leastArguments;
  std::size_t mostArguments;
  ValueType result; ///< None: that of its arguments.
  llvm::Expected<Value> (*apply)(llvm::ArrayRef<Value> arguments);
};

/// The function with this name, or null.
const Function *findFunction(llvm::StringRef name);
/// All of them, in the order of the table.
llvm::ArrayRef<Function> functions();

/// Whether all of `text` matches the POSIX extended expression `pattern`. Error: it is no such expression.
llvm::Expected<bool> matchesWhole(llvm::StringRef text, llvm::StringRef pattern);

} // namespace pipelang::plan
