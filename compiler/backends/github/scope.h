// What the parts of the GitHub backend share while one workflow is written. Read next: expression.h.
#pragma once

#include "compiler/backends/github/names.h"
#include "compiler/support/diagnostics.h"

namespace pipelang::backends::github {

/// One workflow in the making. Borrows everything.
struct Scope {
  const plan::Plan &plan;
  const plan::Pipeline &pipeline;
  const Names &names;
  Diagnostics &diagnostics;
  plan::NodeId node;    ///< Whose job is being written.
  std::string planPath; ///< Of the Plan's JSON, beside the workflow.

  const plan::Node &current() const { return plan.nodes[node]; }
};

} // namespace pipelang::backends::github
