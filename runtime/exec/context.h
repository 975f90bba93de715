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

/// The same on GitHub, from the variables and the event's file its runner gives to every step.
std::map<std::string, plan::Value> readGithubContext(host::Host &host);

/// What a person set who started the workflow by hand, from the event's file, by name; else nothing.
std::map<std::string, std::string> readGithubInputs(host::Host &host);

} // namespace pipelang::exec
