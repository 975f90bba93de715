#include "runtime/exec/job_services.h"
#include "fmt/format.h"
#include "runtime/exec/command.h"

namespace pipelang::exec {

llvm::Error makeServiceDirectory(RunContext &context, llvm::StringRef directory) {
  if (llvm::Error error = context.host.files.makeDirectory(directory)) return error;
  if (const auto user = host::unprivilegedUser()) return context.host.files.giveTo(directory, *user);
  return llvm::Error::success();
}

llvm::Expected<services::ProcessSpec> serviceSpec(RunContext &context, plan::ServiceId id, int port,
                                                  llvm::StringRef directory, llvm::StringRef marker) {
  const plan::Service &service = context.plan.services[id];
  const auto failed = [&service](llvm::Error error) {
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        fmt::format("service `{}`: {}", service.name, llvm::toString(std::move(error))));
  };
  if (!service.process)
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        fmt::format("service `{}`: `{}` has no body `on local`, so it cannot run here", service.name,
                    service.kind));
  const plan::ServiceProcess &process = *service.process;
  context.facts.setPort(id, port);
  host::Environ environ = baseEnvironment(directory, directory, marker);
  environ["PORT"] = std::to_string(port);
  environ["DATA"] = directory.str();

  services::ProcessSpec spec;
  spec.name = service.name;
  spec.ready = process.ready;
  spec.startTimeout = process.startTimeout;
  spec.grace = context.options.patience.grace;
  spec.directory = directory.str();
  spec.user = host::unprivilegedUser();
  spec.port = port;
  host::Files &files = context.host.files;
  auto prepare = commandsFor(context.plan, process.prepare, environ, context.facts, files, directory);
  if (!prepare) return failed(prepare.takeError());
  auto start = commandFor(context.plan, process.start, environ, context.facts, files, directory);
  if (!start) return failed(start.takeError());
  auto after = commandsFor(context.plan, process.afterReady, environ, context.facts, files, directory);
  if (!after) return failed(after.takeError());
  spec.prepare = std::move(*prepare);
  spec.start = std::move(*start);
  spec.afterReady = std::move(*after);
  return spec;
}

} // namespace pipelang::exec
