#include "compiler/backends/github/jobs.h"
#include "compiler/backends/github/artifacts.h"
#include "compiler/backends/github/raw.h"
#include "compiler/backends/github/runtime_jobs.h"

namespace pipelang::backends::github {

namespace {

/// What the token of the job may do: what its steps ask for and nothing else.
Document renderPermissions(const Scope &scope, const std::vector<plan::StepId> &steps,
                           const std::vector<plan::Permission> &own = {}) {
  std::map<std::string, plan::Permission> byScope;
  std::map<std::string, std::set<std::string>> reasons;
  auto add = [&](const plan::Permission &permission) {
    auto [found, added] = byScope.emplace(permission.scope, permission);
    found->second.write |= permission.write;
    reasons[permission.scope].insert(permission.reason);
  };
  llvm::for_each(own, add);
  for (plan::StepId step : steps)
    llvm::for_each(scope.plan.steps[step].permissions, add);
  Document permissions = Document::map();
  for (const auto &[name, permission] : byScope) {
    std::string why;
    for (const std::string &reason : reasons[name])
      why += (why.empty() ? "" : ", ") + reason;
    permissions.set(name, Document(permission.write ? "write" : "read").commented(why));
  }
  return permissions;
}

/// What is asked inside the container, as Docker's options spell it.
std::string healthOptions(const std::vector<std::string> &command) {
  std::string text;
  for (const std::string &word : command)
    text += (text.empty() ? "" : " ") + word;
  return "--health-cmd \"" + text + "\" --health-interval 5s --health-timeout 5s --health-retries 12";
}

Document renderService(const Scope &scope, const plan::Service &service) {
  Document document;
  document.from(service.origin);
  if (!service.container) {
    scope.diagnostics.report(service.origin, diag::GithubNoBody, service.name);
    return document;
  }
  document.set("image", escaped(service.container->image));
  Document env = renderEnv(scope, service.container->env, Key::ServiceEnv);
  if (!env.asMap()->empty()) document.set("env", env);
  Document ports = Document::list();
  for (int port : service.container->ports) {
    std::string number = std::to_string(port);
    ports.push(number + ":" + number);
  }
  if (!ports.asList()->empty()) document.set("ports", ports);
  if (!service.container->healthCommand.empty())
    document.set("options", escaped(healthOptions(service.container->healthCommand)));
  return document;
}

Document renderServices(const Scope &scope, const plan::Job &job) {
  Document services = Document::map();
  for (plan::ServiceId id : job.services) {
    const plan::Service &service = scope.plan.services[id];
    if (job.container)
      scope.diagnostics.report(service.origin, diag::GithubServiceInContainer, service.name,
                               scope.current().name);
    services.set(idOf(service.name), renderService(scope, service));
  }
  return services;
}

bool isCheckout(const Document &step) {
  const Document *uses = step.find("uses");
  return uses && uses->asString() && llvm::StringRef(*uses->asString()).startswith("actions/checkout@");
}

/// The job's own steps, with its inputs after the first checkout: a checkout empties the directory.
DocumentList renderSteps(const Scope &scope, const plan::Job &job) {
  DocumentList steps, inputs;
  appendInputs(scope, job.inputs, inputs);
  for (plan::StepId step : job.steps)
    appendStep(scope, scope.plan.steps[step], steps);
  auto place = steps.begin();
  for (auto step = steps.begin(); step != steps.end(); ++step)
    if (isCheckout(*step)) {
      place = step + 1;
      break;
    }
  steps.insert(place, inputs.begin(), inputs.end());
  return steps;
}

JobEntry renderJob(const Scope &scope, const plan::Job &job) {
  const plan::Node &node = scope.current();
  JobEntry entry;
  Document &document = entry.job = jobHead(scope, job.environment);
  if (job.retry.times > 0)
    scope.diagnostics.report(node.origin, diag::GithubRetries, node.name)
        .note("say it of the step that fails now and then: `sh \"…\" { retries = { times = 2; on = [failure] "
              "} }`");
  insertBefore(document, "environment", "runs-on", escaped(job.runner));
  document.set("timeout-minutes", wholeMinutes(scope, job.timeout, node.origin));
  document.set("permissions", renderPermissions(scope, job.steps, job.permissions));
  if (job.container) document.set("container", DocumentMap{{"image", escaped(*job.container)}});
  Document services = renderServices(scope, job);
  if (!services.asMap()->empty()) document.set("services", services);
  Document env = renderEnv(scope, job.env, Key::JobEnv);
  if (!env.asMap()->empty()) document.set("env", env);
  DocumentList steps = renderSteps(scope, job);
  appendOutputs(scope, job, steps, entry.outputs);
  if (steps.empty()) steps.push_back(scriptStep("Nothing to do", "true\n", Document::map()));
  document.set("steps", std::move(steps));
  mergeRaw(scope, job.raw, document);
  return entry;
}

/// The conditions of all arms that do something, as one that no hidden `success()` comes before.
std::string reactionCondition(const Scope &scope, plan::NodeId subject,
                              const std::set<plan::Outcome> &outcomes) {
  std::string text;
  for (plan::Outcome outcome : outcomes) {
    std::string one = renderOutcomeIs(scope, subject, outcome);
    bool compound = llvm::StringRef(one).contains("&&");
    if (outcomes.size() > 1 && compound) one = "(" + one + ")";
    text += (text.empty() ? "" : " || ") + one;
  }
  if (outcomes.count(plan::Outcome::Cancelled)) return text; // asks cancelled() itself
  return "!cancelled() && " + (outcomes.size() > 1 ? "(" + text + ")" : text);
}

/// Puts `condition` before the one a step may have.
void setCondition(Document &step, const std::string &condition) {
  const Document *own = step.find("if");
  std::string text = own ? "(" + condition + ") && " + *own->asString() : condition;
  if (own)
    step.set("if", text);
  else
    insertBefore(step, (*step.asMap())[1].first, "if", text);
}

JobEntry renderReaction(const Scope &scope, const plan::Reaction &reaction) {
  std::set<plan::Outcome> handled;
  std::vector<plan::StepId> taken;
  unsigned acting = 0;
  for (const plan::ReactionArm &arm : reaction.arms)
    if (arm.step) {
      handled.insert(arm.outcomes.begin(), arm.outcomes.end());
      taken.push_back(*arm.step);
      ++acting;
    }
  if (!acting) return {};
  JobEntry entry;
  Document &document = entry.job = jobHead(scope, std::nullopt);
  document.set("if", reactionCondition(scope, reaction.subject, handled));
  document.set("runs-on", defaultRunner);
  document.set("timeout-minutes", reactionMinutes);
  document.set("permissions", renderPermissions(scope, taken));
  DocumentList steps;
  for (const plan::ReactionArm &arm : reaction.arms) {
    if (!arm.step) continue;
    std::size_t first = steps.size();
    appendStep(scope, scope.plan.steps[*arm.step], steps);
    for (std::size_t i = first; acting > 1 && i < steps.size(); ++i)
      setCondition(steps[i], reactionCondition(scope, reaction.subject, arm.outcomes));
  }
  document.set("steps", std::move(steps));
  return entry;
}

} // namespace

void insertBefore(Document &job, llvm::StringRef next, llvm::StringRef key, Document value) {
  auto &map = std::get<DocumentMap>(job.node);
  auto place = llvm::find_if(map, [&](const auto &entry) { return entry.first == next; });
  map.insert(place, {key.str(), std::move(value)});
}

JobEntry renderNode(const Scope &scope) {
  const plan::Node &node = scope.current();
  if (const plan::Job *job = node.asJob()) return renderJob(scope, *job);
  if (const plan::Gate *gate = node.asGate()) return {renderGate(scope, *gate), Document::map()};
  if (const plan::Deployment *deployment = node.asDeployment())
    return {renderDeployment(scope, *deployment), Document::map()};
  return renderReaction(scope, std::get<plan::Reaction>(node.node));
}

} // namespace pipelang::backends::github
