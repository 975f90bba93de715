// The commands of pipec, each from its parsed words to an exit status: 0 fine, 1 mistakes found, 2 wrong
// usage.
#pragma once

#include "compiler/support/command_line.h"
#include <string>

namespace pipelang::driver {

/// What pipec understands.
const cli::Program &pipecProgram();

int checkCommand(const cli::Parsed &parsed);
/// `check --fix`
int fixCommand(const cli::Parsed &parsed);
int buildCommand(const cli::Parsed &parsed);
int planCommand(const cli::Parsed &parsed);
int graphCommand(const cli::Parsed &parsed);
int fmtCommand(const cli::Parsed &parsed);
int testCommand(const cli::Parsed &parsed);
int explainCommand(const cli::Parsed &parsed);
int locateCommand(const cli::Parsed &parsed);
int lockCommand(const cli::Parsed &parsed);

/// All of pipec: `words` is what follows the program's name.
int pipecMain(llvm::ArrayRef<std::string> words);

/// `error: MESSAGE` on the error stream.
void printError(const std::string &message);

} // namespace pipelang::driver
