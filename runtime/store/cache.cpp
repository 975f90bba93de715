#include "runtime/store/cache.h"
#include "compiler/support/bounded_json.h"
#include "fmt/format.h"
#include "runtime/host/host.h"
#include "runtime/store/digest.h"
#include "runtime/store/kept_file.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace pipelang::store {
namespace {

namespace fs = std::filesystem;
namespace json = llvm::json;

constexpr llvm::StringLiteral firstWords = "pipelang result 1 "; // and the digest of the rest

/// Used now: collection goes by this.
void touch(const std::string &path) {
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

std::string toText(const CachedResult &result) {
  json::Object files, values;
  for (const auto &[output, list] : result.files) {
    json::Array entries;
    for (const CachedFile &file : list)
      entries.push_back(json::Object{{"path", json::fixUTF8(file.path)},
                                     {"digest", file.digest},
                                     {"executable", file.executable},
                                     {"link", file.link}});
    files[output] = std::move(entries);
  }
  for (const auto &[output, digest] : result.values)
    values[output] = digest;
  std::string text;
  llvm::raw_string_ostream(text) << json::Value(json::Object{{"run", result.run},
                                                             {"manifest", result.manifest},
                                                             {"files", std::move(files)},
                                                             {"values", std::move(values)}});
  return text;
}

std::optional<CachedFile> fileFrom(const json::Value &value) {
  const json::Object *object = value.getAsObject();
  if (!object) return std::nullopt;
  const auto path = object->getString("path"), digest = object->getString("digest");
  const auto executable = object->getBoolean("executable"), link = object->getBoolean("link");
  if (!path || !digest || !executable || !link) return std::nullopt;
  return CachedFile{path->str(), digest->str(), *executable, *link};
}

std::optional<CachedResult> fromText(llvm::StringRef text) {
  llvm::Expected<json::Value> parsed = parseBoundedJson(text);
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return std::nullopt;
  }
  const json::Object *object = parsed->getAsObject();
  if (!object) return std::nullopt;
  const auto run = object->getString("run"), manifest = object->getString("manifest");
  const json::Object *files = object->getObject("files"), *values = object->getObject("values");
  if (!run || !manifest || !files || !values) return std::nullopt;
  CachedResult result{run->str(), manifest->str(), {}, {}};
  for (const auto &[output, list] : *files) {
    const json::Array *entries = list.getAsArray();
    if (!entries) return std::nullopt;
    std::vector<CachedFile> &into = result.files[llvm::StringRef(output).str()];
    for (const json::Value &entry : *entries) {
      std::optional<CachedFile> file = fileFrom(entry);
      if (!file) return std::nullopt;
      into.push_back(std::move(*file));
    }
  }
  for (const auto &[output, digest] : *values) {
    const auto name = digest.getAsString();
    if (!name) return std::nullopt;
    result.values[llvm::StringRef(output).str()] = name->str();
  }
  return isSafe(result) ? std::optional(std::move(result)) : std::nullopt;
}

llvm::Error failed(const char *doing, const std::string &path) {
  const int error = errno;
  return llvm::createStringError(std::error_code(error, std::generic_category()), "cannot %s `%s`: %s", doing,
                                 path.c_str(), std::strerror(error));
}

void removeWhatever(const std::string &path) {
  std::error_code ignored;
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fs::remove_all(path, ignored);
}

/// Whether a record is of a program newer than this one, which understands it.
bool isNewer(llvm::StringRef record) {
  unsigned version = 0;
  return record.consume_front("pipelang result ") && !record.split(' ').first.getAsInteger(10, version) &&
         version > 1;
}

} // namespace

bool isSafe(const CachedResult &result) {
  const auto staysBelow = [](llvm::StringRef path) {
    return !path.empty() && !path.startswith("/") && !path.contains('\0') &&
           ("/" + path + "/").str().find("/../") == std::string::npos;
  };
  if (!isDigest(result.manifest)) return false;
  for (const auto &[output, files] : result.files) {
    std::set<std::string> links;
    for (const CachedFile &file : files)
      if (file.link) links.insert(file.path);
    if (!staysBelow(output) || llvm::StringRef(output).contains('/')) return false;
    for (const CachedFile &file : files) {
      if (!isDigest(file.digest) || !staysBelow(file.path)) return false;
      for (std::size_t slash = file.path.find('/'); slash != std::string::npos;
           slash = file.path.find('/', slash + 1))
        if (links.count(file.path.substr(0, slash)) > 0) return false;
    }
  }
  return llvm::all_of(result.values, [&](const auto &value) {
    return isDigest(value.second) && staysBelow(value.first) && !llvm::StringRef(value.first).contains('/');
  });
}

