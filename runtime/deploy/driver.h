// Carries a rollout's effects out in the world, through the supervisor. driver.cpp walks the table,
// effects.cpp does what each effect says, watch.cpp measures and judges.
#pragma once

#include "runtime/deploy/client.h"
#include "runtime/deploy/deploy.h"
#include "runtime/deploy/journal.h"
#include "runtime/deploy/load.h"

namespace pipelang::deploy {

class Driver {
public:
  Driver(const Request &request, host::Host &host, store::EventSink &events, std::stop_token stop);
  Result run();

private:
  // driver.cpp
  /// From `transition` to a terminal phase, which it returns.
  Phase walk(Transition transition);
  Event carryOut(const Transition &transition);
  llvm::Error journal(std::optional<Effect> effect, std::optional<Control> control = {});
  /// Obeys what was said meanwhile.
  void listen();
  /// Waits while the rollout is paused, before the effects of a phase. Error: stopped, or the new version has
  /// died.
  llvm::Error hold();
  /// Finishes or undoes what a killed deployment left. The lease is held.
  llvm::Error recover();
  void tell(std::variant<store::Checked, store::PhaseEntered, store::Measured, store::Traffic, store::Output,
                         store::ServiceReady, store::Note>
                event);
  void note(const std::string &text);
  Result result(Phase end);
  bool stopping() const { return stop_.stop_requested() || aborted_; }
  /// Sleeps. Error: stopped.
  llvm::Error wait(Duration duration);

  // effects.cpp
  llvm::Error perform(Effect effect);
  llvm::Error startSupervisor();
  llvm::Error acquireLease();
  llvm::Error readWorld();
  llvm::Error startServices();
  llvm::Error startNew();
  llvm::Error proveIdentity();
  llvm::Error runChecks();
  llvm::Error check(const plan::HttpCheck &check);
  llvm::Error switchTo(Colour colour);
  llvm::Error onColour(const char *command, Colour colour, llvm::json::Object more = {});
  void releaseLease();
  std::string urlOf(int port, llvm::StringRef path) const;
  void tellLog(llvm::StringRef of);

  // watch.cpp
  llvm::Error measureBaseline();
  llvm::Error measureTraffic();
  llvm::Error evaluate();
  llvm::Error newVersionLives();
  bool mostlyFailing();
  void takeMeasurements();
  void endLoad();

  const Request &request_;
  const plan::LocalRelease &local_;
  host::Host &host_;
  store::EventSink &events_;
  std::stop_token stop_;
  Controls controls_;
  std::int64_t listened_ = 0; ///< Milliseconds since the program's start.
  bool paused_ = false, promoted_ = false;
  std::optional<Control> aborted_;
  Rollout rollout_;
  std::optional<Lease> lease_;
  std::int64_t supervisor_ = 0;
  bool recovering_ = false;
  Colour old_ = -1;
  Colour new_ = -1;
  int newPort_ = 0;
  std::string oldRelease_;
  int publicPort_ = 0;
  std::int64_t switched_ = 0; ///< Monotonic nanoseconds; 0: not yet.
  int liveFailures_ = 0;
  std::int64_t nextLiveProbe_ = 0;
  std::unique_ptr<Load> load_;
  Measurements measurements_;
  store::Traffic traffic_;
  std::string reason_; ///< Of the first failure.
};

} // namespace pipelang::deploy
