// What of a run need not be done again after some files were saved.
#pragma once

#include "runtime/cli/run_setup.h"

namespace pipelang::cli {

/// A run that was, and the project's files that were saved since it began.
struct Since {
  std::string run; ///< Empty: none was.
  std::vector<std::string> changed;
};

/// Nodes of `prepared` that succeeded in `since.run`, are what they were, got none of the changed files, ask
/// for no fact of the event that is different now, and come after no node that is done again.
std::set<plan::NodeId> untouched(const plan::Plan &plan, const Prepared &prepared, const Since &since);

} // namespace pipelang::cli
