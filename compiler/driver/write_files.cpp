#include "compiler/driver/write_files.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::driver {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

llvm::Error failed(llvm::StringRef file, const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s: %s", file.str().c_str(), why.c_str());
}

std::string below(llvm::StringRef directory, llvm::StringRef file) {
  llvm::SmallString<256> joined(directory.empty() ? "." : directory);
  path::append(joined, file);
  return joined.str().str();
}

/// The file's bytes, or none where there is no file. Error: something else is in the way.
llvm::Expected<std::optional<std::string>> contentOf(const std::string &file) {
  fs::file_status status;
  std::error_code error = fs::status(file, status);
  if (error == std::errc::no_such_file_or_directory) return std::nullopt;
  if (!error && !fs::is_regular_file(status)) return failed(file, "not a regular file");
  if (error) return failed(file, error.message());
  auto buffer = llvm::MemoryBuffer::getFile(file, false, false);
  if (!buffer) return failed(file, buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

SourceMap readMap(const WriteRequest &request) {
  auto text = contentOf(below(request.directory, request.mapName));
  if (!text) {
    llvm::consumeError(text.takeError());
    return {};
  }
  auto map = sourceMapFromText(text->value_or(""));
  if (map) return std::move(*map);
  llvm::consumeError(map.takeError()); // a damaged map owns nothing: its files count as somebody else's
  return {};
}

/// One path whose content on disk is not what it should be. Without `wanted`: to be removed.
struct Difference {
  std::string file;
  std::optional<std::string> wanted;
  bool ours = true;
};

bool isOurs(const SourceMap &before, const std::string &file, const std::optional<std::string> &onDisk) {
  auto known = before.find(file);
  return !onDisk || (known != before.end() && known->second.sha256 == sha256(*onDisk));
}

llvm::Expected<std::vector<Difference>> differences(const WriteRequest &request, const SourceMap &before) {
  std::vector<Difference> found;
  for (const auto &[file, output] : request.files) {
    auto onDisk = contentOf(below(request.directory, file));
    if (!onDisk) return onDisk.takeError();
    if (*onDisk != output.content.text)
      found.push_back({file, output.content.text, isOurs(before, file, *onDisk)});
  }
  if (!request.wholeBuild) return found;
  for (const auto &[file, mapped] : before) {
    if (request.files.count(file)) continue;
    auto onDisk = contentOf(below(request.directory, file));
    if (!onDisk) return onDisk.takeError();
    // A stale file that was edited since is its editor's: it stays, and we forget it.
    if (*onDisk && isOurs(before, file, *onDisk)) found.push_back({file, std::nullopt, true});
  }
  return found;
}

SourceMap mapAfter(const WriteRequest &request, const SourceMap &before) {
  SourceMap after = request.map;
  if (!request.wholeBuild)
    for (const auto &[file, mapped] : before)
      after.emplace(file, mapped);
  return after;
}

/// Where a path of the plan may lead: below `directory`, links followed.
bool staysInside(const std::string &directory, const std::string &file) {
  if (path::is_absolute(file) || file.empty()) return false;
  for (auto part = path::begin(file); part != path::end(file); ++part)
    if (*part == "..") return false;
  llvm::SmallString<256> root, parent;
  if (fs::real_path(directory.empty() ? "." : directory, root)) return true; // it will be made
  llvm::SmallString<256> existing(path::parent_path(below(directory, file)));
  while (!existing.empty() && fs::real_path(existing, parent))
    path::remove_filename(existing);
  return parent.empty() || parent == root || llvm::StringRef(parent).startswith((root + "/").str()) ||
         root == "/";
}

} // namespace

llvm::Error writeAtomically(llvm::StringRef file, llvm::StringRef text) {
  if (std::error_code error = fs::create_directories(path::parent_path(file)))
    return failed(file, error.message());
  auto temporary = fs::TempFile::create(file + ".%%%%%%%%.tmp", fs::all_read | fs::owner_write);
  if (!temporary) return failed(file, llvm::toString(temporary.takeError()));
  llvm::raw_fd_ostream stream(temporary->FD, /*shouldClose=*/false);
  stream << text;
  stream.flush();
  if (std::error_code error = stream.error()) {
    stream.clear_error();
    llvm::consumeError(temporary->discard());
    return failed(file, error.message());
  }
  if (llvm::Error error = temporary->keep(file)) {
    std::string why = llvm::toString(std::move(error));
    llvm::consumeError(temporary->discard());
    return failed(file, why);
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<std::string>> findDifferences(const WriteRequest &request) {
  SourceMap before = readMap(request);
  auto found = differences(request, before);
  if (!found) return found.takeError();
  std::vector<std::string> files;
  for (const Difference &difference : *found)
    files.push_back(difference.file);
  auto mapOnDisk = contentOf(below(request.directory, request.mapName));
  if (!mapOnDisk) return mapOnDisk.takeError();
  bool somethingToMap = !request.files.empty() || !before.empty();
  if (somethingToMap && *mapOnDisk != toText(mapAfter(request, before))) files.push_back(request.mapName);
  return files;
}

llvm::Expected<WriteResult> writeFiles(const WriteRequest &request, Diagnostics &diagnostics) {
  SourceMap before = readMap(request);
  auto found = differences(request, before);
  if (!found) return found.takeError();
  for (const auto &[file, output] : request.files)
    if (!staysInside(request.directory, file)) diagnostics.report(output.origin, diag::OutputOutside, file);
  for (const Difference &difference : *found)
    if (!difference.ours && !request.force)
      diagnostics.report(request.files.at(difference.file).origin, diag::OutputNotOurs, difference.file)
          .note("move it away, or run `pipec build --force` to replace it");
  if (diagnostics.hasErrors()) return WriteResult{};
  WriteResult result;
  for (const Difference &difference : *found) {
    std::string file = below(request.directory, difference.file);
    if (!difference.wanted) {
      if (std::error_code error = fs::remove(file)) return failed(file, error.message());
    } else if (llvm::Error error = writeAtomically(file, *difference.wanted)) {
      return error;
    }
    result.changed.push_back(difference.file);
  }
  result.unchanged =
      request.files.size() - llvm::count_if(*found, [](const Difference &d) { return d.wanted; });
  SourceMap after = mapAfter(request, before);
  std::string mapFile = below(request.directory, request.mapName);
  if (after.empty() && before.empty()) return result;
  auto mapOnDisk = contentOf(mapFile);
  if (!mapOnDisk) return mapOnDisk.takeError();
  if (*mapOnDisk != toText(after))
    if (llvm::Error error = writeAtomically(mapFile, toText(after))) return error;
  return result;
}

llvm::Error replaceFile(llvm::StringRef path, llvm::StringRef text) {
  llvm::SmallString<256> real;
  if (llvm::sys::fs::real_path(path, real)) return writeAtomically(path, text);
  llvm::sys::fs::file_status status;
  const bool known = !llvm::sys::fs::status(real, status);
  if (llvm::Error error = writeAtomically(real, text)) return error;
  if (known) llvm::sys::fs::setPermissions(real, status.permissions());
  return llvm::Error::success();
}

} // namespace pipelang::driver
