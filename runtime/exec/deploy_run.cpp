#include "runtime/exec/deploy_run.h"
#include "compiler/plan/spell.h"
#include "fmt/format.h"
#include "runtime/exec/artifacts.h"
#include "runtime/exec/command.h"
#include "runtime/exec/job_services.h"
#include "llvm/Support/Path.h"
#include <unistd.h>

namespace pipelang::exec {
namespace {

/// Folders of releases that are kept: the live one, the warm one, and one to look at.
constexpr std::size_t keptReleases = 3;

/// The environment of a release: the deployment's own, and what `on local` adds or says instead. What it says
/// instead is not evaluated: a secret for production need not be known here.
std::vector<plan::EnvBinding> releaseBindings(const plan::Deployment &deployment) {
  std::map<std::string, plan::ExprId> values;
  for (const plan::EnvBinding &binding : deployment.env)
    values[binding.name] = binding.value;
  for (const plan::EnvBinding &binding : deployment.local->env)
    values[binding.name] = binding.value;
  std::vector<plan::EnvBinding> bindings;
  for (const auto &[name, value] : values)
    bindings.push_back({name, value});
  return bindings;
}

std::string marker(const RunContext &context, plan::NodeId node) {
  return context.options.run + "/" + context.plan.nodes[node].name;
}

llvm::Expected<std::vector<services::ProcessSpec>> servicesOf(RunContext &context, plan::NodeId node,
                                                              const std::string &state) {
  const plan::Node &declared = context.plan.nodes[node];
  std::vector<services::ProcessSpec> specs;
  for (const plan::ServiceId id : declared.asDeployment()->local->services) {
    const plan::Service &service = context.plan.services[id];
    llvm::Expected<int> port = deploy::keptPort(state, service.name);
    if (!port) return port.takeError();
    // Not below the run's folder: it lives as long as the deployment does.
    const std::string directory =
        fmt::format("{}/deployments/{}/{}", llvm::sys::path::parent_path(context.options.scratch).str(),
                    store::folderName(declared.name), store::folderName(service.name));
    if (llvm::Error error = makeServiceDirectory(context, directory)) return error;
    llvm::Expected<services::ProcessSpec> spec =
        serviceSpec(context, id, *port, directory, marker(context, node));
    if (!spec) return spec.takeError();
    specs.push_back(std::move(*spec));
  }
  return specs;
}

llvm::Expected<services::ProcessSpec> releaseSpec(RunContext &context, plan::NodeId node,
                                                  const std::string &directory) {
  const plan::Node &declared = context.plan.nodes[node];
  const plan::Deployment &deployment = *declared.asDeployment();
  const plan::LocalRelease &local = *deployment.local;
  host::Environ environ = baseEnvironment(directory, "/tmp", marker(context, node));
  if (llvm::Error error = addBindings(context.plan, releaseBindings(deployment), context.facts, environ))
    return error;
  services::ProcessSpec spec;
  spec.name = declared.name;
  spec.directory = directory;
  spec.ready = local.ready;
  spec.startTimeout = local.startTimeout;
  spec.grace = local.grace;
  auto prepare =
      commandsFor(context.plan, local.prepare, environ, context.facts, context.host.files, directory);
  if (!prepare) return prepare.takeError();
  auto start = commandFor(context.plan, local.start, environ, context.facts, context.host.files, directory);
  if (!start) return start.takeError();
  spec.prepare = std::move(*prepare);
  spec.start = std::move(*start);
  return spec;
}

/// The newest stay; what an older one still uses is open and outlives the removal of its name.
void pruneReleases(RunContext &context, const std::string &folder) {
  const std::vector<std::string> releases = context.host.files.list(folder);
  for (std::size_t i = 0; i + keptReleases < releases.size(); ++i)
    llvm::consumeError(context.host.files.removeTree(folder + "/" + releases[i]));
}

llvm::Expected<deploy::Request> requestFor(RunContext &context, plan::NodeId node) {
  const plan::Node &declared = context.plan.nodes[node];
  const plan::Deployment &deployment = *declared.asDeployment();
  const std::string state = deploymentDirectory(context.options.stateDirectory, declared.name);
  if (!deployment.local)
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "it has no `on local { start = … }`, so it cannot run here");
  llvm::Expected<std::string> release = textOf(context.plan, deployment.image, context.facts);
  if (!release) return release.takeError();
  auto shared = servicesOf(context, node, state);
  if (!shared) return shared.takeError();
  auto spec = releaseSpec(context, node, state + "/releases/" + context.options.run);
  if (!spec) return spec.takeError();
  return deploy::Request{declared.name,
                         declared.name,
                         deployment,
                         context.plan,
                         context.facts,
                         fmt::format("run {} (pid {})", context.options.run, ::getpid()),
                         *release,
                         std::move(*spec),
                         std::move(*shared),
                         state,
                         context.options.programPath,
                         controlFile(context.folder)};
}

llvm::Error placeRelease(RunContext &context, const plan::LocalRelease &local, const std::string &directory) {
  if (llvm::Error error = context.host.files.makeDirectory(directory)) return error;
  for (const plan::ArtifactInput &input : local.inputs)
    if (llvm::Error error = placeArtifact(context, input.output, directory + "/" + input.directory))
      return error;
  return llvm::Error::success();
}

} // namespace

std::string deploymentDirectory(llvm::StringRef stateDirectory, llvm::StringRef name) {
  return (stateDirectory + "/deployments/" + store::folderName(name)).str();
}

NodeEnd runDeployment(RunContext &context, plan::NodeId node, std::stop_token stop) {
  const std::string &name = context.plan.nodes[node].name;
  llvm::Expected<deploy::Request> request = requestFor(context, node);
  if (!request) return {plan::Outcome::Failure, context.mask(llvm::toString(request.takeError()))};
  if (llvm::Error error = placeRelease(context, *request->deployment.local, request->spec.directory))
    return {plan::Outcome::Failure, context.mask(llvm::toString(std::move(error)))};
  pruneReleases(context, request->stateDirectory + "/releases");
  StreamLog log(context.folder.log(name, -1, 1), context.secrets, context.recorder, name, -1);
  MaskingSink sink(context.recorder, context.secrets, log);
  const deploy::Result result = deploy::deployBlueGreen(*request, context.host, sink, stop);
  context.facts.setMeasurements(node, result.measurements);
  log.flush();
  return {result.outcome, context.mask(result.reason)};
}

std::string controlFile(const store::RunFolder &folder) {
  return folder.path + "/control.jsonl";
}

std::string effectsOfDeployment(const plan::Plan &plan, plan::NodeId node, plan::Facts &facts,
                                llvm::StringRef stateDirectory) {
  const plan::Node &declared = plan.nodes[node];
  const plan::Deployment &deployment = *declared.asDeployment();
  llvm::Expected<std::string> release = textOf(plan, deployment.image, facts);
  if (!release) llvm::consumeError(release.takeError()); // a job will make it
  deploy::Intent intent{deployment,
                        release ? *release : "`" + plan::spell(plan, deployment.image) + "`",
                        {},
                        deploymentDirectory(stateDirectory, declared.name)};
  if (deployment.local)
    for (const plan::ServiceId service : deployment.local->services)
      intent.services.push_back(plan.services[service].name);
  return deploy::planOfEffects(intent);
}

} // namespace pipelang::exec
