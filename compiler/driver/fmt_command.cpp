// `pipec fmt`: canonical form, in place, checked, or shown.
#include "compiler/driver/commands.h"
#include "compiler/driver/line_diff.h"
#include "compiler/driver/module_files.h"
#include "compiler/driver/session.h"
#include "compiler/driver/write_files.h"
#include "compiler/format/format.h"
#include "fmt/format.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include <cstdio>

namespace pipelang::driver {
namespace {

llvm::Expected<std::string> readInput(const std::string &path) {
  if (path != "-") return readSource(path);
  std::string text(largestSource + 1, '\0'); // one byte more than parse() takes: it says so
  text.resize(std::fread(text.data(), 1, text.size(), stdin));
  if (std::ferror(stdin))
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "standard input: not readable");
  return text;
}

int formatFile(const cli::Parsed &parsed, const std::string &path) {
  auto text = readInput(path);
  if (!text) return printError("cannot read " + llvm::toString(text.takeError())), 1;
  std::string name = path == "-" ? "<stdin>" : path;
  Sources sources;
  Id<SourceFile> file = sources.add(SourceFile(name, std::move(*text), SourceFile::Origin::User));
  Diagnostics diagnostics;
  std::string result = format(file, sources[file], diagnostics);
  diagnostics.sort();
  report(parsed, diagnostics, sources);
  if (diagnostics.hasErrors()) return 1;
  llvm::StringRef before = sources[file].text();
  bool differs = before != result, check = parsed.has("--check"), diff = parsed.has("--diff");
  if (diff && differs) fmt::print("{}", lineDiff(name, before, result));
  if (check && !diff && differs) fmt::print("{}\n", name);
  if (check) return differs ? 1 : 0;
  if (diff) return 0;
  if (path == "-") return fmt::print("{}", result), 0;
  if (!differs) return 0;
  if (llvm::Error error = replaceFile(path, result))
    return printError("cannot write " + llvm::toString(std::move(error))), 1;
  if (!parsed.has("--quiet")) fmt::print("formatted {}\n", path);
  return 0;
}

} // namespace

int fmtCommand(const cli::Parsed &parsed) {
  int worst = 0;
  for (const std::string &path : parsed.arguments)
    worst = std::max(worst, formatFile(parsed, path));
  return worst;
}

} // namespace pipelang::driver
