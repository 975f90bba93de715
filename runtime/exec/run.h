// A whole run: every node of the selection, in parallel, to its outcome.
#pragma once

#include "runtime/exec/options.h"

namespace pipelang::exec {

struct RunResult {
  plan::Outcome outcome = plan::Outcome::Success; ///< Failure where any node failed or timed out.
  int signal = 0;                                 ///< That interrupted it; 0: none.
  std::string worldRefused;                       ///< The journal could not be written: why. Else empty.
  /// What the pipeline gives to who calls it, in order: those of its `out`s that the run found out.
  std::vector<std::pair<std::string, std::string>> outputs;
};

/// Runs `options.nodes`. Events go into `journal` and to `report`; RunStarted is `started`. `tick`, where
/// there is one, is called ten times a second. INT, TERM and HUP interrupt: once asks the steps to end, again
/// more firmly. Call it on the program's first thread, once.
RunResult execute(const plan::Plan &plan, const RunOptions &options, GivenFacts given,
                  const SecretForms &secrets, host::Host &host, store::Journal &journal,
                  store::EventSink &report, store::RunStarted started, std::function<void()> tick);

} // namespace pipelang::exec
