// Proof that what listens on a port is what we started, from what the kernel knows.
#pragma once

#include <sys/types.h>
#include <vector>

namespace pipelang::deploy {

/// Whether a socket that listens on TCP `port` belongs to a process of `group`, or to a descendant of its
/// leader that has left the group.
bool groupListensOn(pid_t group, int port);

/// `root` and all its descendants now alive, parents first.
std::vector<pid_t> descendantsOf(pid_t root);

} // namespace pipelang::deploy
