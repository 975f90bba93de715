#include "runtime/deploy/rollout.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipelang::deploy {

bool isTerminal(Phase phase) {
  return phase == Phase::Done || phase == Phase::Aborted || phase == Phase::Held;
}

bool canAbort(Phase phase) {
  switch (phase) {
  case Phase::Plan:
  case Phase::Lease:
  case Phase::Provision:
  case Phase::Warm:
  case Phase::Check:
  case Phase::Switch:
  case Phase::Watch:
  case Phase::Drain: return true;
  case Phase::Retire:
  case Phase::Back:
  case Phase::Clean:
  case Phase::Done:
  case Phase::Aborted:
  case Phase::Held: return false;
  }
  llvm_unreachable("a phase");
}

bool alwaysTried(Effect effect) {
  return effect == Effect::ReleaseLease;
}

/// What is done on entering the phase of `rollout`.
static std::vector<Effect> effectsOf(Rollout rollout) {
  using enum Effect;
  switch (rollout.phase) {
  case Phase::Plan: return {StartSupervisor};
  case Phase::Lease: return {AcquireLease, ReadWorld};
  case Phase::Provision: return {StopIdle, StartServices};
  case Phase::Warm: return {StartNew};
  case Phase::Check: return {ProveIdentity, RunChecks};
  case Phase::Switch:
    return rollout.hasOld ? std::vector{MeasureBaseline, SwitchToNew} : std::vector{SwitchToNew};
  // A first version takes no traffic from another: there is nothing to measure or to go back to.
  case Phase::Watch: return rollout.hasOld ? std::vector{MeasureTraffic, Evaluate} : std::vector<Effect>{};
  case Phase::Drain: return rollout.hasOld ? std::vector{DrainOld} : std::vector<Effect>{};
  case Phase::Retire:
    return rollout.hasOld ? std::vector{RetireOld, ReleaseLease} : std::vector{ReleaseLease};
  case Phase::Back: return {SwitchToOld};
  case Phase::Clean: return {DrainNew, StopNew, ReleaseLease};
  case Phase::Held: return {ReleaseLease};
  case Phase::Done:
  case Phase::Aborted: return {};
  }
  llvm_unreachable("a phase");
}

static Phase afterSuccess(Phase phase) {
  switch (phase) {
  case Phase::Plan: return Phase::Lease;
  case Phase::Lease: return Phase::Provision;
  case Phase::Provision: return Phase::Warm;
  case Phase::Warm: return Phase::Check;
  case Phase::Check: return Phase::Switch;
  case Phase::Switch: return Phase::Watch;
  case Phase::Watch: return Phase::Drain;
  case Phase::Drain: return Phase::Retire;
  case Phase::Retire: return Phase::Done;
  case Phase::Back: return Phase::Clean;
  case Phase::Clean: return Phase::Aborted;
  case Phase::Done:
  case Phase::Aborted:
  case Phase::Held: return phase;
  }
  llvm_unreachable("a phase");
}

/// Where a rollout goes that did not get on: a failed effect, or a wish to stop.
static Phase afterTrouble(Rollout rollout) {
  switch (rollout.phase) {
  case Phase::Plan:
  case Phase::Lease: return Phase::Aborted;
  case Phase::Provision:
  case Phase::Warm:
  case Phase::Check: return Phase::Clean;
  // Whether the switch has happened may be unknown: putting it back is right in both cases. Without an
  // old version there is nothing to put it back to, and pointing at nothing is not an option.
  case Phase::Switch:
  case Phase::Watch:
  case Phase::Drain: return rollout.hasOld ? Phase::Back : Phase::Held;
  // The new version serves and has passed; only tidying up was left.
  case Phase::Retire: return Phase::Done;
  // The old version is gone: what serves keeps serving, in whatever state.
  case Phase::Back: return Phase::Held;
  case Phase::Clean: return Phase::Aborted;
  case Phase::Done:
  case Phase::Aborted:
  case Phase::Held: return rollout.phase;
  }
  llvm_unreachable("a phase");
}

