// Budgets: the longest path of timeouts and retries, and what runners are busy for at worst.
#include "compiler/lower/lowering.h"
#include "compiler/plan/graph.h"

namespace pipelang::lowering {

/// `name = …` of the pipeline's budgets, and where its value stands.
std::optional<Duration> Lowering::limitOf(const ast::Body &body, llvm::StringRef name, Span &at) {
  for (ast::StmtId id : body) {
    const auto *budget = std::get_if<ast::BudgetStmt>(&tree().statements[id].node);
    if (!budget) continue;
    for (ast::StmtId limit : budget->limits) {
      const auto *setting = std::get_if<ast::SettingStmt>(&tree().statements[limit].node);
      if (!setting || setting->name.text != name) continue;
      at = spanOf(setting->value);
      Value value = evaluate(setting->value);
      refuseLate(value, at, name);
      if (const Duration *known = value.as<Duration>()) return *known;
    }
  }
  return std::nullopt;
}

void Lowering::lowerBudget(plan::Pipeline &pipeline, const ast::Body &body) {
  if (reporter_.hasErrors()) return; // the graph may be a circle
  pipeline.worstWall = plan::worstWall(plan_, pipeline);
  pipeline.worstMinutes = plan::worstMinutes(plan_, pipeline);
  checkWall(pipeline, body);
  checkMinutes(pipeline, body);
}

void Lowering::checkWall(plan::Pipeline &pipeline, const ast::Body &body) {
  Span at;
  pipeline.wallBudget = limitOf(body, "wall", at);
  if (!pipeline.wallBudget || pipeline.worstWall <= *pipeline.wallBudget) return;
  std::vector<plan::NodeId> path = plan::longestPath(plan_, pipeline);
  std::string sum;
  for (plan::NodeId node : path) {
    Duration time = plan::worstTime(plan_, plan_.nodes[node]);
    if (time.milliseconds == 0) continue;
    sum += (sum.empty() ? "" : " + ") + plan_.nodes[node].name + " " + toText(time);
  }
  auto report = reporter_.report(at, diag::OverBudget, pipeline.name, toText(pipeline.worstWall),
                                 toText(*pipeline.wallBudget));
  report.note(sum + " = " + toText(pipeline.worstWall));
  for (plan::NodeId node : path)
    if (plan::worstTime(plan_, plan_.nodes[node]).milliseconds > 0)
      report.label(plan_.nodes[node].origin, "at worst " + toText(plan::worstTime(plan_, plan_.nodes[node])));
}

/// What the nodes of one statement take together: all cells of a matrix are one line.
void Lowering::checkMinutes(plan::Pipeline &pipeline, const ast::Body &body) {
  Span at;
  pipeline.minutesBudget = limitOf(body, "minutes", at);
  if (!pipeline.minutesBudget || pipeline.worstMinutes <= *pipeline.minutesBudget) return;
  auto report = reporter_.report(at, diag::OverMinutes, pipeline.name, toText(pipeline.worstMinutes),
                                 toText(*pipeline.minutesBudget));
  constexpr std::size_t most = 12;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < pipeline.nodes.size();) {
    plan::NodeId first = pipeline.nodes[i];
    Duration time = plan::worstTime(plan_, plan_.nodes[first]), together{};
    std::size_t cells = 0;
    for (; i < pipeline.nodes.size() && state(pipeline.nodes[i]).statement == state(first).statement; ++i) {
      together.milliseconds += plan::worstTime(plan_, plan_.nodes[pipeline.nodes[i]]).milliseconds;
      ++cells;
    }
    if (together.milliseconds == 0 || ++shown > most) continue;
    report.label(plan_.nodes[first].origin,
                 cells == 1 ? "at worst " + toText(time)
                            : std::to_string(cells) + " cells, at worst " + toText(together) + " together");
  }
}

} // namespace pipelang::lowering
