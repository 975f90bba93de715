#include "runtime/report/log_tail.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::report {

LogTail readLogTail(const std::string &path, std::size_t bytes) {
  LogTail tail;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return tail;
  struct stat status;
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
    const auto limit = static_cast<off_t>(bytes);
    const off_t from = status.st_size > limit ? status.st_size - limit : 0;
    tail.text.resize(static_cast<std::size_t>(status.st_size - from));
    const ssize_t got = ::pread(file, tail.text.data(), tail.text.size(), from);
    tail.text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    tail.leftOut = from;
  }
  ::close(file);
  const std::size_t line = tail.text.find('\n');
  if (tail.leftOut > 0 && line + 1 < tail.text.size() && line != std::string::npos) {
    tail.leftOut += static_cast<std::int64_t>(line) + 1;
    tail.text.erase(0, line + 1);
  }
  return tail;
}

} // namespace pipelang::report
