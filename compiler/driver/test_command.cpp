// `pipec test`
#include "compiler/driver/commands.h"
#include "compiler/driver/session.h"
#include "compiler/driver/test_report.h"
#include <cstdio>
#include <unistd.h>

namespace pipelang::driver {

int testCommand(const cli::Parsed &parsed) {
  auto options = compileOptions(parsed);
  if (!options) return printError(llvm::toString(options.takeError())), 2;
  const TestOptions tests{options->params, parsed.value("--filter"), parsed.has("--update")};
  const std::string format = parsed.value("--format", "text");
  std::deque<FileTests> files;
  bool unreadable = false;
  for (const std::string &path : parsed.arguments) {
    auto file = runTests(path, tests);
    if (!file) {
      printError("cannot read " + llvm::toString(file.takeError()));
      unreadable = true;
      continue;
    }
    const bool color = cli::wantColor(parsed.value("--color", "auto"), STDERR_FILENO);
    const std::string mistakes = renderText(file->compilation.diagnostics, file->compilation.sources, color);
    std::fwrite(mistakes.data(), 1, mistakes.size(), stderr);
    files.push_back(std::move(*file));
  }
  const bool color = cli::wantColor(parsed.value("--color", "auto"), STDOUT_FILENO);
  const std::string text = format == "json"    ? testsAsJson(files)
                           : format == "junit" ? testsAsJunit(files)
                                               : testsAsText(files, parsed.has("--quiet"), color);
  std::fwrite(text.data(), 1, text.size(), stdout);
  const TestCounts counts = countTests(files);
  return unreadable || counts.failed > 0 || counts.broken > 0 ? 1 : 0;
}

} // namespace pipelang::driver
