// The real ports that have a file of their own; realHost() puts them together.
#pragma once

#include "runtime/host/host.h"

namespace pipelang::host {

Files &realFiles();
Http &realHttp();

} // namespace pipelang::host
