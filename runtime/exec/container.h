// A job's container: started by podman or docker before its first step, with the job's folders in it under
// their own names; steps are run in it one after the other. It lives no longer than we do: its first process
// reads from a pipe of ours, and ends with it.
#pragma once

#include "runtime/exec/options.h"
#include <stop_token>

namespace pipelang::exec {

/// `podman` or `docker`, that works here.
struct ContainerEngine {
  std::string program; ///< Absolute.
  bool isDocker = false;
};

/// Says which engine to use; `none`: none. The caller sets it, and steps see it.
inline constexpr const char *engineVariable = "PIPERUN_CONTAINER_ENGINE";

/// The one of PIPERUN_CONTAINER_ENGINE, else podman, else docker, as the caller's PATH has them. Asks once,
/// and removes what killed runs left. Error: neither works, why, and both ways out.
llvm::Expected<ContainerEngine> containerEngine(host::Host &host);

/// The program that builds images here, absolute: the one of PIPERUN_CONTAINER_ENGINE, else docker, else
/// podman (which without root keeps images in the HOME of who asks: a job's is gone with the job). Empty:
/// none works. Asks once; may take long.
std::string imageEngine(host::Host &host);

class Container {
public:
  /// Starts `image` and waits until it runs; `folder` (a job's: it has `work`) is the same inside. Blocks.
  /// Error: no such image, or it does not start: with what the engine said.
  static llvm::Expected<std::unique_ptr<Container>> start(const ContainerEngine &engine,
                                                          const std::string &image, const std::string &name,
                                                          const std::string &folder, host::Host &host,
                                                          std::stop_token stop);
  Container(const Container &) = delete;
  /// Removes it.
  ~Container();

  /// `spawn` inside. Values of its environment travel by the engine's environment, never by arguments.
  /// `pidFile` (below the folder) takes the process's number. Error: a variable the engine itself needs, with
  /// a secret in it.
  llvm::Expected<host::SpawnOptions> inside(host::SpawnOptions spawn, const std::string &pidFile,
                                            const SecretForms &secrets) const;
  /// Sends `signal` to the group that `inside` started. Blocks for a moment.
  void signal(int signal, const std::string &pidFile) const;
  /// Ends all in it, and removes it. Blocks.
  void remove();

private:
  Container(ContainerEngine engine, std::string name, std::string folder, host::Host &host)
      : engine_(std::move(engine)), name_(std::move(name)), folder_(std::move(folder)), host_(host) {}
  host::SpawnOptions call(std::vector<std::string> words) const;

  const ContainerEngine engine_;
  const std::string name_;
  const std::string folder_;
  host::Host &host_;
  int pipe_ = -1;
  host::Child client_;
};

} // namespace pipelang::exec
