#include "runtime/exec/container.h"
#include "fmt/format.h"
#include "runtime/exec/command.h"
#include "runtime/exec/masker.h"
#include "runtime/host/capture.h"
#include "runtime/host/spawn.h"
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

llvm::Error cannot(const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), why);
}

std::string variable(const host::Environ &environ, const char *name) {
  const auto found = environ.find(name);
  return found == environ.end() ? "" : found->second;
}

/// Empty: it works. Else why not.
std::string engineProblem(const ContainerEngine &engine, host::Host &host) {
  host::SpawnOptions ask;
  ask.argv = engine.isDocker
                 ? std::vector<std::string>{engine.program, "version", "--format", "{{.Server.Version}}"}
                 : std::vector<std::string>{engine.program, "info", "--format", "{{.Host.OS}}"};
  ask.environ = host.environ;
  ask.directory = "/";
  llvm::Expected<host::Captured> answer = host::capture(ask, host.processes, Duration::fromSeconds(30));
  if (!answer) return llvm::toString(answer.takeError());
  if (answer->status.ok()) return "";
  return llvm::StringRef(answer->output).rtrim().rsplit('\n').second.empty()
             ? llvm::StringRef(answer->output).trim().str()
             : llvm::StringRef(answer->output).rtrim().rsplit('\n').second.str();
}

/// The engine's own settings: a job's variable of such a name must not change how it works.
bool isEngines(llvm::StringRef name) {
  static const std::set<std::string> names = {"HOME", "PATH", "TMPDIR", "USER", "LOGNAME", "LANG", "SHELL"};
  for (const char *start : {"CONTAINER", "DOCKER", "PODMAN", "XDG_", "STORAGE_", "REGISTRY_", "LD_", "DBUS_"})
    if (name.startswith(start)) return true;
  return names.count(name.str()) > 0;
}

/// What only this machine has: an image has its own.
bool isMachines(const std::string &name) {
  return name == "PATH" || name == "USER" || name == "LOGNAME" || name == "SHELL";
}

/// A process that only waits to be reaped is none: it has no program any more.
bool isAlive(pid_t pid) {
  char program[16];
  return ::readlink(fmt::format("/proc/{}/exe", pid).c_str(), program, sizeof program) >= 0 ||
         errno == EACCES;
}

/// Removes what runs left that were killed: nothing of it runs, but the engine remembers. Their names end
/// with the number of the process that started them.
void removeAbandoned(const ContainerEngine &engine, host::Host &host) {
  host::SpawnOptions list;
  list.argv = {engine.program, "ps", "--all", "--filter", "name=^piperun-", "--format", "{{.Names}}"};
  list.environ = host.environ;
  list.directory = "/";
  auto listed = host::capture(list, host.processes, Duration::fromSeconds(30));
  llvm::SmallVector<llvm::StringRef> names;
  if (!listed) return llvm::consumeError(listed.takeError());
  llvm::StringRef(listed->output).split(names, '\n', -1, false);
  for (const llvm::StringRef name : names) {
    pid_t owner = 0;
    if (name.rsplit('-').second.getAsInteger(10, owner) || owner <= 0 || isAlive(owner)) continue;
    host::SpawnOptions remove = list;
    remove.argv = {engine.program, "rm", "--force", name.str()};
    auto removed = host::capture(remove, host.processes, Duration::fromSeconds(30));
    if (!removed) llvm::consumeError(removed.takeError());
  }
}

struct Found {
  ContainerEngine engine; ///< Its program is empty where none works.
  std::string problems;   ///< Of those that do not.
};

/// The one that was chosen, else the first of `names` that works.
Found findEngine(std::vector<std::string> names, host::Host &host) {
  Found result;
  if (const std::string chosen = variable(host.environ, engineVariable); !chosen.empty()) names = {chosen};
  for (const std::string &name : names) {
    const ContainerEngine engine{host::findProgram(name, variable(host.environ, "PATH"), "/"),
                                 llvm::StringRef(name).endswith("docker")};
    const std::string problem = engine.program.empty() ? "not here" : engineProblem(engine, host);
    if (problem.empty()) {
      result.engine = engine;
      break;
    }
    result.problems += fmt::format("{}{}: {}", result.problems.empty() ? "" : "; ", name, problem);
  }
  return result;
}

const char *signalName(int signal) {
  return signal == SIGINT ? "INT" : signal == SIGTERM ? "TERM" : "KILL";
}

} // namespace

llvm::Expected<ContainerEngine> containerEngine(host::Host &host) {
  static const Found found = [&host] {
    const Found result = findEngine({"podman", "docker"}, host);
    if (!result.engine.program.empty()) removeAbandoned(result.engine, host);
    return result;
  }();
  if (!found.engine.program.empty()) return found.engine;
  return cannot(fmt::format("no container engine works here ({}): apt-get install podman, or leave "
                            "`container` away to run on this machine's own system",
                            found.problems));
}

std::string imageEngine(host::Host &host) {
  static const Found found = findEngine({"docker", "podman"}, host);
  return found.engine.program;
}

