// TCP on this machine, as far as probes and switches need it.
#pragma once

#include "compiler/support/quantities.h"

namespace pipelang::services {

/// Whether something accepts connections on 127.0.0.1:`port` within `atMost`.
bool acceptsConnections(int port, Duration atMost);

} // namespace pipelang::services
