#include "runtime/host/abandoned.h"
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace pipelang::host {

/// Of `NAME.tmpPID-NUMBER`, as real_files.cpp names them, the process; 0: another file.
static pid_t writerOf(llvm::StringRef name) {
  const auto [process, number] = name.rsplit(".tmp").second.split('-');
  pid_t pid = 0;
  unsigned count = 0;
  return process.getAsInteger(10, pid) || number.getAsInteger(10, count) || pid < 0 ? 0 : pid;
}

/// It has ended, whether its parent has heard of it or not.
static bool isGone(pid_t pid) {
  if (::kill(pid, 0) != 0) return errno == ESRCH;
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string status;
  std::getline(file, status);
  return llvm::StringRef(status).rsplit(')').second.startswith(" Z");
}

void removeAbandonedWrites(llvm::StringRef folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::directory_iterator at(folder.str(), error), end; !error && at != end; at.increment(error)) {
    const pid_t writer = writerOf(at->path().filename().string());
    if (writer > 0 && isGone(writer)) ::unlink(at->path().c_str());
  }
}

} // namespace pipelang::host
