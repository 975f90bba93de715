#include "runtime/store/journal.h"
#include "compiler/support/bounded_json.h"
#include "runtime/host/host.h"
#include "llvm/Support/Endian.h"
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace pipelang::store {
namespace {

constexpr llvm::StringLiteral magic = "PIPERUN\x01"; // the last byte is the format's version
constexpr std::size_t headerSize = 8;                // length and checksum, little-endian

constexpr std::array<std::uint32_t, 256> makeTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit)
      value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78u : 0u);
    table[byte] = value;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> crcTable = makeTable();

llvm::Error journalError(const char *doing, llvm::StringRef path, int error) {
  return llvm::createStringError(std::error_code(error, std::generic_category()),
                                 "cannot %s the journal `%s`: %s", doing, path.str().c_str(),
                                 std::strerror(error));
}

bool writeAll(int file, llvm::StringRef bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.drop_front(static_cast<std::size_t>(written));
  }
  return true;
}

} // namespace

std::uint32_t crc32c(llvm::StringRef bytes) {
  std::uint32_t value = 0xFFFFFFFFu;
  for (const char byte : bytes)
    value = crcTable[(value ^ static_cast<unsigned char>(byte)) & 0xFF] ^ (value >> 8);
  return value ^ 0xFFFFFFFFu;
}

llvm::Expected<std::unique_ptr<Journal>> Journal::create(llvm::StringRef path) {
  const int file = ::open(path.str().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return journalError("create", path, errno);
  std::unique_ptr<Journal> journal(new Journal(path.str(), file, static_cast<std::int64_t>(magic.size())));
  if (!writeAll(file, magic)) return journalError("write", path, errno);
  return journal;
}

llvm::Expected<std::unique_ptr<Journal>> Journal::reopen(llvm::StringRef path) {
  llvm::Expected<LoadedJournal> loaded = loadJournal(path);
  if (!loaded) return loaded.takeError();
  const int file = ::open(path.str().c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return journalError("open", path, errno);
  std::unique_ptr<Journal> journal(new Journal(path.str(), file, loaded->goodBytes));
  if (::ftruncate(file, loaded->goodBytes) != 0) return journalError("cut", path, errno);
  return journal;
}

Journal::~Journal() {
  llvm::consumeError(flush());
  ::close(file_);
}

void Journal::append(const Event &event) {
  const std::size_t begin = pending_.size();
  pending_.append(headerSize, '\0');
  appendJson(event, pending_);
  char *header = pending_.data() + begin;
  const llvm::StringRef payload = llvm::StringRef(pending_).drop_front(begin + headerSize);
  llvm::support::endian::write32le(header, static_cast<std::uint32_t>(payload.size()));
  llvm::support::endian::write32le(header + 4, crc32c(payload));
}

llvm::Error Journal::flush() {
  if (pending_.empty()) return llvm::Error::success();
  const bool written = writeAll(file_, pending_);
  const int error = errno;
  if (written) size_ += static_cast<std::int64_t>(pending_.size());
  pending_.clear();
  if (written) return llvm::Error::success();
  if (::ftruncate(file_, size_) != 0) { /* the reader stops at the torn record all the same */
  }
  return journalError("write", path_, error);
}

LoadedJournal readJournal(llvm::StringRef bytes) {
  LoadedJournal loaded;
  if (!bytes.startswith(magic)) {
    loaded.whole = false;
    return loaded;
  }
  std::size_t at = magic.size();
  for (;;) {
    loaded.goodBytes = static_cast<std::int64_t>(at);
    const llvm::StringRef rest = bytes.drop_front(at);
    loaded.whole = rest.empty();
    if (rest.size() < headerSize) return loaded;
    const std::size_t length = llvm::support::endian::read32le(rest.data());
    if (rest.size() - headerSize < length) return loaded;
    const llvm::StringRef payload = rest.substr(headerSize, length);
    if (crc32c(payload) != llvm::support::endian::read32le(rest.data() + 4)) return loaded;
    llvm::Expected<llvm::json::Value> json = parseBoundedJson(payload);
    if (!json) {
      llvm::consumeError(json.takeError());
      return loaded;
    }
    llvm::Expected<Event> event = eventFromJson(*json);
    if (!event) {
      llvm::consumeError(event.takeError());
      return loaded;
    }
    loaded.events.push_back(std::move(*event));
    at += headerSize + length;
  }
}

llvm::Expected<LoadedJournal> loadJournal(llvm::StringRef path) {
  llvm::Expected<std::string> bytes = host::realHost().files.read(path);
  if (!bytes) return bytes.takeError();
  if (magic.startswith(*bytes)) return LoadedJournal{}; // ended before it wrote the first record
  if (!llvm::StringRef(*bytes).startswith(magic))
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "`%s` is no journal of this version",
                                   path.str().c_str());
  return readJournal(*bytes);
}

} // namespace pipelang::store