std::string Cache::contentPath(llvm::StringRef digest) const {
  return fmt::format("{}/cas/{}/{}", directory_, digest.take_front(2).str(), digest.str());
}
std::string Cache::resultPath(llvm::StringRef key) const {
  return fmt::format("{}/ac/{}/{}", directory_, key.take_front(2).str(), key.str());
}

/// Of a file nobody else writes; its folder is there.
llvm::Expected<std::string> Cache::newName() {
  static std::atomic<unsigned> last = 0;
  const std::string folder = directory_ + "/new";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return llvm::createStringError(error, "cannot make `%s`: %s", folder.c_str(), error.message().c_str());
  return fmt::format("{}/{}-{}", folder, ::getpid(), ++last);
}

llvm::Error Cache::adopt(const std::string &temporary, const std::string &path) {
  std::error_code ignored; // renaming says what is wrong
  fs::create_directories(fs::path(path).parent_path(), ignored);
  if (::rename(temporary.c_str(), path.c_str()) == 0) return llvm::Error::success();
  removeWhatever(path); // a folder in its place, say
  if (::rename(temporary.c_str(), path.c_str()) == 0) return llvm::Error::success();
  llvm::Error error = failed("write", path);
  ::unlink(temporary.c_str());
  return error;
}

llvm::Expected<std::string> Cache::putFile(const std::string &path, bool executable) {
  llvm::Expected<std::string> temporary = newName();
  if (!temporary) return temporary.takeError();
  llvm::Expected<std::string> digest = copyAndDigest(path, *temporary, executable);
  if (!digest) return digest.takeError();
  if (llvm::Error error = adopt(*temporary, contentPath(*digest))) return error;
  return digest;
}

llvm::Expected<std::string> Cache::putText(llvm::StringRef text) {
  const std::string digest = sha256(text);
  const std::string path = contentPath(digest);
  llvm::Error error = host::realHost().files.write(path, text);
  if (error) { // a folder in its place, say
    llvm::consumeError(std::move(error));
    removeWhatever(path);
    error = host::realHost().files.write(path, text);
  }
  if (error) return error;
  return digest;
}

llvm::Error Cache::putResult(llvm::StringRef key, const CachedResult &result) {
  if (const std::optional<std::string> there = readKept(resultPath(key)); there && isNewer(*there))
    return llvm::Error::success(); // it stays: who wrote it knows more
  const std::string text = toText(result);
  return host::realHost().files.write(resultPath(key), firstWords.str() + sha256(text) + "\n" + text);
}

bool Cache::holds(llvm::StringRef digest, llvm::StringRef text) {
  const std::string path = contentPath(digest);
  const std::optional<std::string> kept = readKept(path);
  if (kept && *kept == text) return true;
  removeWhatever(path);
  return false;
}

std::optional<std::string> Cache::text(llvm::StringRef digest) {
  if (!isDigest(digest)) return std::nullopt;
  const std::string path = contentPath(digest);
  std::optional<std::string> text = readKept(path);
  if (text && sha256(*text) == digest) return text;
  removeWhatever(path);
  return std::nullopt;
}

bool Cache::file(llvm::StringRef digest, const std::string &to, bool executable) {
  const std::string path = contentPath(digest);
  llvm::Expected<std::string> copied = copyAndDigest(path, to, executable);
  if (copied && *copied == digest) {
    touch(path);
    return true;
  }
  if (copied) {
    ::unlink(to.c_str());
    removeWhatever(path);
    return false;
  }
  llvm::consumeError(copied.takeError());
  // Damaged, unless it is the target that cannot be written.
  llvm::Expected<std::string> there = sha256OfFile(path);
  if (!there || *there != digest) removeWhatever(path);
  if (!there) llvm::consumeError(there.takeError());
  return false;
}

