#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/host/curl_library.h"
#include "runtime/host/host.h"
#include "runtime/host/spawn.h"
#include <unistd.h>

namespace pipelang::cli {
namespace {

struct Need {
  const char *program;
  const char *what;
  const char *package; ///< Debian's.
  bool always;         ///< Without it no run works as it should.
};

constexpr Need needs[] = {
    {"sh", "steps in `sh`", "dash", true},
    {"bash", "steps in `bash`", "bash", false},
    {"git", "what a clean runner would get of the project", "git", true},
    {"python3", "steps in `python`", "python3", false},
    {"node", "steps in `node`", "nodejs", false},
    {"bwrap", "jobs in a sandbox", "bubblewrap", false},
    {"podman", "jobs in a container (or docker)", "podman", false},
    {"/usr/lib/postgresql/15/bin/postgres", "the service `postgres`", "postgresql-15", false},
    {"redis-server", "the service `redis`", "redis-server", false},
};

} // namespace

int doctorCommand(const Parsed &) {
  const char *path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  int status = success;
  for (const Need &need : needs) {
    const std::string found = host::findProgram(need.program, path, "/");
    const bool there = !found.empty() && ::access(found.c_str(), X_OK) == 0;
    if (there)
      fmt::print("✓ {:<14} {}\n",
                 llvm::StringRef(need.program).rsplit('/').second.empty()
                     ? need.program
                     : llvm::StringRef(need.program).rsplit('/').second.str(),
                 found);
    else
      fmt::print("{} {:<14} missing: needed for {} (apt-get install {})\n", need.always ? "✗" : "–",
                 need.program, need.what, need.package);
    if (!there && need.always) status = failed;
  }
  if (llvm::Expected<const host::CurlLibrary &> curl = host::curlLibrary()) {
    fmt::print("✓ {:<14} for probes over HTTP, measured traffic, a remote cache\n", "libcurl");
  } else {
    fmt::print("– {:<14} {}\n", "libcurl", llvm::toString(curl.takeError()));
  }
  const auto user = host::unprivilegedUser();
  fmt::print("✓ services run as {}\n",
             user ? fmt::format("user {}, not as root", *user) : std::string("you"));
  return status;
}

} // namespace pipelang::cli
