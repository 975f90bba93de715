// What late values read of other nodes.
#pragma once

#include "compiler/plan/plan.h"
#include <set>

namespace pipelang::backends::github {

/// The outputs and outcomes that some expressions read on GitHub.
struct Used {
  std::set<plan::OutputId> outputs;
  std::set<plan::NodeId> outcomes;

  void add(const plan::Plan &plan, plan::ExprId root);
};

} // namespace pipelang::backends::github
