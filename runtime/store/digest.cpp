#include "runtime/store/digest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::store {
namespace {

constexpr std::size_t piece = 256 * 1024;

llvm::Error failed(const char *doing, const std::string &path) {
  const int error = errno;
  return llvm::createStringError(std::error_code(error, std::generic_category()), "cannot %s `%s`: %s", doing,
                                 path.c_str(), std::strerror(error));
}

/// A descriptor that is closed at the end.
class File {
public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File &) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

private:
  int descriptor_;
};

bool writeAll(int file, const char *bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// Digests `from`; copies it too, where there is a `to`.
llvm::Expected<std::string> pump(const File &from, const std::string &fromPath, const File *to,
                                 const std::string &toPath) {
  const auto buffer = std::make_unique<char[]>(piece);
  llvm::SHA256 hasher;
  for (;;) {
    const ssize_t got = ::read(from.get(), buffer.get(), piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", fromPath);
    if (got == 0) return llvm::toHex(hasher.final(), true);
    hasher.update(llvm::StringRef(buffer.get(), static_cast<std::size_t>(got)));
    if (to && !writeAll(to->get(), buffer.get(), static_cast<std::size_t>(got)))
      return failed("write", toPath);
  }
}

std::string rawSha256(llvm::StringRef text) {
  const auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(text));
  return {reinterpret_cast<const char *>(digest.data()), digest.size()};
}

} // namespace

bool isDigest(llvm::StringRef text) {
  return text.size() == 64 && llvm::all_of(text, [](char c) { return llvm::isHexDigit(c); });
}

std::string sha256(llvm::StringRef text) {
  return llvm::toHex(rawSha256(text), true);
}

/// Only what is a file: a pipe or a device might never end. Below 0: errno says why not.
static int openFile(const std::string &path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // which means nothing to files
  struct stat status {};
  if (file < 0 || (::fstat(file, &status) == 0 && S_ISREG(status.st_mode))) return file;
  ::close(file);
  errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  return -1;
}

llvm::Expected<std::string> sha256OfFile(const std::string &path) {
  const File file(openFile(path));
  if (file.get() < 0) return failed("read", path);
  return pump(file, path, nullptr, "");
}

std::string hmacSha256(llvm::StringRef key, llvm::StringRef text) {
  std::string block = key.size() > 64 ? rawSha256(key) : key.str();
  block.resize(64, '\0');
  std::string inner = block, outer = block;
  for (std::size_t i = 0; i < block.size(); ++i) {
    inner[i] = static_cast<char>(block[i] ^ 0x36);
    outer[i] = static_cast<char>(block[i] ^ 0x5C);
  }
  return sha256(outer + rawSha256(inner + text.str()));
}

llvm::Expected<std::string> copyAndDigest(const std::string &from, const std::string &to, bool executable) {
  const File source(openFile(from));
  if (source.get() < 0) return failed("read", from);
  const File target(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, executable ? 0755 : 0644));
  if (target.get() < 0) return failed("write", to);
  llvm::Expected<std::string> digest = pump(source, from, &target, to);
  if (!digest) ::unlink(to.c_str());
  return digest;
}

} // namespace pipelang::store
