// The Plan as versioned JSON, both ways; docs/plan.md describes it. toJson(fromJson(x)) == x.
#pragma once

#include "compiler/plan/plan.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::plan {

/// Deterministic: same plan, same bytes. Ends in a line feed. `indent` 0: all on one line.
void writeJson(const Plan &plan, llvm::raw_ostream &out, unsigned indent);
/// The same as a text for people.
std::string toJson(const Plan &plan);
/// Error: not JSON, another format version, a missing or unknown key, an id out of range: with its path
/// (`nodes[3].node.steps[0]`). What it returns has passed `validate`.
llvm::Expected<Plan> fromJson(llvm::StringRef text);
/// The same without `validate`: ids may point nowhere. For tests and for looking at broken plans.
llvm::Expected<Plan> fromJsonUnchecked(llvm::StringRef text);
/// Checks what the types cannot say: ids in range, no cycles, names unique, outcomes exhaustive, one
/// expression's parts before it. Error: the first violation, with its path.
llvm::Error validate(const Plan &plan);
/// For `pipec --dump=plan` and `pipec plan`: what runs, in order, for people.
std::string describe(const Plan &plan);

} // namespace pipelang::plan
