// The process that outlives a deployment: it owns the public port, the two versions and their shared
// services, and does what deployments ask of it through its socket. Everything about the world is read from
// it; it keeps nothing on disk. daemon.cpp makes the process, client.h talks to it.
//
// A request is one JSON object with `command`; the answer has `ok`, and `error` where it is false. Commands
// that change something carry the fencing `token` that `acquire` gave; an older one is refused.
//
//   hello                                    pid
//   acquire owner                            token; held until this connection ends, or `release`
//   release token
//   open token port any                      port: of the switch; `any`: another if it is taken
//   status                                   what there is
//   service token spec                       starts it unless it runs; port
//   start token colour release spec          port, once it is ready
//   identify colour                          proven
//   switch token to generation               generation, switched: refused unless `to` is ready
//   drain token colour within                cut: connections that had to be closed (the colour must be idle)
//   stop token colour                        refused for the colour that serves
//   retire token colour after                stops it later
//   traffic colour                           attached, busy, answers, alive
//   times                                    as SwitchTimes
//   log of                                   text: the last lines of a version or service
//   shutdown token
#pragma once

#include "runtime/host/host.h"
#include "llvm/ADT/StringRef.h"
#include <csignal>

namespace pipelang::deploy {

/// Serves connections of `listener` until it is told to shut down, `stopDescriptor` becomes readable, or the
/// file open as `lock` has been deleted, with the folder where people look for it. All it started is gone
/// when it returns.
void serveSupervisor(int listener, int stopDescriptor, int lock, host::Host &host);

} // namespace pipelang::deploy
