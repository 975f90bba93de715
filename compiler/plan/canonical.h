// What a node says, apart from where it stands: to tell whether an edit changed it.
#pragma once

#include "compiler/plan/plan.h"

namespace pipelang::plan {

/// The same text for the same node of two Plans, whatever their ids and sources are. Other nodes and their
/// outputs stand in it by their names. Linear in what it writes.
std::string canonicalText(const Plan &plan, NodeId node);

} // namespace pipelang::plan
