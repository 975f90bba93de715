#include "compiler/backends/github/parameters.h"
#include "compiler/backends/github/jobs.h"
#include "compiler/backends/github/runtime_jobs.h"
#include "compiler/backends/github/steps.h"
#include "compiler/support/form_patterns.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::backends::github {

namespace {

constexpr const char *wrongParameter =
    R"sh(printf '%s cannot be "%s": a %s is wanted\n' "$PARAMETER" "$VALUE" "$EXPECTED" >&2
exit 1
)sh";

constexpr const char *checkedForm = R"sh(line_end='
'
fine=yes
case "$VALUE" in
  *"$line_end"*) fine=no ;;
esac
printf '%s\n' "$VALUE" | LC_ALL=C grep -E -q -x -e "$ALLOWED" || fine=no
if [ -n "$REFUSED" ] && printf '%s\n' "$VALUE" | LC_ALL=C grep -E -q -e "$REFUSED"; then fine=no; fi
if [ "$fine" = no ]; then
  printf '%s cannot be "%s": a %s is wanted\n' "$PARAMETER" "$VALUE" "$EXPECTED" >&2
  exit 1
fi
)sh";

/// The type whose form `condition` asks for; empty: it asks for something else.
std::string formIn(const plan::Plan &plan, plan::ExprId condition) {
  const auto *apply = std::get_if<plan::Apply>(&plan.exprs[condition].node);
  if (!apply || apply->function != "fits") return {};
  const auto *form = std::get_if<plan::Literal>(&plan.exprs[apply->arguments[1]].node);
  return form ? form->value.toText() : std::string();
}

std::vector<plan::ExprId> conditionsOf(const plan::Plan &plan, const plan::Param &param) {
  if (const auto *all = std::get_if<plan::AllOf>(&plan.exprs[*param.check].node)) return all->operands;
  return {*param.check};
}

Document checkEnvironment(const plan::Param &param, Document value) {
  Document env;
  env.set("PARAMETER", escaped(param.name));
  env.set("EXPECTED", escaped(param.expected));
  env.set("VALUE", std::move(value));
  return env;
}

/// Empty: GitHub cannot compute it, which has been reported.
std::string allOf(const Scope &scope, llvm::ArrayRef<plan::ExprId> conditions) {
  std::string all;
  for (plan::ExprId condition : conditions) {
    auto one = renderExpression(scope, condition, Key::StepIf);
    if (!one) return {};
    const bool alone = conditions.size() == 1;
    all += (all.empty() ? "" : " && ") + (alone ? *one : "(" + *one + ")");
  }
  return all;
}

/// The steps that check what was given to `param`. One that may be left out may be empty.
void appendParameterChecks(const Scope &scope, const plan::Param &param, DocumentList &steps) {
  const std::string name = "Check " + escaped(param.name);
  const bool mayBeLeftOut = llvm::StringRef(param.expected).endswith("?");
  std::vector<plan::ExprId> others;
  for (plan::ExprId condition : conditionsOf(scope.plan, param)) {
    if (const std::string form = formIn(scope.plan, condition); !form.empty()) {
      const FormPattern pattern = formPattern(form);
      const auto &apply = std::get<plan::Apply>(scope.plan.exprs[condition].node);
      Document env = checkEnvironment(param, renderText(scope, apply.arguments[0], Key::StepEnv));
      env.set("ALLOWED", mayBeLeftOut ? "(" + pattern.allowed + ")?" : pattern.allowed);
      env.set("REFUSED", pattern.refused);
      steps.push_back(scriptStep(name, checkedForm, std::move(env)).from(param.origin));
    } else {
      others.push_back(condition);
    }
  }
  if (others.empty()) return;
  const bool plain = others.size() == conditionsOf(scope.plan, param).size();
  const std::string holds =
      plain ? renderExpression(scope, *param.check, Key::StepIf).value_or("") : allOf(scope, others);
  if (holds.empty()) return;
  Document step =
      scriptStep(name, wrongParameter, checkEnvironment(param, "${{ inputs." + param.name + " }}"));
  insertBefore(step, (*step.asMap())[1].first, "if", "!(" + holds + ")");
  steps.push_back(step.from(param.origin));
}

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
    if (mustBeChecked(scope.pipeline, param)) appendParameterChecks(scope, param, steps);
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
