#include "runtime/exec/slots.h"
#include "fmt/format.h"
#include "runtime/host/guardian.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::exec {
namespace {

bool isPipe(int descriptor, int notMode) {
  struct stat status {};
  const int flags = ::fcntl(descriptor, F_GETFL);
  return ::fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode) && flags >= 0 &&
         (flags & O_ACCMODE) != notMode;
}

/// The last `--jobserver-auth` counts; older makes say `--jobserver-fds`.
std::string authIn(llvm::StringRef flags) {
  std::string auth;
  while (!flags.empty()) {
    auto [word, rest] = flags.split(' ');
    flags = rest;
    if (word == "--") break; // variables of the command line follow
    if (word.consume_front("--jobserver-auth=") || word.consume_front("--jobserver-fds=")) auth = word.str();
  }
  return auth;
}

Jobserver find(const host::Environ &environ) {
  Jobserver found;
  const auto flags = environ.find("MAKEFLAGS");
  const std::string auth = flags == environ.end() ? "" : authIn(flags->second);
  if (auth.empty()) return found;
  if (llvm::StringRef path(auth); path.consume_front("fifo:")) {
    const int both = ::open(path.str().c_str(), O_RDWR | O_CLOEXEC);
    if (both >= 0 && isPipe(both, -1)) {
      found.read = found.write = both;
      return found;
    }
    if (both >= 0) ::close(both);
    found.problem = fmt::format("make's jobserver `{}` cannot be opened", path.str());
    return found;
  }
  int read = -1, write = -1;
  const auto [first, second] = llvm::StringRef(auth).split(',');
  if (!first.getAsInteger(10, read) && !second.getAsInteger(10, write) && isPipe(read, O_WRONLY) &&
      isPipe(write, O_RDONLY)) {
    found.read = read;
    found.write = write;
    for (const int descriptor : {read, write}) // ours: who else gets them is said by name
      ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return found;
  }
  found.problem = "make's jobserver is not passed on: put a `+` before the line of the recipe";
  return found;
}

} // namespace

const Jobserver &surroundingJobserver() {
  static const Jobserver found = find(host::realHost().environ);
  return found;
}

Slots::Slots(int limit, const Jobserver *surrounding, bool share) : limit_(limit), share_(share) {
  if (surrounding && surrounding->usable()) {
    plainRead_ = surrounding->read;
    write_ = surrounding->write;
  } else if (share) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    owned_ = true;
    plainRead_ = ends[0];
    write_ = ends[1];
    const std::string tokens(static_cast<std::size_t>(std::min(limit, 4000) - 1), '+');
    [[maybe_unused]] const auto written = ::write(write_, tokens.data(), tokens.size());
  } else {
    return;
  }
  // Opened anew: that we never wait must not be so for the others.
  read_ = ::open(fmt::format("/proc/self/fd/{}", plainRead_).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

Slots::~Slots() {
  settle(0);
  if (read_ >= 0) ::close(read_);
  if (owned_) {
    ::close(plainRead_);
    ::close(write_);
  }
}

bool Slots::take(int busy) {
  if (busy >= limit_) return false;
  if (read_ < 0 || static_cast<std::size_t>(busy) <= taken_.size()) return true;
  char token = 0;
  ssize_t got = 0;
  do
    got = ::read(read_, &token, 1);
  while (got < 0 && errno == EINTR);
  if (got != 1) return false;
  taken_ += token;
  borrow();
  return true;
}

void Slots::settle(int busy) {
  const std::size_t needed = busy > 1 ? static_cast<std::size_t>(busy) - 1 : 0;
  while (taken_.size() > needed) {
    if (::write(write_, &taken_.back(), 1) != 1 && errno == EINTR) continue;
    taken_.pop_back();
    borrow();
  }
}

/// What a make around us gave goes back to it should this process be killed.
void Slots::borrow() {
  if (!owned_) host::guardianGivesBack(write_, taken_);
}

std::vector<int> Slots::shared() const {
  if (!share_ || read_ < 0) return {};
  return plainRead_ == write_ ? std::vector<int>{write_} : std::vector<int>{plainRead_, write_};
}

std::string Slots::makeFlags() const {
  if (!share_ || read_ < 0) return {};
  return fmt::format(" -j{} --jobserver-auth={},{}", limit_, plainRead_, write_);
}

} // namespace pipelang::exec
