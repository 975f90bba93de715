// What `pipec check --show=raw` lists.
#pragma once

#include "compiler/driver/compile.h"

namespace pipelang::driver {

/// Every `raw`, a line each: `ci.pipe:7: raw github in job build`.
std::string listRaw(const Compilation &compilation);

} // namespace pipelang::driver
