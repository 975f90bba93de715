// `pipec build`: files from the plan's `emit` lines, and the map beside the source.
#include "compiler/driver/commands.h"
#include "compiler/driver/session.h"
#include "compiler/driver/write_files.h"
#include "fmt/format.h"
#include "llvm/Support/Path.h"

namespace pipelang::driver {
namespace {

int fail(llvm::Error error) {
  printError("cannot write " + llvm::toString(std::move(error)));
  return 1;
}

SourceMap mapFiles(const FileSet &files, const Compilation &compilation) {
  SourceMap map;
  for (const auto &[path, file] : files)
    map[path] = mapFile(file, compilation.sources, compilation.plan.files);
  return map;
}

int checkOnly(const WriteRequest &request) {
  auto differences = findDifferences(request);
  if (!differences) return fail(differences.takeError());
  for (const std::string &file : *differences)
    fmt::print("differs: {}\n", file);
  if (!differences->empty()) printError("files on disk are not what `pipec build` writes; run it");
  return differences->empty() ? 0 : 1;
}

int write(const cli::Parsed &parsed, const WriteRequest &request, const Compilation &compilation) {
  Diagnostics diagnostics;
  auto result = writeFiles(request, diagnostics);
  if (!result) return fail(result.takeError());
  report(parsed, diagnostics, compilation.sources);
  if (diagnostics.hasErrors()) return 1;
  if (parsed.has("--quiet")) return 0;
  for (const std::string &file : result->changed)
    fmt::print("{} {}\n", request.files.count(file) ? "wrote" : "removed", file);
  fmt::print("{} written, {} unchanged\n", result->changed.size(), result->unchanged);
  return 0;
}

int buildFile(const cli::Parsed &parsed, const std::string &path) {
  int status = 0;
  auto compilation = compileAndReport(parsed, path, status);
  if (status != 0) return status;
  Diagnostics diagnostics;
  std::string target = parsed.value("--target");
  FileSet files = backends::emitAll(compilation->plan, target, diagnostics);
  diagnostics.sort();
  if (!diagnostics.all().empty()) report(parsed, diagnostics, compilation->sources);
  if (diagnostics.hasErrors()) return 1;
  if (files.empty() && target.empty() && !parsed.has("--quiet"))
    fmt::print(stderr, "note: {} has no `emit` lines, so there is nothing to write\n", path);
  SourceMap map = mapFiles(files, *compilation);
  WriteRequest request{files,
                       map,
                       parsed.value("--out", compilation->projectRoot),
                       llvm::sys::path::filename(path).str() + ".map",
                       target.empty(),
                       parsed.has("--force")};
  return parsed.has("--check") ? checkOnly(request) : write(parsed, request, *compilation);
}

} // namespace

int buildCommand(const cli::Parsed &parsed) {
  int worst = 0;
  for (const std::string &path : parsed.arguments)
    worst = std::max(worst, buildFile(parsed, path));
  return worst;
}

} // namespace pipelang::driver
