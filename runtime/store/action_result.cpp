#include "runtime/store/action_result.h"
#include "llvm/Support/JSON.h"

namespace pipelang::store {
namespace {

// Numbers of fields, as remote_execution.proto has them.
namespace field {
constexpr std::uint32_t files = 2, exitCode = 4, metadata = 9, links = 12;
constexpr std::uint32_t path = 1, fileDigest = 2, executable = 4; // OutputFile
constexpr std::uint32_t target = 2;                               // OutputSymlink
constexpr std::uint32_t hash = 1, size = 2;                       // Digest
constexpr std::uint32_t worker = 1;                               // ExecutedActionMetadata
} // namespace field

enum class Wire : std::uint32_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

/// Writes fields; those with the standard value are left out, as proto3 does.
class Writer {
public:
  void number(std::uint32_t name, std::uint64_t value) {
    if (value == 0) return;
    varint((std::uint64_t{name} << 3) | static_cast<std::uint32_t>(Wire::Varint));
    varint(value);
  }
  void bytes(std::uint32_t name, llvm::StringRef value, bool evenEmpty = false) {
    if (value.empty() && !evenEmpty) return;
    varint((std::uint64_t{name} << 3) | static_cast<std::uint32_t>(Wire::Bytes));
    varint(value.size());
    text_ += value;
  }
  void message(std::uint32_t name, const Writer &value) { bytes(name, value.text_, true); }
  std::string take() { return std::move(text_); }

private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      text_ += static_cast<char>((value & 0x7F) | 0x80);
    text_ += static_cast<char>(value);
  }

  std::string text_;
};

/// Reads field after field. Of a field that is no number `number` is 0, of one that has no bytes `bytes` is
/// empty: a field of another kind than it should be counts as that.
class FieldReader {
public:
  explicit FieldReader(llvm::StringRef text) : text_(text) {}

  std::uint32_t name = 0;
  std::uint64_t number = 0;
  llvm::StringRef bytes;

  /// False: there are no more, or what follows is no field.
  bool next() {
    number = 0;
    bytes = {};
    std::uint64_t tag = 0;
    if (text_.empty()) return false;
    if (!varint(tag) || (tag >> 3) == 0 || (tag >> 3) > 0x1FFFFFFF) return fail();
    name = static_cast<std::uint32_t>(tag >> 3);
    switch (static_cast<Wire>(tag & 7)) {
    case Wire::Varint: return varint(number) || fail();
    case Wire::Fixed64: return skip(8);
    case Wire::Fixed32: return skip(4);
    case Wire::Bytes: {
      std::uint64_t size = 0;
      if (!varint(size) || size > text_.size()) return fail();
      bytes = text_.take_front(size);
      text_ = text_.drop_front(size);
      return true;
    }
    }
    return fail(); // groups, which proto3 has not
  }
  /// Everything was read.
  bool whole() const { return !failed_; }

private:
  bool fail() {
    failed_ = true;
    return false;
  }
  bool skip(std::size_t size) {
    if (text_.size() < size) return fail();
    text_ = text_.drop_front(size);
    return true;
  }
  bool varint(std::uint64_t &value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !text_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(text_.front());
      text_ = text_.drop_front(1);
      value |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  llvm::StringRef text_;
  bool failed_ = false;
};

bool readText(llvm::StringRef bytes, std::string &into) {
  into = bytes.str();
  return llvm::json::isUTF8(bytes);
}

bool readDigest(llvm::StringRef bytes, OutputFile &file) {
  FieldReader reader(bytes);
  bool good = true;
  while (reader.next())
    if (reader.name == field::hash)
      good = good && readText(reader.bytes, file.digest);
    else if (reader.name == field::size)
      file.size = static_cast<std::int64_t>(reader.number);
  return good && reader.whole() && file.size >= 0;
}

bool readFile(llvm::StringRef bytes, ActionResult &result) {
  OutputFile &file = result.files.emplace_back();
  FieldReader reader(bytes);
  bool good = true;
  while (reader.next())
    if (reader.name == field::path)
      good = good && readText(reader.bytes, file.path);
    else if (reader.name == field::fileDigest)
      good = good && readDigest(reader.bytes, file);
    else if (reader.name == field::executable)
      file.executable = reader.number != 0;
  return good && reader.whole();
}

bool readLink(llvm::StringRef bytes, ActionResult &result) {
  OutputLink &link = result.links.emplace_back();
  FieldReader reader(bytes);
  bool good = true;
  while (reader.next())
    if (reader.name == field::path)
      good = good && readText(reader.bytes, link.path);
    else if (reader.name == field::target)
      good = good && readText(reader.bytes, link.target);
  return good && reader.whole();
}

bool readMetadata(llvm::StringRef bytes, ActionResult &result) {
  FieldReader reader(bytes);
  bool good = true;
  while (reader.next())
    if (reader.name == field::worker) good = good && readText(reader.bytes, result.worker);
  return good && reader.whole();
}

} // namespace

std::string encode(const ActionResult &result) {
  Writer message;
  for (const OutputFile &file : result.files) {
    Writer digest, entry;
    digest.bytes(field::hash, file.digest);
    digest.number(field::size, static_cast<std::uint64_t>(file.size));
    entry.bytes(field::path, file.path);
    entry.message(field::fileDigest, digest);
    entry.number(field::executable, file.executable ? 1 : 0);
    message.message(field::files, entry);
  }
  message.number(field::exitCode, static_cast<std::uint64_t>(std::int64_t{result.exitCode}));
  Writer metadata;
  metadata.bytes(field::worker, result.worker);
  message.message(field::metadata, metadata);
  for (const OutputLink &link : result.links) {
    Writer entry;
    entry.bytes(field::path, link.path);
    entry.bytes(field::target, link.target);
    message.message(field::links, entry);
  }
  return message.take();
}

std::optional<ActionResult> decodeActionResult(llvm::StringRef bytes) {
  ActionResult result;
  FieldReader reader(bytes);
  bool good = true;
  while (good && reader.next())
    if (reader.name == field::files)
      good = readFile(reader.bytes, result);
    else if (reader.name == field::exitCode)
      result.exitCode = static_cast<std::int32_t>(reader.number);
    else if (reader.name == field::metadata)
      good = readMetadata(reader.bytes, result);
    else if (reader.name == field::links)
      good = readLink(reader.bytes, result);
  if (!good || !reader.whole()) return std::nullopt;
  return result;
}

} // namespace pipelang::store