host::SpawnOptions Container::call(std::vector<std::string> words) const {
  host::SpawnOptions options;
  options.argv = std::move(words);
  options.argv.insert(options.argv.begin(), engine_.program);
  options.environ = host_.environ;
  options.directory = "/";
  return options;
}

llvm::Expected<std::unique_ptr<Container>> Container::start(const ContainerEngine &engine,
                                                            const std::string &image, const std::string &name,
                                                            const std::string &folder, host::Host &host,
                                                            std::stop_token stop) {
  std::unique_ptr<Container> container(new Container(engine, name, folder, host));
  const std::string pipe = folder + "/container.stdin", log = folder + "/container.log",
                    ready = folder + "/container.ready";
  container->pipe_ = ::mkfifo(pipe.c_str(), 0600) == 0 ? ::open(pipe.c_str(), O_RDWR | O_CLOEXEC) : -1;
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (container->pipe_ < 0 || output < 0) return cannot("cannot make the pipe of a container in " + folder);
  std::vector<std::string> words = {
      "run",       "--rm",          "-i", "--name", name, "--network", "host", "-v", folder + ":" + folder,
      "--workdir", folder + "/work"};
  if (engine.isDocker && ::geteuid() != 0) // podman does so by itself
    words.insert(words.end(), {"--user", fmt::format("{}:{}", ::geteuid(), ::getegid())});
  words.insert(words.end(), {"--entrypoint", "/bin/sh", image, "-c", "echo yes > \"$0\"; exec cat", ready});
  host::SpawnOptions run = container->call(std::move(words));
  const std::vector<std::string> onPipe = {"/bin/sh", "-c", "exec \"$@\" < \"$0\"", pipe};
  run.argv.insert(run.argv.begin(), onPipe.begin(), onPipe.end());
  run.output = output;
  llvm::Expected<host::Child> client = host.processes.spawn(run);
  ::close(output);
  if (!client) return client.takeError();
  container->client_ = *client;
  while (!host.files.exists(ready)) {
    if (stop.stop_requested()) return cannot("stopped while the container was being started");
    if (!host.processes.wait(*client, Duration::fromMilliseconds(20)) || host.files.exists(ready)) continue;
    llvm::Expected<std::string> said = host.files.read(log);
    const std::string why = said ? *said : llvm::toString(said.takeError());
    container->client_.pid = -1;
    return cannot(
        fmt::format("the container of `{}` did not start: {}", image, llvm::StringRef(why).rtrim().str()));
  }
  return container;
}

Container::~Container() {
  remove();
}

llvm::Expected<host::SpawnOptions> Container::inside(host::SpawnOptions spawn, const std::string &pidFile,
                                                     const SecretForms &secrets) const {
  host::SpawnOptions result = call({"exec"});
  const host::Environ base = baseEnvironment("", "", "");
  for (const auto &[name, value] : spawn.environ) {
    const auto ours = base.find(name);
    if (isMachines(name) && ours != base.end() && ours->second == value) continue;
    result.argv.push_back("--env");
    if (!isEngines(name)) {
      result.argv.push_back(name);
      result.environ[name] = value;
      continue;
    }
    if (mask(value, secrets) != value)
      return cannot(fmt::format("`{}` has a secret, and the container engine reads a variable of that name "
                                "itself: give it another name",
                                name));
    result.argv.push_back(name + "=" + value);
  }
  result.argv.insert(result.argv.end(), {"--workdir", spawn.directory, name_, "/bin/sh", "-c",
                                         "echo $$ > \"$0\"; exec \"$@\"", pidFile});
  result.argv.insert(result.argv.end(), spawn.argv.begin(), spawn.argv.end());
  return result;
}

void Container::signal(int signal, const std::string &pidFile) const {
  const char *script = "p=$(cat \"$1\") && { kill -s \"$0\" -- \"-$p\" || kill -s \"$0\" \"$p\"; }";
  auto sent = host::capture(call({"exec", name_, "/bin/sh", "-c", script, signalName(signal), pidFile}),
                            host_.processes, Duration::fromSeconds(10));
  if (!sent) llvm::consumeError(sent.takeError()); // what follows is stronger, and at last the container goes
}

void Container::remove() {
  if (pipe_ < 0) return;
  ::close(pipe_);
  pipe_ = -1;
  if (client_.pid < 0) return;
  std::vector<std::string> words = {"rm", "--force"};
  if (!engine_.isDocker) words.insert(words.end(), {"--time", "0"});
  words.push_back(name_);
  auto removed = host::capture(call(std::move(words)), host_.processes, Duration::fromSeconds(30));
  if (!removed) llvm::consumeError(removed.takeError());
  if (!host_.processes.wait(client_, Duration::fromSeconds(10))) {
    host_.processes.signalGroup(client_.pid, SIGKILL);
    host_.processes.wait(client_, Duration::fromSeconds(10));
  }
  ::close(client_.pidfd);
}

} // namespace pipelang::exec
