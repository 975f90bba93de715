// What every command that compiles files does alike: options in, diagnostics out.
#pragma once

#include "compiler/driver/compile.h"
#include "compiler/driver/render.h"
#include "compiler/support/command_line.h"

namespace pipelang::driver {

/// `--param name=value`, each. Error: one without `=`.
llvm::Expected<CompileOptions> compileOptions(const cli::Parsed &parsed);

Format formatOf(const cli::Parsed &parsed);

/// Writes the diagnostics: text to the error stream, JSON and SARIF to the output.
void report(const cli::Parsed &parsed, const Diagnostics &diagnostics, const Sources &sources);

/// Whether what the `emit` lines ask for is tried, too: targets refuse what they cannot say.
enum class Emits { Ignored, Checked };

/// Compiles one file and reports. Empty where it is unusable; `status` is then the exit status.
std::optional<Compilation> compileAndReport(const cli::Parsed &parsed, const std::string &path, int &status,
                                            Emits emits = Emits::Ignored);

} // namespace pipelang::driver
