#include "compiler/backends/github/runtime_jobs.h"
#include "compiler/backends/github/artifacts.h"
#include "compiler/backends/github/jobs.h"
#include "compiler/backends/github/parameters.h"
#include "compiler/backends/github/pins.h"
#include "compiler/backends/github/uses.h"
#include "compiler/plan/graph.h"

namespace pipelang::backends::github {

namespace {

constexpr int gateMinutes = 10;
/// For fetching programs and the like, on top of what a deployment takes by itself.
constexpr int spareMinutes = 5;

constexpr const char *installScript =
    R"sh(curl --proto =https --tlsv1.2 --fail --silent --show-error --location --retry 3 --output "$RUNNER_TEMP/piperun" "$URL"
echo "$SHA256  $RUNNER_TEMP/piperun" | sha256sum --check --quiet -
chmod 755 "$RUNNER_TEMP/piperun"
)sh";
/// Not evaluated is never passed: without a program to ask, the answer is no.
constexpr const char *missingScript =
    R"sh(echo "piperun is not pinned in pipe.lock, so nothing can be decided here: add it to tools with url and sha256" >&2
exit 1
)sh";
constexpr const char *gateScript =
    R"sh(status=0
"$RUNNER_TEMP/piperun" gate "$PLAN" "$GATE" --inputs "$INPUTS" > "$RUNNER_TEMP/gate.txt" 2>&1 || status=$?
cat -- "$RUNNER_TEMP/gate.txt"
{ echo '```text'; cat -- "$RUNNER_TEMP/gate.txt"; echo '```'; } >> "$GITHUB_STEP_SUMMARY"
exit "$status"
)sh";
constexpr const char *deployScript =
    R"sh(status=0
"$RUNNER_TEMP/piperun" deploy "$PLAN" "$DEPLOYMENT" --inputs "$INPUTS" 2>&1 | tee "$RUNNER_TEMP/deploy.txt" || status=$?
{ echo '```text'; tail -n 100 -- "$RUNNER_TEMP/deploy.txt"; echo '```'; } >> "$GITHUB_STEP_SUMMARY"
exit "$status"
)sh";

/// Once, whatever the number of jobs that need it.
void warnOfMissingPiperun(const Scope &scope) {
  for (const Diagnostic &diagnostic : scope.diagnostics.all())
    if (diagnostic.code == diag::GithubNoPiperun.code) return;
  scope.diagnostics.report(scope.current().origin, diag::GithubNoPiperun)
      .note("add `\"piperun\": {\"version\": …, \"url\": …, \"sha256\": …}` to `tools` in pipe.lock");
}

Document installStep(const Scope &scope) {
  const plan::ToolPin *tool = findTool(scope.plan, "piperun");
  if (!tool) {
    warnOfMissingPiperun(scope);
    return scriptStep("Install piperun", missingScript, Document::map());
  }
  Document env;
  env.set("URL", escaped(tool->url));
  env.set("SHA256", escaped(tool->sha256));
  return scriptStep("Install piperun " + escaped(tool->version), installScript, env);
}

DocumentList runtimeSteps(const Scope &scope, const Used &used) {
  Document checkout;
  checkout.set("name", "Get the plan");
  checkout.set("uses", pinnedUses(scope, "actions/checkout"));
  checkout.set("with", DocumentMap{{"persist-credentials", false}});
  DocumentList steps = {checkout, installStep(scope)};
  appendRuntimeInputs(scope, used.outputs, steps);
  return steps;
}

Document runtimeEnv(const Scope &scope, const char *role) {
  Document env;
  env.set("PLAN", escaped(scope.planPath));
  env.set(role, escaped(scope.current().name));
  env.set("INPUTS", inputDirectory);
  return env;
}

void finish(Document &document, DocumentList steps) {
  document.set("permissions", DocumentMap{{"contents", Document("read").commented("the plan")}});
  document.set("steps", std::move(steps));
}

/// Ids of the jobs that must have succeeded, or only ended too; in the order of the Plan, each once.
std::vector<std::string> neededJobs(const Scope &scope, bool alsoAwaited) {
  std::vector<std::string> jobs;
  std::vector<plan::NodeId> before = scope.current().needs;
  if (alsoAwaited) llvm::append_range(before, scope.current().awaits);
  llvm::sort(before);
  if (!scope.current().asReaction() && checksParameters(scope)) jobs.emplace_back(parameterCheckJob);
  for (plan::NodeId need : before)
    if (!llvm::is_contained(jobs, scope.names.jobOf(need))) jobs.push_back(scope.names.jobOf(need));
  return jobs;
}