/// Where a rollout is taken up again whose process died.
static Phase afterDeath(Rollout rollout) {
  switch (rollout.phase) {
  case Phase::Plan:
  case Phase::Lease: return Phase::Aborted;
  case Phase::Provision:
  case Phase::Warm:
  case Phase::Check: return Phase::Clean;
  case Phase::Switch:
  case Phase::Watch: return rollout.hasOld ? Phase::Back : Phase::Held;
  case Phase::Drain: return Phase::Drain; // It has passed: it is finished, not undone.
  case Phase::Retire:
  case Phase::Back:
  case Phase::Clean:
  case Phase::Done:
  case Phase::Aborted:
  case Phase::Held: return rollout.phase;
  }
  llvm_unreachable("a phase");
}

Transition next(Rollout rollout, Event event) {
  if (rollout.phase == Phase::Done || rollout.phase == Phase::Aborted) return {rollout, {}};
  switch (event) {
  case Event::Start: rollout = {}; break;
  case Event::FoundOld:
  case Event::FoundNothing:
    if (rollout.phase == Phase::Lease) {
      rollout.hasOld = event == Event::FoundOld;
      rollout.phase = Phase::Provision;
    }
    break;
  case Event::Succeeded:
    if (rollout.phase == Phase::Held) return {rollout, {}};
    if (rollout.phase != Phase::Lease) // It ends with what was found.
      rollout.phase = afterSuccess(rollout.phase);
    break;
  case Event::Failed:
    if (rollout.phase == Phase::Held) return {rollout, {}};
    rollout.phase = afterTrouble(rollout);
    break;
  case Event::Abort:
    if (canAbort(rollout.phase)) rollout.phase = afterTrouble(rollout);
    break;
  case Event::Killed: rollout.phase = afterDeath(rollout); break;
  }
  return {rollout, effectsOf(rollout)};
}

llvm::StringRef toText(Phase phase) {
  switch (phase) {
  case Phase::Plan: return "plan";
  case Phase::Lease: return "lease";
  case Phase::Provision: return "provision";
  case Phase::Warm: return "warm";
  case Phase::Check: return "check";
  case Phase::Switch: return "switch";
  case Phase::Watch: return "watch";
  case Phase::Drain: return "drain";
  case Phase::Retire: return "retire";
  case Phase::Back: return "back";
  case Phase::Clean: return "clean";
  case Phase::Done: return "done";
  case Phase::Aborted: return "aborted";
  case Phase::Held: return "held";
  }
  llvm_unreachable("a phase");
}

std::optional<Phase> phaseFromText(llvm::StringRef text) {
  for (int i = 0; i <= static_cast<int>(Phase::Held); ++i)
    if (toText(static_cast<Phase>(i)) == text) return static_cast<Phase>(i);
  return std::nullopt;
}

llvm::StringRef toText(Effect effect) {
  switch (effect) {
  case Effect::StartSupervisor: return "start_supervisor";
  case Effect::AcquireLease: return "acquire_lease";
  case Effect::ReadWorld: return "read_world";
  case Effect::StopIdle: return "stop_idle";
  case Effect::StartServices: return "start_services";
  case Effect::StartNew: return "start_new";
  case Effect::ProveIdentity: return "prove_identity";
  case Effect::RunChecks: return "run_checks";
  case Effect::MeasureBaseline: return "measure_baseline";
  case Effect::SwitchToNew: return "switch_to_new";
  case Effect::MeasureTraffic: return "measure_traffic";
  case Effect::Evaluate: return "evaluate";
  case Effect::DrainOld: return "drain_old";
  case Effect::RetireOld: return "retire_old";
  case Effect::SwitchToOld: return "switch_to_old";
  case Effect::DrainNew: return "drain_new";
  case Effect::StopNew: return "stop_new";
  case Effect::ReleaseLease: return "release_lease";
  }
  llvm_unreachable("an effect");
}

std::optional<Effect> effectFromText(llvm::StringRef text) {
  for (int i = 0; i <= static_cast<int>(Effect::ReleaseLease); ++i)
    if (toText(static_cast<Effect>(i)) == text) return static_cast<Effect>(i);
  return std::nullopt;
}

} // namespace pipelang::deploy
