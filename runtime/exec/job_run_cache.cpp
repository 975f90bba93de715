// How a pure job uses the cache. Nothing that goes wrong there fails it.
#include "fmt/format.h"
#include "runtime/exec/job_run.h"
#include "runtime/store/digest.h"

namespace pipelang::exec {

using plan::Outcome;

namespace {

constexpr std::size_t mostDifferences = 5;

/// Where the key of the last time this job was looked at lies, of this project or another that uses the
/// cache.
std::string lastPath(RunContext &context, const std::string &node) {
  return fmt::format("{}/last/{}", context.cache.local().directory(),
                     store::sha256(context.options.projectRoot + "\n" + context.plan.name + "\n" + node));
}

constexpr llvm::StringLiteral failedMark = " failed";

/// What the file there says.
struct Last {
  std::string key;     ///< Empty: the job was never looked at.
  bool failed = false; ///< It ran then, and did not succeed.
};

Last lastLook(RunContext &context, const std::string &path) {
  llvm::Expected<std::string> text = context.host.files.read(path);
  if (!text) {
    llvm::consumeError(text.takeError());
    return {};
  }
  llvm::StringRef key = *text;
  const bool failed = key.consume_back(failedMark);
  return {key.str(), failed};
}

void remember(RunContext &context, const std::string &node, const std::string &path,
              const JobInputs &inputs) {
  llvm::Expected<std::string> digest = context.cache.local().putText(inputs.manifest);
  llvm::Error error = digest ? context.host.files.write(path, *digest) : digest.takeError();
  if (error) context.recorder.record(store::Note{node, "the cache: " + llvm::toString(std::move(error))});
}

/// Why there is no result: what is different from the last time.
std::string whyMissing(RunContext &context, const Last &last, const JobInputs &inputs) {
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

void JobRun::look(LookUp &found) {
  llvm::Expected<JobInputs> inputs = inputsOf(context_, *job_);
  if (!inputs) {
    found.reason = "its result cannot be kept: " + llvm::toString(inputs.takeError());
    return;
  }
  found.inputs = std::move(*inputs);
  if (!context_.options.fresh) found.result = restoreResult(context_, node_, *job_, *found.inputs);
  const std::string path = lastPath(context_, declared_.name);
  const Last last = lastLook(context_, path);
  if (found.result)
    found.reason = "nothing it depends on has changed since run " + found.result->run;
  else
    found.reason =
        context_.options.fresh ? "it was asked to run anew" : whyMissing(context_, last, *found.inputs);
  // Looked at even if it is known: what is damaged is made anew.
  if (last.key != found.inputs->key || last.failed || !context_.cache.local().text(last.key))
    remember(context_, declared_.name, path, *found.inputs);
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
  const std::string path = lastPath(context_, declared_.name);
  llvm::consumeError(context_.host.files.write(path, inputs_->key + failedMark.str()));
}

} // namespace pipelang::exec
