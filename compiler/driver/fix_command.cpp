// `pipec check --fix`: what diagnostics offer is done, and what is left is reported.
#include "compiler/backends/backend.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/fixes.h"
#include "compiler/driver/line_diff.h"
#include "compiler/driver/module_files.h"
#include "compiler/driver/session.h"
#include "compiler/driver/write_files.h"

namespace pipelang::driver {
namespace {

/// A fix may uncover the next mistake; nobody needs more rounds than this.
constexpr int mostRounds = 10;

int fixFile(const cli::Parsed &parsed, const std::string &path, const CompileOptions &options) {
  auto before = readSource(path);
  if (!before) return printError("cannot read " + llvm::toString(before.takeError())), 1;
  std::string text = *before;
  std::size_t count = 0;
  Compilation compilation;
  for (int round = 0; round < mostRounds; ++round) {
    compilation = compileText(path, text, options);
    if (!compilation.diagnostics.hasErrors()) {
      backends::emitAll(compilation.plan, "", compilation.diagnostics);
      compilation.diagnostics.sort();
    }
    Fixed fixed = applyFixes(text, compilation.sources.idAt(0), compilation.diagnostics);
    if (fixed.count == 0 || round + 1 == mostRounds) break;
    count += fixed.count;
    text = std::move(fixed.text);
  }
  const bool show = parsed.has("--diff");
  if (show) fmt::print("{}", lineDiff(path, *before, text));
  if (!show && text != *before) {
    if (llvm::Error error = replaceFile(path, text))
      return printError("cannot write " + llvm::toString(std::move(error))), 1;
    if (!parsed.has("--quiet")) fmt::print("{}: {} fix{}\n", path, count, count == 1 ? "" : "es");
  }
  report(parsed, compilation.diagnostics, compilation.sources);
  return compilation.diagnostics.hasErrors() ? 1 : 0;
}

} // namespace

int fixCommand(const cli::Parsed &parsed) {
  auto options = compileOptions(parsed);
  if (!options) return printError(llvm::toString(options.takeError())), 2;
  options->tests = true;
  int worst = 0;
  for (const std::string &path : parsed.arguments)
    worst = std::max(worst, fixFile(parsed, path, *options));
  return worst;
}

} // namespace pipelang::driver
