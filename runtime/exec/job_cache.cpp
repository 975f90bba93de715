#include "runtime/exec/job_cache.h"
#include "fmt/format.h"
#include "runtime/exec/inputs.h"
#include "runtime/exec/job_manifest.h"
#include "runtime/exec/native.h"
#include "runtime/host/tree.h"
#include "runtime/store/digest.h"
#include "llvm/Support/JSON.h"
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

namespace fs = std::filesystem;

/// What changes when a file is touched in any way: the time of its inode cannot be set back.
std::string stateOf(const std::string &path) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) return "gone";
  return fmt::format("{} {} {} {}.{} {}.{}", s.st_ino, s.st_size, s.st_mode, s.st_mtim.tv_sec,
                     s.st_mtim.tv_nsec, s.st_ctim.tv_sec, s.st_ctim.tv_nsec);
}

std::string statesOf(const std::string &root, llvm::ArrayRef<std::string> files) {
  std::string states;
  for (const std::string &file : files)
    states += stateOf(root + "/" + file) + " " + file + "\n";
  return states;
}

/// Of a file, or of where a link points to.
llvm::Expected<std::string> digestOf(CacheSession &session, const std::string &path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
    std::error_code error;
    return "link:" + store::sha256(fs::read_symlink(path, error).string());
  }
  if (S_ISDIR(status.st_mode)) // a repository in the repository
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "`%s` is a folder", path.c_str());
  llvm::Expected<std::string> digest = session.digestOf(path);
  if (!digest) return digest.takeError();
  return (status.st_mode & S_IXUSR) != 0 ? "x:" + *digest : *digest;
}

llvm::Error addFiles(CacheSession &session, Manifest &manifest, const char *kind, const std::string &root,
                     llvm::ArrayRef<std::string> files) {
  for (const std::string &file : files) {
    llvm::Expected<std::string> digest = digestOf(session, root + "/" + file);
    if (!digest) return digest.takeError();
    manifest.add(kind + (" " + file), *digest);
  }
  return llvm::Error::success();
}

llvm::Error addArtifacts(RunContext &context, const plan::Job &job, Manifest &manifest) {
  for (const plan::ArtifactInput &input : job.inputs) {
    const plan::Output &output = context.plan.outputs[input.output];
    const std::string &from = context.plan.nodes[output.job].name;
    const std::string kept = context.folder.artifact(from, output.name);
    const std::string kind = fmt::format("artifact {}.{} in {}:", from, output.name, input.directory);
    if (llvm::Error error =
            addFiles(context.cache, manifest, kind.c_str(), kept, host::findFiles(kept, "**")))
      return error;
  }
  return llvm::Error::success();
}

bool restoreFiles(store::Cache &cache, const std::vector<store::CachedFile> &files,
                  const std::string &folder) {
  std::error_code error;
  for (const store::CachedFile &file : files) {
    const fs::path to = fs::path(folder) / file.path;
    fs::create_directories(to.parent_path(), error);
    if (!file.link) {
      if (!cache.file(file.digest, to.string(), file.executable)) return false;
      continue;
    }
    const std::optional<std::string> target = cache.text(file.digest);
    if (!target || ::symlink(target->c_str(), to.c_str()) != 0) return false;
  }
  return true;
}

llvm::Expected<store::CachedFile> keepFile(store::Cache &cache, const std::string &folder,
                                           const std::string &path) {
  if (!llvm::json::isUTF8(path))
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "the name of `%s` is not UTF-8",
                                   llvm::json::fixUTF8(path).c_str());
  const std::string whole = folder + "/" + path;
  struct stat status {};
  if (::lstat(whole.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
    std::error_code error;
    llvm::Expected<std::string> digest = cache.putText(fs::read_symlink(whole, error).string());
    if (!digest) return digest.takeError();
    return store::CachedFile{path, *digest, false, true};
  }
  const bool executable = (status.st_mode & S_IXUSR) != 0;
  llvm::Expected<std::string> digest = cache.putFile(whole, executable);
  if (!digest) return digest.takeError();
  return store::CachedFile{path, *digest, executable, false};
}

} // namespace

bool hasNative(const plan::Plan &plan, const plan::Job &job, llvm::StringRef name) {
  for (const plan::StepId step : job.steps)
    if (const auto *body = plan.steps[step].bodyFor(plan::Target::Local))
      for (const plan::Action &action : *body)
        if (const auto *native = std::get_if<plan::Native>(&action.node))
          if (native->name == name) return true;
  return false;
}

bool checksOut(const plan::Plan &plan, const plan::Job &job) {
  return hasNative(plan, job, "git.checkout");
}

static bool names(const std::string &glob, llvm::StringRef file) {
  return host::globMatches(glob, file) || file.startswith(glob + "/");
}

bool isSourceOf(const plan::Job &job, llvm::StringRef file) {
  return job.sources.empty() ||
         llvm::any_of(job.sources, [file](const auto &glob) { return names(glob, file); });
}

std::vector<std::string> inputsOfNothing(const plan::Job &job, llvm::ArrayRef<std::string> files) {
  std::vector<std::string> nothing;
  for (const std::string &glob : job.sources)
    if (llvm::none_of(files, [&glob](const auto &file) { return names(glob, file); }))
      nothing.push_back(glob);
  return nothing;
}

