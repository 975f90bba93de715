#include "runtime/host/descendants.h"
#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pipelang::host {
namespace {

std::string readAll(const std::string &path) {
  std::string text;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  char buffer[16 * 1024];
  for (ssize_t got; (got = ::read(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  ::close(file);
  return text;
}

void appendNumbers(llvm::StringRef text, std::vector<pid_t> &into) {
  while (!text.empty()) {
    auto [word, rest] = text.split(' ');
    text = rest;
    pid_t pid = 0;
    if (!word.trim().getAsInteger(10, pid)) into.push_back(pid);
  }
}

/// Orphans are given to the first thread; what workers start is in the lists of those. Asked after every job:
/// the file stays open.
std::string childrenOfFirstThread() {
  static struct {
    std::mutex mutex;
    pid_t process = 0;
    int file = -1;
  } kept;
  const std::lock_guard lock(kept.mutex);
  if (kept.file < 0 || kept.process != ::getpid()) { // a fork inherits its parent's
    if (kept.file >= 0) ::close(kept.file);
    kept.process = ::getpid();
    const std::string path = "/proc/self/task/" + std::to_string(kept.process) + "/children";
    kept.file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  std::string text;
  char buffer[16 * 1024];
  for (ssize_t got; (got = ::pread(kept.file, buffer, sizeof buffer, static_cast<off_t>(text.size()))) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

/// Children of every thread of `pid`.
std::vector<pid_t> childrenOf(pid_t pid) {
  std::vector<pid_t> children;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  if (DIR *folder = ::opendir(tasks.c_str())) {
    while (const dirent *entry = ::readdir(folder))
      if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])))
        appendNumbers(readAll(tasks + "/" + entry->d_name + "/children"), children);
    ::closedir(folder);
  }
  return children;
}

void collect(pid_t pid, const std::vector<pid_t> &leaveOut, std::vector<pid_t> &into) {
  if (std::find(leaveOut.begin(), leaveOut.end(), pid) != leaveOut.end()) return;
  into.push_back(pid);
  for (const pid_t child : childrenOf(pid))
    collect(child, leaveOut, into);
}

std::vector<pid_t> allBelow(const std::vector<pid_t> &leaveOut) {
  std::vector<pid_t> below;
  for (const pid_t child : childrenOf(::getpid()))
    collect(child, leaveOut, below);
  return below;
}

std::string programOf(pid_t pid) {
  char path[4096];
  const ssize_t size = ::readlink(("/proc/" + std::to_string(pid) + "/exe").c_str(), path, sizeof path);
  return size > 0 ? std::string(path, static_cast<std::size_t>(size)) : std::string();
}

/// `piperun supervise DIRECTORY`, as runtime/deploy starts it.
bool isSupervisor(pid_t pid) {
  const std::string words = readAll("/proc/" + std::to_string(pid) + "/cmdline");
  const llvm::StringRef first = llvm::StringRef(words).split('\0').second.split('\0').first;
  return first == "supervise" && programOf(pid) == programOf(::getpid());
}

} // namespace

void becomeSubreaper() {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

bool environmentHolds(pid_t pid, llvm::StringRef entry) {
  const std::string environ = readAll("/proc/" + std::to_string(pid) + "/environ");
  llvm::StringRef rest(environ);
  while (!rest.empty()) {
    auto [first, tail] = rest.split('\0');
    if (first == entry) return true;
    rest = tail;
  }
  return false;
}

std::vector<pid_t> strays(const std::vector<pid_t> &leaveOut) {
  std::vector<pid_t> children, result;
  appendNumbers(childrenOfFirstThread(), children);
  for (const pid_t child : children)
    if (std::find(leaveOut.begin(), leaveOut.end(), child) == leaveOut.end())
      collect(child, leaveOut, result);
  return result;
}

std::size_t sweepStrays(llvm::StringRef entry, const std::vector<pid_t> &leaveOut) {
  std::size_t found = 0;
  // Several rounds: what is killed may have children that become ours only then, or fork meanwhile.
  for (int round = 0; round < 200; ++round) {
    bool alive = false;
    for (const pid_t pid : strays(leaveOut)) {
      if (::waitpid(pid, nullptr, WNOHANG) == pid) continue; // was only waiting to be reaped
      if (!entry.empty() && !environmentHolds(pid, entry)) continue;
      ::kill(pid, SIGKILL);
      alive = true;
      found += round == 0 ? 1 : 0;
    }
    if (!alive) break;
    if (round > 0) ::usleep(2'000);
  }
  return found;
}

std::vector<pid_t> detachedBelow() {
  std::vector<pid_t> detached;
  for (const pid_t pid : allBelow({}))
    if (isSupervisor(pid)) detached.push_back(pid);
  return detached;
}

std::size_t signalAllBelow(int signal, const std::vector<pid_t> &leaveOut) {
  const std::vector<pid_t> below = allBelow(leaveOut);
  for (const pid_t pid : below)
    ::kill(pid, signal);
  return below.size();
}

void killAllBelow(const std::vector<pid_t> &leaveOut) {
  for (int round = 0; round < 500; ++round) {
    std::size_t left = 0;
    for (const pid_t pid : allBelow(leaveOut)) {
      if (::waitpid(pid, nullptr, WNOHANG) == pid) continue;
      ::kill(pid, SIGKILL);
      ++left;
    }
    if (left == 0) return;
    ::usleep(round == 0 ? 500 : 4'000);
  }
}

} // namespace pipelang::host
