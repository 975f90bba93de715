#include "runtime/services/log_pump.h"
#include "runtime/services/net.h"
#include "runtime/services/probe.h"
#include "runtime/services/services.h"
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace pipelang::services {
namespace {

llvm::Error failed(const std::string &what, LogPump &pump) {
  const std::string tail = pump.tail();
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(), "%s",
      (tail.empty() ? what + "; it wrote nothing" : what + "; it wrote last:\n" + tail).c_str());
}

class Process : public Running {
public:
  Process(host::Child child, host::Host &host, Duration grace, std::unique_ptr<LogPump> pump)
      : child_(child), host_(host), grace_(grace), pump_(std::move(pump)) {}
  ~Process() override {
    stop();
    ::close(child_.pidfd);
  }
  pid_t group() const override { return child_.pid; }
  bool alive() override { return !ended(); }
  void stop() override;

  /// How it ended, once it has.
  std::optional<host::ExitStatus> ended() {
    std::lock_guard lock(mutex_);
    if (!status_) status_ = host_.processes.wait(child_, Duration{});
    return status_;
  }
  LogPump &log() { return *pump_; }

private:
  /// Waits until no process of the group is left, at most `atMost`.
  bool gone(Duration atMost);

  host::Child child_;
  host::Host &host_;
  Duration grace_;
  std::unique_ptr<LogPump> pump_;
  std::mutex mutex_;
  std::optional<host::ExitStatus> status_;
};

bool Process::gone(Duration atMost) {
  const Duration until{host_.clock.sinceStart().milliseconds + atMost.milliseconds};
  while (true) {
    const bool leaderEnded = ended().has_value();
    if (leaderEnded && !host_.processes.groupAlive(child_.pid)) return true;
    if (host_.clock.sinceStart() >= until) return false;
    host_.clock.sleep(Duration{5});
  }
}

void Process::stop() {
  // Signals go out before the leader is reaped, or its number may be another group's by then.
  if (!ended() || host_.processes.groupAlive(child_.pid)) {
    host_.processes.signalGroup(child_.pid, SIGTERM);
    if (!gone(grace_)) {
      host_.processes.signalGroup(child_.pid, SIGKILL);
      gone(Duration::fromSeconds(10));
    }
  }
  pump_->stop();
}

host::SpawnOptions optionsFor(const Command &command, const ProcessSpec &spec, int output) {
  host::SpawnOptions options;
  options.argv = command.argv;
  options.environ = command.environ;
  options.directory = command.directory.empty() ? spec.directory : spec.directory + "/" + command.directory;
  options.output = output;
  options.user = spec.user;
  return options;
}

std::string nameOf(const Command &command) {
  if (!command.title.empty()) return fmt::format("`{}`", command.title);
  return command.argv.empty() ? "an empty command" : fmt::format("`{}`", command.argv.front());
}

/// Start of one process, step by step; each step's error carries what was written so far.
class Starter {
public:
  Starter(const ProcessSpec &spec, host::Host &host, std::stop_token stop)
      : spec_(spec), host_(host), stop_(std::move(stop)), deadline_{host.clock.sinceStart().milliseconds +
                                                                    spec.startTimeout.milliseconds} {}

  llvm::Expected<std::unique_ptr<Running>> run(LogSink log);

private:
  llvm::Error runToEnd(const Command &command, llvm::StringRef what);
  llvm::Error waitUntilReady(Process &process);
  bool late() const { return host_.clock.sinceStart() >= deadline_; }
  /// Error: stopped meanwhile, or the process ended. Sleeps in small pieces.
  llvm::Error pause(Process &process, Duration duration);

  const ProcessSpec &spec_;
  host::Host &host_;
  std::stop_token stop_;
  Duration deadline_;
  LogPump *log_ = nullptr; ///< The process's own, or still ours.
};

llvm::Error Starter::runToEnd(const Command &command, llvm::StringRef what) {
  auto child = host_.processes.spawn(optionsFor(command, spec_, log_->writeEnd()));
  if (!child) return child.takeError();
  std::optional<host::ExitStatus> status;
  const std::int64_t begin = host_.clock.sinceStart().milliseconds;
  const auto timedOut = [&] {
    return command.timeout && host_.clock.sinceStart().milliseconds - begin >= command.timeout->milliseconds;
  };
  while (!status && !late() && !timedOut() && !stop_.stop_requested())
    status = host_.processes.wait(*child, Duration{50});
  if (!status) {
    host_.processes.signalGroup(child->pid, SIGKILL);
    host_.processes.wait(*child, Duration::fromSeconds(10));
  }
  ::close(child->pidfd);
  if (status && status->ok()) return llvm::Error::success();
  host_.clock.sleep(Duration{20}); // Its last words are on their way through the pipe.
  const std::string how = status                   ? fmt::format("exited with {}", status->code)
                          : stop_.stop_requested() ? "was cancelled"
                          : timedOut()             ? "timed out after " + toText(*command.timeout)
                                                   : "did not end in " + toText(spec_.startTimeout);
  if (command.continueOnError && !late() && !stop_.stop_requested()) {
    ::dprintf(log_->writeEnd(), "%s %s, which does not count\n", nameOf(command).c_str(), how.c_str());
    return llvm::Error::success();
  }
  return failed(fmt::format("{}: {} {} {}", spec_.name, what, nameOf(command), how), *log_);
}

llvm::Error Starter::pause(Process &process, Duration duration) {
  const Duration until{host_.clock.sinceStart().milliseconds + duration.milliseconds};
  while (true) {
    if (stop_.stop_requested())
      return failed(fmt::format("{}: start was cancelled", spec_.name), process.log());
    if (const auto status = process.ended()) {
      host_.clock.sleep(Duration{20});
      return failed(fmt::format("{}: ended while starting, with {}", spec_.name,
                                status->signal ? fmt::format("signal {}", status->signal)
                                               : fmt::format("exit {}", status->code)),
                    process.log());
    }
    const auto left = until.milliseconds - host_.clock.sinceStart().milliseconds;
    if (left <= 0) return llvm::Error::success();
    host_.clock.sleep(Duration{std::min<std::int64_t>(left, 20)});
  }
}

/// Asked more often than `ready.every` says: that is meant for a version that runs, and a start should not
/// wait ten seconds for nothing.
llvm::Error Starter::waitUntilReady(Process &process) {
  const ProbeContext context{spec_.start.environ, spec_.directory, spec_.user};
  const Duration every{std::min<std::int64_t>(spec_.ready.every.milliseconds, 100)};
  while (true) {
    if (auto error = pause(process, every)) return error;
    if (probeIn(context, spec_.ready, spec_.port, host_))
      return pause(process, Duration{0}); // Another process may have answered for one that ended.
    if (late())
      return failed(fmt::format("{}: was not ready in {}", spec_.name, toText(spec_.startTimeout)),
                    process.log());
  }
}

llvm::Expected<std::unique_ptr<Running>> Starter::run(LogSink log) {
  auto created = LogPump::create(std::move(log));
  if (!created) return created.takeError();
  std::unique_ptr<LogPump> pump = std::move(*created);
  log_ = pump.get();
  for (const auto &command : spec_.prepare)
    if (auto error = runToEnd(command, "preparation")) return error;
  // It was free when it was chosen; what answers on it now would pass for the service.
  if (acceptsConnections(spec_.port, Duration{100}))
    return failed(fmt::format("{}: another program has taken port {}", spec_.name, spec_.port), *log_);
  auto child = host_.processes.spawn(optionsFor(spec_.start, spec_, log_->writeEnd()));
  if (!child) return child.takeError();
  auto process = std::make_unique<Process>(*child, host_, spec_.grace, std::move(pump));
  if (auto error = waitUntilReady(*process)) return error;
  for (const auto &command : spec_.afterReady)
    if (auto error = runToEnd(command, "after readiness")) return error;
  process->log().closeWriteEnd();
  return process;
}

/// The user a process runs as must be able to write where it lives.
llvm::Error giveDirectory(const ProcessSpec &spec) {
  if (!spec.user || ::geteuid() != 0) return llvm::Error::success();
  struct stat found {};
  if (::stat(spec.directory.c_str(), &found) == 0 && found.st_uid == *spec.user)
    return llvm::Error::success();
  const passwd *user = ::getpwuid(*spec.user);
  const gid_t group = user ? user->pw_gid : static_cast<gid_t>(*spec.user);
  if (::chown(spec.directory.c_str(), *spec.user, group) == 0) return llvm::Error::success();
  return llvm::createStringError(std::error_code(errno, std::generic_category()),
                                 "cannot give %s to the user it runs as", spec.directory.c_str());
}

} // namespace

llvm::Expected<std::unique_ptr<Running>> start(const ProcessSpec &spec, host::Host &host,
                                               std::function<void(llvm::StringRef)> log,
                                               std::stop_token stop) {
  if (auto error = giveDirectory(spec)) return error;
  return Starter(spec, host, std::move(stop)).run(std::move(log));
}

} // namespace pipelang::services
