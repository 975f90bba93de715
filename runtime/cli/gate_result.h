// How a gate's verdict is told: on the standard output in the format asked for, and on GitHub in the summary
// of the step.
#pragma once

#include "compiler/plan/plan.h"
#include "compiler/support/command_line.h"
#include "runtime/gates/verdict.h"
#include "runtime/store/events.h"
#include "llvm/ADT/ArrayRef.h"

namespace pipelang::cli {

/// `--format` of `gate`, in place of that of other commands.
Option gateFormatOption();

/// What a run's events say about the gate `node`. Requirements that were never judged are not evaluated, with
/// the reason why the gate was not reached.
gates::GateResult gateResultOf(const plan::Plan &plan, plan::NodeId node,
                               llvm::ArrayRef<store::Event> events);

/// Writes the verdict where `--format` names a format of its own (`text` as well where `alsoText`), and adds
/// it as Markdown to the file GITHUB_STEP_SUMMARY names.
void tellGate(const Parsed &parsed, const plan::Plan &plan, plan::NodeId node,
              const gates::GateResult &result, bool alsoText);

} // namespace pipelang::cli
