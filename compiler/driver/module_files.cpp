#include "compiler/driver/module_files.h"
#include "compiler/driver/embedded_texts.h"
#include "compiler/parse/parse.h"
#include "fmt/format.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace pipelang::driver {
namespace {

llvm::Error cannotRead(llvm::StringRef path, const std::string &why) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "%s: %s", path.str().c_str(), why.c_str());
}

class Loader {
public:
  /// What is in `sources` already, the root, is known by its place on disk: a file that imports it closes a
  /// circle.
  Loader(Sources &sources, Diagnostics &diagnostics) : sources_(sources), diagnostics_(diagnostics) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      llvm::SmallString<256> real;
      const Id<SourceFile> file = sources.idAt(i);
      if (!llvm::sys::fs::real_path(sources[file].name(), real)) loaded_[real.str().str()] = file;
    }
  }

  std::optional<sema::ModuleLoader::Loaded> load(const ast::ImportDecl &import, Id<SourceFile> importer) {
    return import.file ? loadFile(*import.file, importer) : loadLibrary(import.path);
  }

private:
  using Loaded = sema::ModuleLoader::Loaded;

  /// `std.git` is `stdlib/git.pipe`, shown as `std/git.pipe`.
  std::optional<Loaded> loadLibrary(const std::vector<ast::Name> &path) {
    if (path.size() != 2 || path[0].text != "std") return std::nullopt;
    std::string file = path[1].text + ".pipe";
    for (const EmbeddedText &text : embeddedTexts())
      if (text.name == "stdlib/" + file)
        return add("std/" + file, "std/" + file, text.text.str(), SourceFile::Origin::Library);
    return std::nullopt;
  }

  std::optional<Loaded> loadFile(const std::string &file, Id<SourceFile> importer) {
    llvm::StringRef from = sources_[importer].name();
    if (sources_[importer].origin() == SourceFile::Origin::Library || llvm::sys::path::is_absolute(file))
      return std::nullopt;
    llvm::SmallString<256> path(llvm::sys::path::parent_path(from));
    llvm::sys::path::append(path, file);
    llvm::sys::path::remove_dots(path, true);
    llvm::SmallString<256> real;
    if (llvm::sys::fs::real_path(path, real)) return std::nullopt;
    const std::string project = projectFolder();
    if (!isBelow(project, real))
      return Loaded{{},
                    nullptr,
                    "it lies outside of the project, `" + project +
                        "`: the folder with `.git`, or else that of the first file"};
    auto text = readSource(path);
    if (!text) {
      llvm::consumeError(text.takeError());
      return std::nullopt;
    }
    return add(real.str().str(), path.str().str(), std::move(*text), SourceFile::Origin::User);
  }

  /// The nearest folder above the first file that is a repository; else the first file's own.
  std::string projectFolder() const {
    llvm::SmallString<256> first;
    if (llvm::sys::fs::real_path(sources_[sources_.idAt(0)].name(), first))
      llvm::sys::fs::current_path(first); // a text that is no file: where it would be
    else
      llvm::sys::path::remove_filename(first);
    for (llvm::StringRef folder = first; !folder.empty(); folder = llvm::sys::path::parent_path(folder)) {
      llvm::SmallString<256> repository(folder);
      llvm::sys::path::append(repository, ".git");
      if (llvm::sys::fs::exists(repository)) return folder.str();
    }
    return first.str().str();
  }

  static bool isBelow(llvm::StringRef folder, llvm::StringRef path) {
    return path.consume_front(folder) && (path.startswith("/") || folder == "/");
  }

  Loaded add(const std::string &key, std::string name, std::string text, SourceFile::Origin origin) {
    if (auto known = loaded_.find(key); known != loaded_.end()) return {known->second, nullptr};
    Id<SourceFile> file = sources_.add(SourceFile(std::move(name), std::move(text), origin));
    loaded_[key] = file;
    return {file, std::make_unique<ast::Module>(parse(file, sources_[file], diagnostics_))};
  }

  Sources &sources_;
  Diagnostics &diagnostics_;
  std::map<std::string, Id<SourceFile>> loaded_;
};

std::vector<std::string> libraryNames() {
  std::vector<std::string> names;
  for (const EmbeddedText &text : embeddedTexts()) {
    llvm::StringRef name = text.name;
    if (name.consume_front("stdlib/") && name.consume_back(".pipe")) names.push_back("std." + name.str());
  }
  return names;
}

} // namespace

llvm::Expected<std::string> readSource(llvm::StringRef path) {
  llvm::sys::fs::file_status status;
  if (std::error_code error = llvm::sys::fs::status(path, status)) return cannotRead(path, error.message());
  if (!llvm::sys::fs::is_regular_file(status)) return cannotRead(path, "not a regular file");
  // One byte more than parse() takes: it says so.
  std::uint64_t size = std::min<std::uint64_t>(status.getSize(), largestSource + 1);
  if (size == 0) return std::string();
  auto buffer = llvm::MemoryBuffer::getFileSlice(path, size, /*Offset=*/0);
  if (!buffer) return cannotRead(path, buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

llvm::Expected<std::string> readBelow(llvm::StringRef root, llvm::StringRef path) {
  if (llvm::sys::path::is_absolute(path)) return cannotRead(path, "must be relative to the project");
  llvm::SmallString<256> joined(root), real, realRoot;
  llvm::sys::path::append(joined, path);
  if (std::error_code error = llvm::sys::fs::real_path(joined, real))
    return cannotRead(path, error.message());
  if (std::error_code error = llvm::sys::fs::real_path(root, realRoot))
    return cannotRead(root, error.message());
  llvm::StringRef rest = real;
  if (!rest.consume_front(realRoot) || !(rest.startswith("/") || realRoot == "/"))
    return cannotRead(path, "lies outside the project");
  auto text = readSource(real);
  if (text && text->size() > largestSource) return cannotRead(path, "larger than 16 MiB");
  return text;
}

sema::ModuleLoader makeLoader(Sources &sources, Diagnostics &diagnostics) {
  auto loader = std::make_shared<Loader>(sources, diagnostics);
  return {[loader](const ast::ImportDecl &import, Id<SourceFile> importer) {
            return loader->load(import, importer);
          },
          libraryNames};
}

} // namespace pipelang::driver
