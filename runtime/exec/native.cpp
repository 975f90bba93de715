#include "runtime/exec/native.h"
#include "fmt/format.h"
#include "runtime/exec/container.h"
#include "runtime/exec/job_cache.h"
#include "runtime/host/capture.h"
#include "runtime/host/tree.h"

namespace pipelang::exec {
namespace {

llvm::Error checkout(RunContext &context, const plan::Job *job, llvm::StringRef work, StreamLog &log,
                     const std::function<bool()> &stop) {
  if (context.options.inPlace) {
    log.write("in place: the job works in the project itself\n");
    return llvm::Error::success();
  }
  llvm::Expected<std::vector<std::string>> files = filesForJob(context, job);
  if (!files) return files.takeError();
  if (llvm::Error error = host::copyPaths(context.options.projectRoot, *files, work, stop)) return error;
  log.write(fmt::format("{} file{} of the project\n", files->size(), files->size() == 1 ? "" : "s"));
  return llvm::Error::success();
}

/// The job's later steps find the engine, or `none`, where a person would have named one.
llvm::Error chooseEngine(RunContext &context, host::Environ &environ, StreamLog &log) {
  const std::string program = imageEngine(context.host);
  log.write(program.empty() ? "no container engine: images are packed, not built\n"
                            : fmt::format("images are built by {}\n", program));
  environ[engineVariable] = program.empty() ? "none" : program;
  return llvm::Error::success();
}

} // namespace

llvm::Expected<std::vector<std::string>> filesOfProject(host::Host &host, llvm::StringRef root) {
  host::SpawnOptions git;
  git.argv = {"git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."};
  git.environ = host.environ;
  git.environ["GIT_OPTIONAL_LOCKS"] = "0";
  git.directory = root.str();
  llvm::Expected<host::Captured> listed = host::capture(git, host.processes, Duration::fromMinutes(5));
  std::vector<std::string> files;
  if (listed && listed->status.ok()) {
    llvm::SmallVector<llvm::StringRef> names;
    llvm::StringRef(listed->output).split(names, '\0', -1, false);
    for (const llvm::StringRef name : names)
      if (!name.startswith(".piperun/")) files.push_back(name.rtrim('/').str());
    return files;
  }
  if (!listed)
    llvm::consumeError(listed.takeError()); // no git at all: then it is no repository either
  else if (!llvm::StringRef(listed->output).contains("not a git repository"))
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "git: %s",
                                   llvm::StringRef(listed->output).trim().str().c_str());
  for (std::string &file : host::findFiles(root, "**"))
    if (!llvm::StringRef(file).startswith(".piperun/")) files.push_back(std::move(file));
  return files;
}

llvm::Error runNative(RunContext &context, const plan::Native &native, const NativePlace &place,
                      StreamLog &log) {
  if (native.name == "git.checkout") return checkout(context, place.job, place.work, log, place.stop);
  if (native.name == "docker.engine") return chooseEngine(context, place.environ, log);
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "there is no native step `%s` here",
                                 native.name.c_str());
}

} // namespace pipelang::exec
