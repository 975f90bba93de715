// The rollout as a pure decision table: which phase follows, and what is to be done in it. Nothing here
// touches the world; driver.cpp carries the effects out. tests/unit/runtime/deploy/rollout_test.cpp walks
// every path of it, with every failure, abort and kill.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <vector>

namespace pipelang::deploy {

enum class Phase {
  Plan,      ///< The request is checked; the supervisor is there.
  Lease,     ///< Nobody else deploys this; the world has been read.
  Provision, ///< What an earlier deployment left is gone; shared services are ready.
  Warm,      ///< The new version runs and is ready.
  Check,     ///< It has been asked itself, and was what we started.
  Switch,    ///< New connections go to it.
  Watch,     ///< Traffic is measured against the requirements.
  Drain,     ///< The old version finishes what it had begun.
  Retire,    ///< It stays warm, and its end is arranged.
  Back,      ///< The switch is being put back to the old version.
  Clean,     ///< The new version is being stopped; it does not serve.
  Done,      ///< The new version serves.
  Aborted,   ///< As it was before: the old version serves, or nothing where nothing did.
  Held,      ///< The new version keeps serving, for want of an old one; a person has to look.
};

enum class Event {
  Start,        ///< From nowhere.
  FoundOld,     ///< Lease: a version serves.
  FoundNothing, ///< Lease: none does.
  Succeeded,    ///< Every effect of the phase.
  Failed,       ///< One of its effects; the rest were left out.
  Abort,        ///< Somebody wants it stopped.
  Killed,       ///< The deployment died in this phase; somebody takes it up again.
};

/// Each may be carried out twice in a row and comes to the same.
enum class Effect {
  StartSupervisor, ///< Unless it runs.
  AcquireLease,    ///< With a fencing token; ends by itself with whoever holds it.
  ReadWorld,       ///< Which colour serves.
  StopIdle,        ///< The colour the switch does not point at.
  StartServices,   ///< Those that do not run.
  StartNew,        ///< Prepare, start, wait until ready.
  ProveIdentity,   ///< What listens on the new port is what we started.
  RunChecks,       ///< Against the new version's own port.
  MeasureBaseline, ///< Traffic before the switch.
  SwitchToNew,     ///< Compare-and-swap. Only to a version that is ready.
  MeasureTraffic,  ///< After the switch; a crash ends it at once.
  Evaluate,        ///< Requirements, and the limit of the switchover.
  DrainOld,
  RetireOld,   ///< Arranged with the supervisor: stopped after keep_warm.
  SwitchToOld, ///< Asks nothing of the new version.
  DrainNew,    ///< Requests it was given before it lost the switch; bounded.
  StopNew,
  ReleaseLease,
};

/// Where a rollout is. `hasOld` is what ReadWorld saw, not what anybody assumed.
struct Rollout {
  Phase phase = Phase::Plan;
  bool hasOld = false;
  auto operator<=>(const Rollout &) const = default;
};

struct Transition {
  Rollout rollout;
  std::vector<Effect> effects; ///< In order; the first failure leaves out the rest.
};

/// Total: an event that says nothing in a phase leaves it with its effects to be done again.
Transition next(Rollout rollout, Event event);

bool isTerminal(Phase phase);
/// Whether Abort leads anywhere from it. Where not, the phase ends soon by itself.
bool canAbort(Phase phase);
/// Effects that must be tried even where an earlier one of the phase failed.
bool alwaysTried(Effect effect);

llvm::StringRef toText(Phase phase);   ///< `plan`, `lease`, …
llvm::StringRef toText(Effect effect); ///< `start_supervisor`, …
std::optional<Phase> phaseFromText(llvm::StringRef text);
std::optional<Effect> effectFromText(llvm::StringRef text);

} // namespace pipelang::deploy
