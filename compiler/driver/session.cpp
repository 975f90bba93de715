#include "compiler/driver/session.h"
#include "compiler/backends/backend.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/shellcheck.h"
#include "llvm/ADT/StringSwitch.h"
#include <cstdio>
#include <unistd.h>

namespace pipelang::driver {

llvm::Expected<CompileOptions> compileOptions(const cli::Parsed &parsed) {
  CompileOptions options;
  options.notes = parsed.has("--show");
  for (const std::string &param : parsed.values("--param")) {
    auto [name, value] = llvm::StringRef(param).split('=');
    if (name.size() == param.size())
      return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                     "`--param %s` is not of the form NAME=VALUE", param.c_str());
    options.params[name.str()] = value.str();
  }
  return options;
}

Format formatOf(const cli::Parsed &parsed) {
  return llvm::StringSwitch<Format>(parsed.value("--format", "text"))
      .Case("json", Format::Json)
      .Case("sarif", Format::Sarif)
      .Default(Format::Text);
}

void report(const cli::Parsed &parsed, const Diagnostics &diagnostics, const Sources &sources) {
  Format format = parsed.has("--show") ? Format::Text : formatOf(parsed); // the output is what was asked for
  bool color = cli::wantColor(parsed.value("--color", "auto"), STDERR_FILENO);
  std::string text = render(format, diagnostics, sources, color);
  std::FILE *stream = format == Format::Text ? stderr : stdout;
  std::fwrite(text.data(), 1, text.size(), stream);
}

/// `pipec chekc`: the word was meant as a command.
static std::string commandInstead(const std::string &path) {
  std::vector<std::string> names;
  for (const cli::Command &command : pipecProgram().commands)
    names.push_back(command.name);
  std::string nearest = llvm::StringRef(path).contains('.') ? "" : nearestName(path, names);
  return nearest.empty() ? "" : "; did you mean the command `" + nearest + "`?";
}

std::optional<Compilation> compileAndReport(const cli::Parsed &parsed, const std::string &path, int &status,
                                            Emits emits) {
  auto options = compileOptions(parsed);
  if (!options) {
    printError(llvm::toString(options.takeError()));
    status = 2;
    return std::nullopt;
  }
  options->tests = emits == Emits::Checked && !parsed.has("--dump"); // checked, without running them
  auto compilation = compile(path, *options);
  if (!compilation) {
    printError("cannot read " + llvm::toString(compilation.takeError()) + commandInstead(path));
    status = 1;
    return std::nullopt;
  }
  if (!compilation->internalError.empty()) {
    fmt::print(stderr, "internal error: the plan of {} is not valid: {}\n", path, compilation->internalError);
    status = 70;
    return std::nullopt;
  }
  if (emits == Emits::Checked && !compilation->diagnostics.hasErrors()) {
    backends::emitAll(compilation->plan, "", compilation->diagnostics);
    compilation->diagnostics.sort();
  }
  if (emits == Emits::Checked && parsed.has("--shellcheck"))
    if (llvm::Error error = runShellcheck(*compilation)) {
      printError(llvm::toString(std::move(error)));
      status = 1;
      return std::nullopt;
    }
  report(parsed, compilation->diagnostics, compilation->sources);
  status = compilation->diagnostics.hasErrors() ? 1 : 0;
  return std::move(*compilation);
}

} // namespace pipelang::driver
