// Values of parameters that come as texts: from a command line, or from whoever started a workflow by hand.
#pragma once

#include "compiler/plan/plan.h"
#include "llvm/Support/Error.h"

namespace pipelang::plan {

/// `text` as a value of `type`: `90s`, `3.11`, `true`; a text stays what it is. Empty: it is none.
std::optional<Value> readValue(ValueType type, llvm::StringRef text);
/// The value that `text` gives to a parameter: of its type, one of its choices, meeting its condition. Error:
/// what is wanted instead.
llvm::Expected<Value> readParam(const Plan &plan, Id<Param> param, llvm::StringRef text);

} // namespace pipelang::plan