llvm::Expected<std::vector<std::string>> filesForJob(RunContext &context, const plan::Job *job,
                                                     std::optional<CacheSession::Clock::time_point> since) {
  llvm::Expected<FileList> all = since ? context.cache.files(*since) : context.cache.files();
  if (!all) return all.takeError();
  std::vector<std::string> files = **all;
  if (!job || job->sources.empty()) return files;
  std::vector<std::string> chosen;
  for (std::string &file : files)
    if (isSourceOf(*job, file)) chosen.push_back(std::move(file));
  return chosen;
}

llvm::Expected<JobInputs> inputsOf(RunContext &context, const plan::Job &job) {
  Manifest manifest;
  for (const auto &[name, digest] : context.cache.machine())
    manifest.add(name, digest);
  llvm::Expected<bool> hasSecret = describeJob(context, job, manifest);
  if (!hasSecret) return hasSecret.takeError();
  if (llvm::Error error = addArtifacts(context, job, manifest)) return error;
  JobInputs inputs;
  inputs.shared = !*hasSecret;
  if (checksOut(context.plan, job)) {
    llvm::Expected<std::vector<std::string>> files = filesForJob(context, &job);
    if (!files) return files.takeError();
    inputs.files = statesOf(context.options.projectRoot, *files);
    inputs.empty = inputsOfNothing(job, *files);
    if (llvm::Error error = addFiles(context.cache, manifest, "file", context.options.projectRoot, *files))
      return error;
  }
  inputs.manifest = manifest.text();
  inputs.key = store::sha256(inputs.manifest);
  return inputs;
}

static bool restoreOutput(RunContext &context, plan::OutputId id, const store::CachedResult &result,
                          const std::string &folder) {
  const plan::Output &output = context.plan.outputs[id];
  store::Cache &cache = context.cache.local();
  bool whole = false;
  if (output.isArtifact()) {
    const auto files = result.files.find(output.name);
    whole = files != result.files.end() && restoreFiles(cache, files->second, folder + "/" + output.name);
  } else {
    const auto value = result.values.find(output.name);
    const auto text = value == result.values.end() ? std::nullopt : cache.text(value->second);
    llvm::Error error = text ? keepValue(output, folder, *text, context.host.files) : llvm::Error::success();
    whole = text.has_value() && !error;
    llvm::consumeError(std::move(error));
  }
  if (!whole) return false;
  llvm::Error error = loadOutput(context.plan, id, folder, context.facts, context.host.files);
  const bool loaded = !error;
  llvm::consumeError(std::move(error));
  return loaded;
}

/// The run that made it. None: there is no result, or it is not whole any more.
static std::optional<std::string> restoreLocal(RunContext &context, plan::NodeId node, const plan::Job &job,
                                               const std::string &key) {
  const std::optional<store::CachedResult> result = context.cache.local().result(key);
  if (!result) return std::nullopt;
  if (job.outputs.empty()) return result->run;
  const std::string folder = context.folder.artifacts(context.plan.nodes[node].name);
  llvm::consumeError(context.host.files.removeTree(folder));
  for (const plan::OutputId id : job.outputs)
    if (!restoreOutput(context, id, *result, folder)) {
      llvm::consumeError(context.host.files.removeTree(folder));
      return std::nullopt;
    }
  return result->run;
}

std::optional<Restored> restoreResult(RunContext &context, plan::NodeId node, const plan::Job &job,
                                      const JobInputs &inputs) {
  if (const auto run = restoreLocal(context, node, job, inputs.key)) return Restored{*run, false};
  store::RemoteCache *remote = context.cache.remote();
  if (!remote || !inputs.shared || !remote->fetch(inputs.key)) return std::nullopt;
  if (const auto run = restoreLocal(context, node, job, inputs.key)) return Restored{*run, true};
  return std::nullopt;
}

llvm::Error keepResult(RunContext &context, plan::NodeId node, const plan::Job &job,
                       const JobInputs &inputs) {
  if (!inputs.files.empty()) {
    llvm::Expected<std::vector<std::string>> files = filesForJob(context, &job, CacheSession::Clock::now());
    if (!files) return files.takeError();
    const std::string now = statesOf(context.options.projectRoot, *files);
    if (now != inputs.files)
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "files it depends on changed while it ran");
  }
  store::Cache &cache = context.cache.local();
  store::CachedResult result;
  result.run = context.options.run;
  result.manifest = inputs.key;  // which is its digest
  if (!cache.sizeOf(inputs.key)) // collected meanwhile
    if (llvm::Expected<std::string> manifest = cache.putText(inputs.manifest); !manifest)
      return manifest.takeError();
  const std::string folder = context.folder.artifacts(context.plan.nodes[node].name);
  for (const plan::OutputId id : job.outputs) {
    const plan::Output &output = context.plan.outputs[id];
    const std::string place = folder + "/" + output.name;
    if (!output.isArtifact()) {
      llvm::Expected<std::string> digest = cache.putFile(place + ".text", false);
      if (!digest) return digest.takeError();
      result.values[output.name] = *digest;
      continue;
    }
    std::vector<store::CachedFile> &kept = result.files[output.name];
    for (const std::string &path : host::findFiles(place, "**")) {
      llvm::Expected<store::CachedFile> file = keepFile(cache, place, path);
      if (!file) return file.takeError();
      kept.push_back(std::move(*file));
    }
  }
  if (llvm::Error error = cache.putResult(inputs.key, result)) return error;
  if (store::RemoteCache *remote = context.cache.remote(); remote && inputs.shared) remote->send(inputs.key);
  return llvm::Error::success();
}

} // namespace pipelang::exec
