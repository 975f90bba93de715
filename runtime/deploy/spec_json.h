// What the supervisor has to run, as it travels through its socket. It carries secrets: it is never written
// to a file or a log.
#pragma once

#include "runtime/services/services.h"
#include "llvm/Support/JSON.h"

namespace pipelang::deploy {

llvm::json::Value toJson(const services::ProcessSpec &spec);
/// Error: what is missing.
llvm::Expected<services::ProcessSpec> specFromJson(const llvm::json::Value &json);

} // namespace pipelang::deploy
