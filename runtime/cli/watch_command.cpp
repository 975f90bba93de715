// `run --watch`: a process that only waits for saved files and starts a runner for each round, so that
// nothing of one round is left in the next. A round is a run like any other, but for what it leaves as it
// was.
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/untouched.h"
#include "runtime/cli/watched_project.h"
#include "runtime/host/folder_watch.h"
#include "runtime/host/guardian.h"
#include "runtime/host/loop.h"
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipelang::cli {
namespace {

/// Editors save in several steps: this long must nothing happen until we look.
constexpr Duration quiet = Duration::fromMilliseconds(80);
/// Who writes all the time does not put us off for longer.
constexpr int mostDelays = 12;

void say(const std::string &text) {
  std::fputs((text + "\n").c_str(), stderr);
}

std::string shortList(const std::vector<std::string> &files) {
  std::string text;
  for (std::size_t i = 0; i < files.size() && i < 5; ++i)
    text += (i > 0 ? ", " : "") + files[i];
  return files.size() > 5 ? text + fmt::format(" and {} more", files.size() - 5) : text;
}

class Watcher {
public:
  Watcher(const Parsed &parsed, std::string root, std::unique_ptr<host::FolderWatch> folders)
      : parsed_(parsed), root_(std::move(root)), folders_(std::move(folders)) {}

  int run();

private:
  bool watchFolders(const std::string &from);
  void heard();
  void look();
  void startRound();
  [[noreturn]] void beRound(const Since &since, int told);
  void roundEnded();
  void signalled(int signal);

  const Parsed &parsed_;
  const std::string root_;
  std::unique_ptr<host::FolderWatch> folders_;
  host::Loop loop_;
  host::Loop::TimerId timer_ = 0;
  int delays_ = 0;
  Snapshot now_;
  Snapshot begun_;    ///< When the round that goes on began.
  Snapshot baseline_; ///< When `last_` began.
  std::string last_;  ///< The last run that was one: not a file with mistakes.
  pid_t child_ = -1;
  int childFd_ = -1, told_ = -1;
  int rounds_ = 0;
  bool again_ = false; ///< The round that goes on is being ended, for another.
  int signal_ = 0;
  int status_ = 0; ///< Where it cannot go on.
};

bool Watcher::watchFolders(const std::string &from) {
  const std::vector<std::string> folders = from == root_ ? foldersOf(root_) : std::vector<std::string>{from};
  for (const std::string &folder : folders)
    if (llvm::Error error = folders_->add(folder)) {
      say("error: " + llvm::toString(std::move(error)));
      return false;
    }
  return true;
}

/// Something happened. Which of it counts is looked at when it is quiet again.
void Watcher::heard() {
  const host::FolderWatch::News news = folders_->take();
  // A new folder may have folders already, and which of all these git ignores only git knows.
  if (!news.folders.empty() || news.lost) watchFolders(root_);
  if (!news.any || (timer_ != 0 && ++delays_ > mostDelays)) return;
  loop_.cancel(timer_);
  timer_ = loop_.after(quiet, [this] { look(); });
}

void Watcher::look() {
  timer_ = 0;
  delays_ = 0;
  Snapshot after = takeSnapshot(root_);
  const std::vector<std::string> changed = changedFiles(now_, after);
  if (changed.empty() || signal_ != 0) return;
  now_ = std::move(after);
  say(fmt::format("{} changed: {}", shortList(changed),
                  child_ > 0 ? "ending this run for another" : "running"));
  if (child_ < 0) {
    startRound();
  } else if (!again_) {
    again_ = true;
    ::kill(child_, SIGINT);
  }
}

void Watcher::startRound() {
  again_ = false;
  begun_ = now_;
  const Since since{last_, changedFiles(baseline_, begun_)};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) ends[0] = ends[1] = -1;
  std::fflush(nullptr);
  ++rounds_;
  child_ = ::fork();
  if (child_ == 0) {
    ::close(ends[0]);
    beRound(since, ends[1]);
  }
  ::close(ends[1]);
  told_ = ends[0];
  if (child_ < 0) {
    say(fmt::format("error: cannot fork: {}", std::generic_category().message(errno)));
    ::close(told_);
    return;
  }
  ::setpgid(child_, child_);
  childFd_ = static_cast<int>(::syscall(SYS_pidfd_open, child_, 0));
  loop_.watch(childFd_, [this] { roundEnded(); });
}

/// A process of its own, which ends with us.
void Watcher::beRound(const Since &since, int told) {
  const pid_t watcher = ::getppid();
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL); // the runner hears of it, and ends all
  if (::getppid() != watcher) ::_exit(1);
  host::forkUnderGuardian();
  int status = success;
  std::optional<Loaded> loaded = load(parsed_, parsed_.arguments[0], status);
  if (loaded) {
    status = runLoaded(parsed_, *loaded, [&](Prepared &prepared) {
      prepared.options.done = untouched(loaded->plan, prepared, since);
      prepared.options.earlierRun = since.run;
      const std::string &run = prepared.options.run;
      [[maybe_unused]] const auto written = ::write(told, run.data(), run.size());
    });
  }
  std::fflush(nullptr);
  ::_exit(status);
}

void Watcher::roundEnded() {
  loop_.unwatch(childFd_);
  ::close(childFd_);
  int raw = 0;
  while (::waitpid(child_, &raw, 0) < 0 && errno == EINTR) {
  }
  child_ = -1;
  char run[256];
  const ssize_t size = ::read(told_, run, sizeof run);
  ::close(told_);
  const bool wasRun = size > 0;
  if (wasRun) {
    last_.assign(run, static_cast<std::size_t>(size));
    baseline_ = begun_;
  }
  const int status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  if (signal_ != 0) return loop_.stop();
  if (again_) return startRound();
  if (!wasRun && rounds_ == 1 && status == wrongUsage) { // no file that is saved makes it right
    status_ = status;
    return loop_.stop();
  }
  say(fmt::format("watching {} files of {}; Ctrl-C ends", now_.size(), root_));
}

void Watcher::signalled(int signal) {
  if (signal == SIGTSTP) {
    if (child_ > 0) ::kill(child_, SIGTSTP);
    ::raise(SIGSTOP);
    if (child_ > 0) ::kill(child_, SIGCONT);
    return;
  }
  if (signal_ == 0) signal_ = signal;
  if (child_ > 0)
    ::kill(child_, signal);
  else
    loop_.stop();
}

int Watcher::run() {
  if (!loop_.usable()) return fail(worldRefused, "no file descriptors are left: raise the limit (ulimit -n)");
  loop_.onSignals({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}, [this](int signal) { signalled(signal); });
  if (!watchFolders(root_)) return worldRefused;
  loop_.watch(folders_->descriptor(), [this] { heard(); });
  now_ = takeSnapshot(root_);
  startRound();
  loop_.run();
  return signal_ != 0 ? 128 + signal_ : status_;
}

} // namespace

int watchCommand(const Parsed &parsed) {
  if (parsed.has("--in-place"))
    return fail(wrongUsage, "`--watch` with `--in-place`: a job that writes a file would start itself again");
  std::error_code error;
  const std::filesystem::path file = std::filesystem::canonical(parsed.arguments[0], error);
  if (error) return fail(wrongUsage, fmt::format("there is no file `{}`", parsed.arguments[0]));
  auto folders = host::FolderWatch::create();
  if (!folders) return fail(worldRefused, llvm::toString(folders.takeError()));
  return Watcher(parsed, file.parent_path().string(), std::move(*folders)).run();
}

} // namespace pipelang::cli