/// The whole condition, for GitHub would put `success()` before one that asks for no status.
std::optional<std::string> condition(const Scope &scope, const std::vector<std::string> &needs) {
  std::string text;
  if (!needs.empty() || !scope.current().awaits.empty())
    text = plan::runsAfterCancel(scope.plan, scope.current()) ? "always()" : "!cancelled()";
  for (const std::string &job : needs)
    text += " && needs." + job + ".result == 'success'";
  if (!scope.current().when) return text.empty() ? std::nullopt : std::optional(text);
  auto when = renderExpression(scope, *scope.current().when, Key::JobIf);
  if (!when) return std::nullopt;
  if (text.empty()) return *when;
  bool loose = llvm::StringRef(*when).contains("||");
  return text + " && " + (loose ? "(" + *when + ")" : *when);
}

Document environmentOf(const plan::Environment &environment) {
  Document document;
  document.set("name", escaped(environment.name));
  if (!environment.url.empty()) document.set("url", escaped(environment.url));
  return document.from(environment.origin);
}

/// How long the whole rollout may take, and then some.
int deploymentMinutes(const Scope &scope, const plan::Deployment &deployment) {
  constexpr std::int64_t minute = 60'000;
  std::int64_t worst = plan::worstTime(scope.plan, scope.current()).milliseconds;
  for (Duration after : {deployment.keepWarm, deployment.grace})
    worst += after.milliseconds;
  return static_cast<int>((worst + minute - 1) / minute) + spareMinutes;
}

} // namespace

Document jobHead(const Scope &scope, std::optional<plan::EnvironmentId> environment) {
  const plan::Node &node = scope.current();
  Document document;
  document.from(node.origin);
  if (!node.doc.empty()) document.commented(llvm::StringRef(node.doc).trim().str());
  document.set("name", escaped(node.name));
  if (std::vector<std::string> before = neededJobs(scope, true); !before.empty()) {
    Document list = Document::list();
    for (const std::string &job : before)
      list.push(job);
    document.set("needs", list);
  }
  if (!node.asReaction())
    if (auto text = condition(scope, neededJobs(scope, false))) document.set("if", *text);
  if (environment) document.set("environment", environmentOf(scope.plan.environments[*environment]));
  return document;
}

Document renderGate(const Scope &scope, const plan::Gate &gate) {
  Used used;
  for (const plan::Requirement &requirement : gate.requirements)
    for (std::optional<plan::ExprId> expr :
         {std::optional(requirement.subject), std::optional(requirement.bound), requirement.target})
      if (expr) used.add(scope.plan, *expr);
  Document document = jobHead(scope, std::nullopt);
  document.set("runs-on", defaultRunner);
  document.set("timeout-minutes", gateMinutes);
  DocumentList steps = runtimeSteps(scope, used);
  steps.push_back(scriptStep("Decide", gateScript, runtimeEnv(scope, "GATE")));
  finish(document, std::move(steps));
  return document;
}

Document renderDeployment(const Scope &scope, const plan::Deployment &deployment) {
  scope.diagnostics.report(scope.current().origin, diag::GithubNoSwitch, scope.current().name);
  Used used;
  used.add(scope.plan, deployment.image);
  for (const plan::EnvBinding &binding : deployment.env)
    used.add(scope.plan, binding.value);
  for (const plan::Requirement &requirement : deployment.afterSwitch)
    used.add(scope.plan, requirement.bound);
  const plan::Environment &environment = scope.plan.environments[deployment.environment];
  Document document = jobHead(scope, deployment.environment);
  // One at a time for each place, and never stopped halfway by the next one.
  document.set("concurrency",
               DocumentMap{{"group", escaped("deploy-" + environment.name + "-" + scope.current().name)},
                           {"cancel-in-progress", false}});
  document.set("runs-on", defaultRunner);
  document.set("timeout-minutes", deploymentMinutes(scope, deployment));
  DocumentList steps = runtimeSteps(scope, used);
  steps.push_back(scriptStep("Deploy", deployScript, runtimeEnv(scope, "DEPLOYMENT")));
  finish(document, std::move(steps));
  return document;
}

bool needsPlan(const plan::Plan &plan, const plan::Pipeline &pipeline) {
  return llvm::any_of(pipeline.nodes, [&](plan::NodeId id) {
    return plan.nodes[id].asGate() || plan.nodes[id].asDeployment();
  });
}

} // namespace pipelang::backends::github
