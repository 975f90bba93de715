#include "runtime/exec/job_cache.h"
#include "fmt/format.h"
#include "runtime/exec/inputs.h"
#include "runtime/exec/job_manifest.h"
#include "runtime/exec/native.h"
#include "runtime/host/tree.h"
#include "runtime/store/digest.h"
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
llvm::Expected<std::string> digestOf(const std::string &path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
    std::error_code error;
    return "link:" + store::sha256(fs::read_symlink(path, error).string());
  }
  if (S_ISDIR(status.st_mode)) // a repository in the repository
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "`%s` is a folder", path.c_str());
  llvm::Expected<std::string> digest = store::sha256OfFile(path);
  if (!digest) return digest.takeError();
  return (status.st_mode & S_IXUSR) != 0 ? "x:" + *digest : *digest;
}

llvm::Error addFiles(Manifest &manifest, const char *kind, const std::string &root,
                     llvm::ArrayRef<std::string> files) {
  for (const std::string &file : files) {
    llvm::Expected<std::string> digest = digestOf(root + "/" + file);
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
    if (llvm::Error error = addFiles(manifest, kind.c_str(), kept, host::findFiles(kept, "**"))) return error;
  }
  return llvm::Error::success();
}

/// The machine: results of one must not be taken for another's.
void addMachine(Manifest &manifest) {
  for (const auto &[name, path] : {std::pair{"this machine's system", "/etc/os-release"},
                                   {"the packages of this machine", "/var/lib/dpkg/status"}}) {
    llvm::Expected<std::string> digest = store::sha256OfFile(path);
    if (digest)
      manifest.add(name, *digest);
    else
      llvm::consumeError(digest.takeError());
  }
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

bool checksOut(const plan::Plan &plan, const plan::Job &job) {
  for (const plan::StepId step : job.steps)
    if (const auto *body = plan.steps[step].bodyFor(plan::Target::Local))
      for (const plan::Action &action : *body)
        if (const auto *native = std::get_if<plan::Native>(&action.node))
          if (native->name == "git.checkout") return true;
  return false;
}

bool isSourceOf(const plan::Job &job, llvm::StringRef file) {
  if (job.sources.empty()) return true;
  for (const std::string &glob : job.sources)
    if (host::globMatches(glob, file) || file.startswith(glob + "/")) return true;
  return false;
}

llvm::Expected<std::vector<std::string>> filesForJob(RunContext &context, const plan::Job *job) {
  llvm::Expected<std::vector<std::string>> files = filesOfProject(context.host, context.options.projectRoot);
  if (!files || !job || job->sources.empty()) return files;
  std::vector<std::string> chosen;
  for (std::string &file : *files)
    if (isSourceOf(*job, file)) chosen.push_back(std::move(file));
  return chosen;
}

llvm::Expected<JobInputs> inputsOf(RunContext &context, plan::NodeId node, const plan::Job &job) {
  Manifest manifest;
  addMachine(manifest);
  if (llvm::Error error = describeJob(context, node, job, manifest)) return error;
  if (llvm::Error error = addArtifacts(context, job, manifest)) return error;
  JobInputs inputs;
  if (checksOut(context.plan, job)) {
    llvm::Expected<std::vector<std::string>> files = filesForJob(context, &job);
    if (!files) return files.takeError();
    inputs.files = statesOf(context.options.projectRoot, *files);
    if (llvm::Error error = addFiles(manifest, "file", context.options.projectRoot, *files)) return error;
  }
  inputs.manifest = manifest.text();
  inputs.key = store::sha256(inputs.manifest);
  return inputs;
}

bool restoreResult(RunContext &context, plan::NodeId node, const plan::Job &job, const JobInputs &inputs,
                   std::string &run) {
  store::Cache cache(context.options.cacheDirectory);
  const std::optional<store::CachedResult> result = cache.result(inputs.key);
  if (!result) return false;
  const std::string folder = context.folder.artifacts(context.plan.nodes[node].name);
  llvm::consumeError(context.host.files.removeTree(folder));
  bool whole = true;
  for (const plan::OutputId id : job.outputs) {
    const plan::Output &output = context.plan.outputs[id];
    const auto files = result->files.find(output.name);
    const auto value = result->values.find(output.name);
    if (output.isArtifact()) {
      whole = files != result->files.end() && restoreFiles(cache, files->second, folder + "/" + output.name);
    } else {
      const auto text = value == result->values.end() ? std::nullopt : cache.text(value->second);
      llvm::Error error =
          text ? keepValue(output, folder, *text, context.host.files) : llvm::Error::success();
      whole = text.has_value() && !error;
      llvm::consumeError(std::move(error));
    }
    llvm::Error error = whole ? loadOutput(context.plan, id, folder, context.facts, context.host.files)
                              : llvm::Error::success();
    whole = whole && !error;
    llvm::consumeError(std::move(error));
    if (!whole) break;
  }
  if (!whole) llvm::consumeError(context.host.files.removeTree(folder));
  run = result->run;
  return whole;
}

llvm::Error keepResult(RunContext &context, plan::NodeId node, const plan::Job &job,
                       const JobInputs &inputs) {
  if (!inputs.files.empty()) {
    llvm::Expected<std::vector<std::string>> files = filesForJob(context, &job);
    if (!files) return files.takeError();
    const std::string now = statesOf(context.options.projectRoot, *files);
    if (now != inputs.files)
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "files it depends on changed while it ran");
  }
  store::Cache cache(context.options.cacheDirectory);
  store::CachedResult result;
  result.run = context.options.run;
  llvm::Expected<std::string> manifest = cache.putText(inputs.manifest);
  if (!manifest) return manifest.takeError();
  result.manifest = *manifest;
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
  return cache.putResult(inputs.key, result);
}

} // namespace pipelang::exec
