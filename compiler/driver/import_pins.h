// The digests of the files that a program imports: held against pipe.lock, and written into it by `pipec
// lock`.
#pragma once

#include "compiler/driver/compile.h"

namespace pipelang::driver {

/// `sha256:…` of every imported file of the project, by its path from the root file's folder.
std::map<std::string, std::string> importDigests(const Compilation &compilation);

/// Reports, where they are imported, files that differ from `pins` or are not among them.
void checkImportPins(const Compilation &compilation, const std::map<std::string, std::string> &pins,
                     Diagnostics &diagnostics);

} // namespace pipelang::driver
