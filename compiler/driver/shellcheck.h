// ShellCheck over the shell scripts of a program: only when asked for, since it is a program of the machine.
#pragma once

#include "compiler/driver/compile.h"

namespace pipelang::driver {

/// Runs `shellcheck` once over every `sh` and `bash` literal of the user's modules, as they are written into
/// workflows, and reports what it finds at its place in the .pipe file. What it says of the quotes and
/// variables that we put in is left out. Error: it is not installed, or cannot be run.
llvm::Error runShellcheck(Compilation &compilation);

} // namespace pipelang::driver
