// What a job is, as far as its result goes: its commands, its environment, its services, what it puts out.
// Names, timeouts and the way it is shown do not matter.
#pragma once

#include "runtime/exec/options.h"
#include <map>

namespace pipelang::exec {

/// Named digests, sorted by name: what a result depends on.
class Manifest {
public:
  void add(const std::string &name, const std::string &digest) { entries_[name] = digest; }
  /// A line each: the digest, two spaces, the name (a line feed in it is a `?`).
  std::string text() const;

private:
  std::map<std::string, std::string> entries_;
};

/// Adds what `job` is. Late values are those known now; a secret counts by an HMAC, the port of a service as
/// always the same. True: a secret is in it, so that nobody else can have the same. Error: a value that is
/// not known before the job runs.
llvm::Expected<bool> describeJob(RunContext &context, const plan::Job &job, Manifest &manifest);

/// The entries of a manifest's text, by name.
std::map<std::string, std::string> readManifest(llvm::StringRef text);

} // namespace pipelang::exec
