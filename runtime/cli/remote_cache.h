// Where the remote cache is, from the command line and the environment.
#pragma once

#include "compiler/support/command_line.h"
#include "runtime/store/remote.h"

namespace pipelang::cli {

/// Options of the commands that run something.
std::vector<Option> remoteCacheOptions();

/// What those options say, else the variables PIPERUN_REMOTE_CACHE…; docs/local-runs.md tells them all. The
/// secret is asked for only where there is a URL. Error: what is wrong with them.
llvm::Expected<store::RemoteSettings> remoteCacheSettings(const Parsed &parsed, host::Host &host);

} // namespace pipelang::cli
