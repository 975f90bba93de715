// The facts a run starts with, read once: what git says about the project, the event, the run's number.
#pragma once

#include "runtime/exec/options.h"

namespace pipelang::exec {

struct ContextOptions {
  std::string projectRoot;
  std::string event = "push";
  std::string branch; ///< Instead of git's; empty: git's.
  std::string run;    ///< Its id.
  std::int64_t number = 1;
};

/// Every fact of compiler/plan/context.def. What git does not tell is empty: no repository, no commit yet.
std::map<std::string, plan::Value> readContext(const ContextOptions &options, host::Host &host);

} // namespace pipelang::exec
