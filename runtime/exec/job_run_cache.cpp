// How a pure job uses the cache. Nothing that goes wrong there fails it.
#include "fmt/format.h"
#include "runtime/exec/job_run.h"
#include "runtime/store/digest.h"

namespace pipelang::exec {

using plan::Outcome;

namespace {

constexpr std::size_t mostDifferences = 5;

/// Why there is no result: what is different from the last time this job was looked at, here or in another
/// project that uses the cache. Remembers this time.
std::string whyMissing(RunContext &context, const std::string &node, const JobInputs &inputs) {
  store::Cache cache(context.options.cacheDirectory);
  const std::string last =
      fmt::format("{}/last/{}", cache.directory(),
                  store::sha256(context.options.projectRoot + "\n" + context.plan.name + "\n" + node));
  llvm::Expected<std::string> before = context.host.files.read(last);
  const std::optional<std::string> manifest = before ? cache.text(*before) : std::nullopt;
  const bool first = !before;
  if (!before) llvm::consumeError(before.takeError());
  llvm::Expected<std::string> digest = cache.putText(inputs.manifest);
  llvm::Error error = digest ? context.host.files.write(last, *digest) : digest.takeError();
  if (error) context.recorder.record(store::Note{node, "the cache: " + llvm::toString(std::move(error))});
  if (first) return "there is no result of it yet";
  if (!manifest) return "what it depended on the last time is not known any more";
  if (*manifest == inputs.manifest) return "its last result was not kept, or was damaged";
  return fmt::format("{}", fmt::join(differences(*manifest, inputs.manifest, mostDifferences), ", "));
}

} // namespace

void JobRun::lookUp() {
  auto found = std::make_shared<LookUp>();
  context_.workers.run(
      [this, found] {
        llvm::Expected<JobInputs> inputs = inputsOf(context_, node_, *job_);
        if (!inputs) {
          found->reason = "its result cannot be kept: " + llvm::toString(inputs.takeError());
          return;
        }
        found->inputs = std::move(*inputs);
        std::string run;
        if (!context_.options.fresh)
          found->found = restoreResult(context_, node_, *job_, *found->inputs, run);
        const std::string missing = whyMissing(context_, declared_.name, *found->inputs);
        found->reason = found->found             ? "nothing it depends on has changed since run " + run
                        : context_.options.fresh ? "it was asked to run anew"
                                                 : missing;
      },
      [this, found] { lookedUp(*found); });
}

void JobRun::lookedUp(const LookUp &found) {
  const char *result = found.found ? "hit" : found.inputs ? "miss" : "off";
  context_.recorder.record(store::Cached{declared_.name, result, context_.mask(found.reason),
                                         found.inputs ? found.inputs->key : ""});
  inputs_ = found.inputs;
  if (interrupted_)
    done_({Outcome::Cancelled, "interrupted"});
  else if (found.found)
    done_({Outcome::Success, "from the cache"});
  else
    begin();
}

/// On a worker, after its outputs were kept.
void JobRun::keepInCache() {
  if (!inputs_ || stepFailed_) return;
  if (llvm::Error error = keepResult(context_, node_, *job_, *inputs_))
    context_.recorder.record(store::Note{
        declared_.name, "its result is not kept: " + context_.mask(llvm::toString(std::move(error)))});
}

} // namespace pipelang::exec
