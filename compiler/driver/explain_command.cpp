// `pipec explain` and `pipec locate`: what a person asks afterwards.
#include "compiler/driver/commands.h"
#include "compiler/driver/embedded_texts.h"
#include "compiler/driver/source_map.h"
#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace pipelang::driver {
namespace {

/// Code and page of every explanation, ordered by code.
std::vector<std::pair<std::string, llvm::StringRef>> explanations() {
  std::vector<std::pair<std::string, llvm::StringRef>> pages;
  for (const EmbeddedText &text : embeddedTexts()) {
    llvm::StringRef name = text.name;
    if (name.consume_front("errors/") && name.consume_back(".md")) pages.emplace_back(name.str(), text.text);
  }
  return pages;
}

int listCodes() {
  for (const auto &[code, page] : explanations())
    fmt::print("{}\n", page.split('\n').first.ltrim("# ").str());
  return 0;
}

/// The place a map in `folder` knows for `file`:`line`; empty where there is none.
std::string locateIn(const std::string &folder, const std::string &file, std::uint32_t line) {
  std::error_code error;
  for (llvm::sys::fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!llvm::StringRef(entry->path()).endswith(".pipe.map")) continue;
    auto buffer = llvm::MemoryBuffer::getFile(entry->path());
    if (!buffer) continue;
    auto map = sourceMapFromText((*buffer)->getBuffer());
    if (!map) {
      llvm::consumeError(map.takeError());
      continue;
    }
    if (auto found = map->find(file); found != map->end()) return found->second.originOf(line);
  }
  return "";
}

} // namespace

int explainCommand(const cli::Parsed &parsed) {
  if (parsed.arguments.empty()) return listCodes();
  std::string code = llvm::StringRef(parsed.arguments[0]).upper();
  std::vector<std::string> codes;
  for (const auto &[known, page] : explanations()) {
    if (known == code) return fmt::print("{}", page.str()), 0;
    codes.push_back(known);
  }
  std::string nearest = nearestName(code, codes);
  printError(
      fmt::format("there is no diagnostic `{}`{}", parsed.arguments[0],
                  nearest.empty() ? "; `pipec explain` lists them" : "; did you mean `" + nearest + "`?"));
  return 2;
}

int locateCommand(const cli::Parsed &parsed) {
  auto [file, number] = llvm::StringRef(parsed.arguments[0]).rsplit(':');
  std::uint32_t line = 0;
  if (number.getAsInteger(10, line) || line == 0) {
    printError(fmt::format("`{}` is not of the form FILE:LINE", parsed.arguments[0]));
    return 2;
  }
  llvm::SmallString<256> folder(file), relative;
  llvm::sys::fs::make_absolute(folder);
  llvm::sys::path::remove_dots(folder, true);
  const std::string whole = folder.str().str();
  while (llvm::sys::path::has_relative_path(folder)) {
    llvm::sys::path::remove_filename(folder);
    llvm::StringRef rest(whole);
    rest.consume_front(folder);
    std::string place = locateIn(folder.str().str(), rest.ltrim('/').str(), line);
    if (place.empty()) continue;
    fmt::print("{}\n", place);
    return 0;
  }
  printError(fmt::format("no `.pipe.map` above knows {}:{}; is it a file that `pipec build` wrote?",
                         file.str(), line));
  return 1;
}

} // namespace pipelang::driver
