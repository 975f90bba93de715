#include "compiler/backends/github/parameters.h"
#include "compiler/backends/github/jobs.h"
#include "compiler/backends/github/runtime_jobs.h"
#include "compiler/backends/github/steps.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::backends::github {

namespace {

constexpr const char *wrongParameter =
    R"sh(printf '%s cannot be "%s": a %s is wanted\n' "$PARAMETER" "$VALUE" "$EXPECTED" >&2
exit 1
)sh";

/// Whether a value given to `param` may be a wrong one: GitHub holds people to the choices of a list itself.
bool mustBeChecked(const plan::Pipeline &pipeline, const plan::Param &param) {
  auto starts = [&](llvm::StringRef event) {
    return llvm::any_of(pipeline.triggers,
                        [&](const plan::Trigger &trigger) { return trigger.event == event; });
  };
  return param.check && (starts("workflow_call") || (starts("workflow_dispatch") && param.choices.empty()));
}

} // namespace

bool checksParameters(const Scope &scope) {
  return llvm::any_of(scope.plan.params,
                      [&](const plan::Param &param) { return mustBeChecked(scope.pipeline, param); });
}

Document renderParameterCheck(const Scope &scope) {
  DocumentList steps;
  for (std::size_t i = 0; i < scope.plan.params.size(); ++i) {
    const plan::Param &param = scope.plan.params[Id<plan::Param>(i)];
    if (!mustBeChecked(scope.pipeline, param)) continue;
    auto holds = renderExpression(scope, *param.check, Key::StepIf);
    if (!holds) continue;
    Document env;
    env.set("PARAMETER", escaped(param.name));
    env.set("EXPECTED", escaped(param.expected));
    env.set("VALUE", "${{ inputs." + param.name + " }}");
    Document step = scriptStep("Check " + escaped(param.name), wrongParameter, env);
    insertBefore(step, (*step.asMap())[1].first, "if", "!(" + *holds + ")");
    steps.push_back(step.from(param.origin));
  }
  Document job;
  job.set("name", parameterCheckJob);
  job.set("runs-on", defaultRunner);
  job.set("timeout-minutes", 5);
  job.set("permissions", Document::map());
  job.set("steps", std::move(steps));
  return job.from(scope.pipeline.origin);
}

} // namespace pipelang::backends::github
