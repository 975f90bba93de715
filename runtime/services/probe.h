// A probe where it runs: exec probes need the environment of what they ask about.
#pragma once

#include "compiler/plan/plan.h"
#include "runtime/host/host.h"

namespace pipelang::services {

struct ProbeContext {
  host::Environ environ;
  std::string directory;
  std::optional<uid_t> user;
};

/// One try, as `probeOnce`.
bool probeIn(const ProbeContext &context, const plan::Probe &probe, int port, host::Host &host);

} // namespace pipelang::services
