#include "runtime/store/kept_file.h"
#include <algorithm>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::store {

static constexpr off_t largestKept = 1 << 30;

std::optional<std::string> readKept(const std::string &path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat status {};
  if (file < 0) return std::nullopt;
  std::optional<std::string> text;
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= largestKept) {
    text.emplace(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t got = 0;
    for (ssize_t read = 1; read > 0 && got < text->size();
         got += static_cast<std::size_t>(std::max<ssize_t>(read, 0)))
      read = ::read(file, text->data() + got, text->size() - got);
    text->resize(got);
    if (status.st_mtime < std::time(nullptr) - 3600) ::futimens(file, nullptr);
  }
  ::close(file);
  return text;
}

} // namespace pipelang::store
