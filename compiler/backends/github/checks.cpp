#include "compiler/backends/github/checks.h"
#include "compiler/backends/github/steps.h"
#include "compiler/plan/spell.h"

namespace pipelang::backends::github {

namespace {

/// The whole value must match, as one line: a pattern of `validate` takes no line ends. Bytes, as here.
constexpr const char *check = R"(line_end='
'
fine=yes
case "$VALUE" in
  *"$line_end"*) fine=no ;;
  *) printf '%s\n' "$VALUE" | LC_ALL=C grep -E -q -x -e "$PATTERN" || fine=no ;;
esac
if [ "$fine" = no ]; then
  echo "the value does not match $PATTERN" >&2
  exit 1
fi
)";

using Checked = std::pair<plan::ExprId, plan::ExprId>; ///< A value and its pattern.

/// What is computed whenever `id` is.
void collect(const plan::Plan &plan, plan::ExprId id, std::vector<Checked> &found) {
  if (!id.valid()) return;
  const auto &node = plan.exprs[id].node;
  if (const auto *concat = std::get_if<plan::Concat>(&node))
    for (plan::ExprId part : concat->parts)
      collect(plan, part, found);
  if (const auto *byTarget = std::get_if<plan::ByTarget>(&node); byTarget && byTarget->github)
    collect(plan, *byTarget->github, found);
  const auto *apply = std::get_if<plan::Apply>(&node);
  if (!apply || apply->function != "validate") return;
  collect(plan, apply->arguments[0], found);
  Checked one{apply->arguments[0], apply->arguments[1]};
  if (!llvm::is_contained(found, one)) found.push_back(one);
}

} // namespace

void appendChecks(const Scope &scope, llvm::ArrayRef<plan::ExprId> values, const std::string &condition,
                  DocumentList &steps) {
  std::vector<Checked> checks;
  for (plan::ExprId value : values)
    collect(scope.plan, value, checks);
  for (const auto &[value, pattern] : checks) {
    Document env;
    env.set("VALUE", renderText(scope, value, Key::StepEnv));
    env.set("PATTERN", renderText(scope, pattern, Key::StepEnv));
    Document step = scriptStep(escaped("Validate " + plan::spell(scope.plan, value)), check, std::move(env));
    if (!condition.empty()) {
      auto &map = std::get<DocumentMap>(step.node);
      map.insert(map.begin() + 1, {"if", Document(condition)});
    }
    steps.push_back(step.from(scope.plan.exprs[value].origin));
  }
}

} // namespace pipelang::backends::github
