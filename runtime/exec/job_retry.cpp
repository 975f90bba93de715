// Attempts after the first: of an action, and of a whole job.
#include "compiler/plan/graph.h"
#include "fmt/format.h"
#include "runtime/exec/job_run.h"

namespace pipelang::exec {

using plan::Outcome;

/// True: the action ended badly, may be tried again, and will be after a pause.
bool JobRun::tryActionAgain(Outcome outcome, const std::string &reason) {
  const plan::Retry &retry = action().retry;
  if (interrupted_ || jobTimedOut_ || actionAttempt_ > retry.times || retry.on.count(outcome) == 0)
    return false;
  const Duration pause = plan::pauseAfter(retry, actionAttempt_);
  attempt_.logs.back()->flush();
  context_.recorder.record(store::Note{
      declared_.name,
      context_.mask(fmt::format("step `{}`: attempt {} of {} failed ({}); the next in {}", step().name,
                                actionAttempt_, retry.times + 1, reason, toText(pause)))});
  ++actionAttempt_;
  actionTimer_ = context_.loop.after(pause, [this] {
    actionTimer_ = 0;
    actionStarted_ = context_.host.clock.sinceStart();
    runCommand(action());
  });
  return true;
}

/// Ends the step where it waits for another attempt that there will not be.
bool JobRun::stopWaiting(Outcome outcome, const std::string &reason) {
  if (actionTimer_ == 0) return false;
  context_.loop.cancel(actionTimer_);
  actionTimer_ = 0;
  endStep(outcome, 0, reason);
  return true;
}

void JobRun::attemptEnded() {
  if (!context_.options.keepWork && !context_.folders.takeBack(attempt_.directory))
    context_.workers.run(
        [&context = context_, directory = attempt_.directory] {
          llvm::consumeError(context.host.files.removeTree(directory)); // the run's end tries again
        },
        [] {});
  const bool again =
      job_ && attemptNumber_ <= job_->retry.times && job_->retry.on.count(end_.outcome) > 0 && !interrupted_;
  if (!again) {
    rememberFailure();
    done_(end_);
    return;
  }
  const Duration pause = plan::pauseAfter(job_->retry, attemptNumber_);
  context_.recorder.record(
      store::Note{declared_.name, fmt::format("attempt {} of {} failed ({}); the next in {}", attemptNumber_,
                                              job_->retry.times + 1, end_.reason, toText(pause))});
  retryTimer_ = context_.loop.after(pause, [this] { begin(); });
}

} // namespace pipelang::exec
