// How a pure job uses the cache. Nothing that goes wrong there fails it.
#include "fmt/format.h"
#include "runtime/exec/job_run.h"

namespace pipelang::exec {

using plan::Outcome;

namespace {

constexpr std::size_t mostDifferences = 5;

/// Why there is no result: what is different from the last time.
std::string whyMissing(RunContext &context, const store::LastLook &last, const JobInputs &inputs) {
  if (last.key.empty()) return "there is no result of it yet";
  const std::optional<std::string> manifest = context.cache.local().text(last.key);
  if (!manifest) return "what it depended on the last time is not known any more";
  if (*manifest == inputs.manifest)
    return last.failed ? "nothing it depends on has changed, but it did not succeed the last time"
                       : "its last result was not kept, or was damaged";
  return fmt::format("{}", fmt::join(differences(*manifest, inputs.manifest, mostDifferences), ", "));
}

} // namespace

/// Whether all that the cache does for this job is so little that a worker would cost more.
bool JobRun::isQuickToLookUp() const {
  return job_->inputs.empty() && job_->outputs.empty() && !context_.cache.remote() &&
         !checksOut(context_.plan, *job_);
}

/// What this project calls the job, whatever other plans have.
std::string JobRun::nameForCache() const {
  return context_.plan.name + " " + declared_.name;
}

void JobRun::look(LookUp &found) {
  llvm::Expected<JobInputs> inputs = inputsOf(context_, *job_);
  if (!inputs) {
    found.reason = "its result cannot be kept: " + llvm::toString(inputs.takeError());
    return;
  }
  found.inputs = std::move(*inputs);
  if (!context_.options.fresh) found.result = restoreResult(context_, node_, *job_, *found.inputs);
  store::LastLooks &lastLooks = context_.cache.lastLooks();
  const store::LastLook last = lastLooks.of(nameForCache());
  if (found.result)
    found.reason = "nothing it depends on has changed since run " + found.result->run;
  else
    found.reason =
        context_.options.fresh ? "it was asked to run anew" : whyMissing(context_, last, *found.inputs);
  lastLooks.set(nameForCache(), {found.inputs->key, false});
  store::Cache &cache = context_.cache.local();
  if (cache.holds(found.inputs->key, found.inputs->manifest)) return; // read every time: damage is made good
  if (llvm::Expected<std::string> kept = cache.putText(found.inputs->manifest); !kept)
    context_.recorder.record(store::Note{declared_.name, "the cache: " + llvm::toString(kept.takeError())});
}

void JobRun::lookUp() {
  auto found = std::make_shared<LookUp>();
  const auto work = [this, found] { look(*found); };
  const auto done = [this, found] { lookedUp(*found); };
  if (!isQuickToLookUp()) {
    context_.workers.run(work, done);
    return;
  }
  work();
  done();
}

void JobRun::lookedUp(const LookUp &found) {
  const char *result = found.result ? "hit" : found.inputs ? "miss" : "off";
  const bool remote = found.result && found.result->remote;
  context_.recorder.record(store::Cached{declared_.name, result, context_.mask(found.reason),
                                         found.inputs ? found.inputs->key : "", remote ? "remote" : ""});
  inputs_ = found.inputs;
  if (inputs_)
    for (const std::string &glob : inputs_->empty)
      context_.recorder.record(
          store::Note{declared_.name, fmt::format("its input `{}` names no file of the project", glob)});
  if (interrupted_)
    done_({Outcome::Cancelled, "interrupted"});
  else if (found.result)
    done_({Outcome::Success, remote ? "from the remote cache" : "from the cache"});
  else
    begin();
}

/// After its outputs were kept.
void JobRun::keepInCache() {
  if (!inputs_ || stepFailed_) return;
  if (llvm::Error error = keepResult(context_, node_, *job_, *inputs_))
    context_.recorder.record(store::Note{
        declared_.name, "its result is not kept: " + context_.mask(llvm::toString(std::move(error)))});
}

/// So that the next run can say why there is no result.
void JobRun::rememberFailure() {
  if (!inputs_ || (end_.outcome != Outcome::Failure && end_.outcome != Outcome::TimedOut)) return;
  context_.cache.lastLooks().set(nameForCache(), {inputs_->key, true});
}

} // namespace pipelang::exec