std::optional<CachedResult> Cache::result(llvm::StringRef key) {
  const std::string path = resultPath(key);
  const std::optional<std::string> text = readKept(path);
  if (!text) {
    removeWhatever(path);
    return std::nullopt;
  }
  llvm::StringRef rest(*text);
  if (rest.consume_front(firstWords)) {
    const auto [digest, body] = rest.split('\n');
    if (std::optional<CachedResult> result = sha256(body) == digest ? fromText(body) : std::nullopt)
      return result;
  } else if (isNewer(rest)) {
    return std::nullopt;
  }
  removeWhatever(path);
  return std::nullopt;
}

std::optional<std::int64_t> Cache::sizeOf(llvm::StringRef digest) const {
  struct stat status {};
  if (!isDigest(digest) || ::lstat(contentPath(digest).c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return std::nullopt;
  return status.st_size;
}

std::optional<std::string> Cache::verified(llvm::StringRef digest) {
  if (!isDigest(digest)) return std::nullopt;
  std::string path = contentPath(digest);
  llvm::Expected<std::string> there = sha256OfFile(path);
  if (there && *there == digest) return path;
  if (!there) llvm::consumeError(there.takeError());
  removeWhatever(path);
  return std::nullopt;
}

llvm::Expected<bool> Cache::adoptContent(const std::string &temporary, llvm::StringRef digest) {
  llvm::Expected<std::string> found = sha256OfFile(temporary);
  if (!found) return found.takeError();
  if (*found != digest) {
    ::unlink(temporary.c_str());
    return false;
  }
  if (llvm::Error error = adopt(temporary, contentPath(digest))) return error;
  return true;
}

llvm::Expected<std::string> Cache::ownKey() {
  const std::string path = directory_ + "/key";
  for (int tries = 0;; ++tries) {
    if (const std::optional<std::string> key = readKept(path); key && key->size() == 64) return *key;
    llvm::Expected<std::string> temporary = newName();
    if (!temporary) return temporary.takeError();
    unsigned char bytes[32];
    if (::getentropy(bytes, sizeof bytes) != 0) return failed("read random bytes for", path);
    const std::string text =
        llvm::toHex(llvm::StringRef(reinterpret_cast<const char *>(bytes), sizeof bytes), true);
    const int file = ::open(temporary->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      return failed("write", *temporary);
    ::close(file);
    // The first one wins: link, unlike rename, replaces nothing.
    if (::link(temporary->c_str(), path.c_str()) != 0 && errno == EEXIST && tries > 0) removeWhatever(path);
    ::unlink(temporary->c_str());
    if (tries == 3) return failed("keep", path);
  }
}

namespace {

struct Entry {
  std::int64_t used; ///< Seconds since 1970.
  std::int64_t size;
  std::string path;
  auto operator<=>(const Entry &) const = default;
};

std::vector<Entry> entriesOf(const std::string &folder) {
  std::vector<Entry> entries;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    struct stat status {};
    if (::lstat(it->path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
      entries.push_back({status.st_mtime, status.st_size, it->path().string()});
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

} // namespace

CacheStatistics Cache::statistics() const {
  CacheStatistics statistics;
  statistics.results = entriesOf(directory_ + "/ac").size();
  for (const Entry &entry : entriesOf(directory_ + "/cas")) {
    ++statistics.contents;
    statistics.bytes += entry.size;
  }
  return statistics;
}

/// A result whose contents are gone is found out when it is read: a run at the same time loses nothing.
std::int64_t Cache::collect(int days, std::int64_t mostBytes) {
  const std::int64_t now = host::realHost().clock.wallMilliseconds() / 1000;
  const std::int64_t oldest = now - std::int64_t{days} * 24 * 3600;
  std::int64_t freed = 0;
  const auto remove = [&freed](const Entry &entry) {
    if (::unlink(entry.path.c_str()) == 0) freed += entry.size;
  };
  for (const Entry &entry : entriesOf(directory_ + "/new"))
    if (entry.used < now - 3600) remove(entry);
  for (const Entry &entry : entriesOf(directory_ + "/ac"))
    if (entry.used < oldest) remove(entry);
  std::vector<Entry> contents = entriesOf(directory_ + "/cas");
  std::int64_t bytes = 0;
  for (const Entry &entry : contents)
    bytes += entry.size;
  for (const Entry &entry : contents) {
    if (entry.used >= oldest && bytes <= mostBytes) break;
    remove(entry);
    bytes -= entry.size;
  }
  return freed;
}

} // namespace pipelang::store
