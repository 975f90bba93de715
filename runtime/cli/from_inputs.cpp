#include "compiler/plan/graph.h"
#include "compiler/plan/params.h"
#include "compiler/support/diagnostics.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/gate_result.h"
#include "runtime/exec/context.h"
#include "runtime/exec/inputs.h"
#include "runtime/exec/secrets.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::cli {
namespace {

bool onGithub() {
  const host::Environ &environ = host::realHost().environ;
  const auto found = environ.find("GITHUB_ACTIONS");
  return found != environ.end() && found->second == "true";
}

/// The node of this name. Where there is none that `isIt`, it has said so and set `status`.
std::optional<plan::NodeId> nodeNamed(const plan::Plan &plan, const std::string &name, const char *what,
                                      llvm::function_ref<bool(const plan::Node &)> isIt, int &status) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const plan::NodeId id = plan.nodes.idAt(i);
    if (!isIt(plan.nodes[id])) continue;
    if (plan.nodes[id].name == name) return id;
    known.push_back(plan.nodes[id].name);
  }
  const std::string nearest = nearestName(name, known);
  status = fail(wrongUsage, fmt::format("there is no {} `{}` in `{}`{}", what, name, plan.name,
                                        nearest.empty() ? "" : fmt::format("; did you mean `{}`?", nearest)));
  return std::nullopt;
}

/// Everything that is known before a node that runs alone: the event, and what its predecessors gave. They
/// have succeeded, or it would not have been asked.
struct Given {
  std::unique_ptr<exec::RunFacts> facts;
  std::vector<std::string> missing;
  plan::Target target;
};

llvm::Expected<exec::GivenFacts> givenFacts(const Parsed &parsed, const Loaded &loaded) {
  host::Host &host = host::realHost();
  exec::GivenFacts given;
  given.context = onGithub() ? exec::readGithubContext(host)
                             : exec::readContext({loaded.projectRoot, parsed.value("--event", "push"),
                                                  parsed.value("--branch"), "inputs", 1},
                                                 host);
  std::map<std::string, std::string> params;
  if (onGithub()) params = exec::readGithubInputs(host);
  for (const std::string &param : parsed.values("--param")) {
    auto [name, text] = llvm::StringRef(param).split('=');
    params[name.str()] = text.str();
  }
  for (std::size_t i = 0; i < loaded.plan.params.size(); ++i) {
    const Id<plan::Param> id = loaded.plan.params.idAt(i);
    const auto found = params.find(loaded.plan.params[id].name);
    if (found == params.end()) continue;
    llvm::Expected<plan::Value> value = plan::readParam(loaded.plan, id, found->second);
    if (!value) return value.takeError();
    given.params[id] = std::move(*value);
  }
  return given;
}

llvm::Expected<Given> readGiven(const Parsed &parsed, const Loaded &loaded, plan::NodeId node) {
  const plan::Plan &plan = loaded.plan;
  llvm::Expected<exec::GivenFacts> facts = givenFacts(parsed, loaded);
  if (!facts) return facts.takeError();
  Given given{std::make_unique<exec::RunFacts>(plan, std::move(*facts)),
              {},
              onGithub() ? plan::Target::Github : plan::Target::Local};
  for (const plan::NodeId before : plan::closureOf(plan, {node}))
    given.facts->setOutcome(before, plan::Outcome::Success);
  std::set<plan::OutputId> outputs;
  for (const plan::ExprId id : exec::expressionsFor(plan, {node}, given.target))
    if (const auto *reference = std::get_if<plan::OutputRef>(&plan.exprs[id].node))
      outputs.insert(reference->output);
  for (const plan::OutputId id : outputs) {
    const plan::Output &output = plan.outputs[id];
    const std::string &job = plan.nodes[output.job].name;
    const std::string folder = parsed.value("--inputs") + "/" + job;
    if (llvm::Error error = exec::loadOutput(plan, id, folder, *given.facts, host::realHost().files)) {
      const std::string why = fmt::format("output `{}` of `{}` was not given: {}", output.name, job,
                                          llvm::toString(std::move(error)));
      given.facts->setUnreadable(id, why);
      given.missing.push_back(why);
    }
  }
  return given;
}

} // namespace

int gateFromInputs(const Parsed &parsed) {
  int status = success;
  std::optional<Loaded> loaded = load(parsed, parsed.arguments[0], status);
  if (!loaded) return status;
  const plan::Plan &plan = loaded->plan;
  const auto node = nodeNamed(
      plan, parsed.arguments[1], "gate", [](const plan::Node &each) { return each.asGate() != nullptr; },
      status);
  if (!node) return status;
  llvm::Expected<Given> given = readGiven(parsed, *loaded, *node);
  if (!given) return fail(wrongUsage, llvm::toString(given.takeError()));
  for (const std::string &why : given->missing)
    fail(failed, why);
  const gates::GateResult result = gates::evaluate(
      plan, plan.nodes[*node].asGate()->requirements, *given->facts,
      [&](plan::OutputId id) {
        const auto *report = std::get_if<plan::ReportOutput>(&plan.outputs[id].node);
        return report ? report->path : std::string();
      },
      given->target);
  tellGate(parsed, plan, *node, result, true);
  return result.passes() ? success : failed;
}

int deployFromInputs(const Parsed &parsed) {
  int status = success;
  std::optional<Loaded> loaded = load(parsed, parsed.arguments[0], status);
  if (!loaded) return status;
  const plan::Plan &plan = loaded->plan;
  const auto node = nodeNamed(
      plan, parsed.arguments[1], "deployment",
      [](const plan::Node &each) { return each.asDeployment() != nullptr; }, status);
  if (!node) return status;
  llvm::Expected<Given> given = readGiven(parsed, *loaded, *node);
  if (!given) return fail(wrongUsage, llvm::toString(given.takeError()));
  const plan::Deployment &deployment = *plan.nodes[*node].asDeployment();
  llvm::Expected<plan::Value> image = plan::evaluate(plan, deployment.image, given->target, *given->facts);
  if (!image) return fail(failed, "its image: " + llvm::toString(image.takeError()));
  // What would be deployed is known; who would switch the traffic is not there yet.
  const plan::Environment &environment = plan.environments[deployment.environment];
  return fail(failed,
              fmt::format("`{}` was not deployed: piperun cannot switch traffic in a Kubernetes cluster "
                          "yet (P1109). It would have taken `{}` to `{}`{}; nothing was changed",
                          plan.nodes[*node].name, image->toText(), environment.name,
                          deployment.local && !onGithub()
                              ? "; on this machine: piperun deploy FILE NAME, without --inputs"
                              : ""));
}

} // namespace pipelang::cli
