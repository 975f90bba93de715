// Late expressions as people read them, for plans and messages.
#pragma once

#include "compiler/plan/plan.h"

namespace pipelang::plan {

/// `expr` in the language's own spelling, as far as it has one: `unit[3.11].coverage.lines`,
/// `git.branch == "main"`. Texts longer than 60 bytes are cut.
std::string spell(const Plan &plan, ExprId expr);

} // namespace pipelang::plan
