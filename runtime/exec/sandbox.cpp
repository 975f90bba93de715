#include "runtime/exec/sandbox.h"
#include "fmt/format.h"
#include "runtime/host/capture.h"
#include "runtime/host/spawn.h"
#include "llvm/ADT/StringExtras.h"
#include <climits>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

constexpr const char *searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char *programInside = "/run/piperun";

void add(std::vector<std::string> &words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
}

/// The system, to be read. `/bin` and the like are links into `/usr` today, and folders on older machines.
void addSystem(std::vector<std::string> &words) {
  for (const char *path : {"/usr", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/sys",
                           "/var/lib", "/var/cache"}) {
    struct stat status {};
    if (::lstat(path, &status) != 0) continue;
    char target[PATH_MAX];
    const ssize_t size = S_ISLNK(status.st_mode) ? ::readlink(path, target, sizeof target) : -1;
    if (size > 0)
      add(words, {"--symlink", std::string(target, static_cast<std::size_t>(size)), path});
    else
      add(words, {"--ro-bind", path, path});
  }
  // Its own /proc would ask for a process namespace, in which what a step leaves running ends with the step.
  add(words, {"--bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--tmpfs", "/var/tmp"});
  add(words,
      {"--ro-bind-try", "/run/systemd/resolve", "/run/systemd/resolve"}); // /etc/resolv.conf leads there
}

} // namespace

const std::string &sandboxProblem(host::Host &host) {
  static const std::string problem = [&host]() -> std::string {
    const std::string program = host::findProgram("bwrap", searchPath, "/");
    if (program.empty()) return "a sandbox needs bubblewrap, which is not here: apt-get install bubblewrap";
    host::SpawnOptions probe;
    probe.argv = {program, "--ro-bind", "/", "/", "--tmpfs", "/tmp", "true"};
    probe.environ = {{"PATH", searchPath}};
    probe.directory = "/";
    llvm::Expected<host::Captured> tried = host::capture(probe, host.processes, Duration::fromSeconds(10));
    const std::string fix = "; allow user namespaces, or run without a sandbox";
    if (!tried) return "there can be no sandbox here: " + llvm::toString(tried.takeError()) + fix;
    if (tried->status.ok()) return "";
    return "there can be no sandbox here: " + llvm::StringRef(tried->output).trim().str() + fix;
  }();
  return problem;
}

host::SpawnOptions inSandbox(host::SpawnOptions spawn, const SandboxFolders &folders,
                             const std::string &programPath, int observer) {
  // The process that bubblewrap leaves outside must not end before the step that handles a signal; the step
  // gets its signals back by `observed`.
  std::vector<std::string> words = {"/bin/sh", "-c",    "trap '' INT TERM HUP QUIT; exec \"$@\"",
                                    "sandbox", "bwrap", "--die-with-parent"};
  addSystem(words);
  add(words, {"--bind", folders.temporary, "/tmp"});
  for (const std::string &folder : {folders.work, folders.home, folders.temporary})
    add(words, {"--bind", folder, folder});
  add(words, {"--ro-bind", programPath, programInside, "--chdir", spawn.directory, "--", programInside,
              "observed", "--", std::to_string(observer)});
  words.insert(words.end(), spawn.argv.begin(), spawn.argv.end());
  spawn.argv = std::move(words);
  spawn.directory = "/";
  if (observer >= 0) spawn.inherited.push_back(observer);
  return spawn;
}

std::vector<std::string> writableIn(const SandboxFolders &folders) {
  return {folders.work, folders.home, folders.temporary, "/tmp", "/var/tmp", "/run", "/dev", "/proc"};
}

} // namespace pipelang::exec
