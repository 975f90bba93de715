#include "compiler/eval/notes.h"
#include "compiler/plan/graph.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::eval {

namespace {

/// What a leaf of an expression is, in words; empty for nodes that are none.
std::string leafText(const plan::Plan &plan, const plan::Expr &expr) {
  const auto &node = expr.node;
  if (const auto *context = std::get_if<plan::ContextRef>(&node)) return context->key;
  if (const auto *secret = std::get_if<plan::SecretRef>(&node))
    return "secret " + plan.secrets[secret->secret].name;
  if (const auto *param = std::get_if<plan::ParamRef>(&node))
    return "param " + plan.params[param->param].name;
  if (const auto *output = std::get_if<plan::OutputRef>(&node)) {
    const plan::Output &declared = plan.outputs[output->output];
    return "output " + plan.nodes[declared.job].name + "." + declared.name;
  }
  if (const auto *step = std::get_if<plan::StepOutput>(&node))
    return "output " + step->name + " of an action";
  if (const auto *port = std::get_if<plan::ServicePort>(&node))
    return "the port of service " + plan.services[port->service].name;
  if (const auto *outcome = std::get_if<plan::OutcomeOf>(&node))
    return "the outcome of " + plan.nodes[outcome->node].name;
  if (const auto *metric = std::get_if<plan::Metric>(&node))
    return metric->name + " of " + plan.nodes[metric->deployment].name;
  return {};
}

/// Calls `visit` for `value` and everything in it.
void forEachValue(const Value &value, llvm::function_ref<void(const Value &)> visit) {
  visit(value);
  if (const List *list = value.as<List>())
    for (const Value &element : *list->elements)
      forEachValue(element, visit);
  if (const Map *map = value.as<Map>())
    for (const auto &[key, element] : map->data->entries)
      forEachValue(element, visit);
  if (const Record *record = value.as<Record>())
    for (const auto &[name, field] : record->data->fields)
      forEachValue(field, visit);
}

/// Outputs that are files, references to nodes and the like are there when the pipeline runs.
bool isLateByNature(const Value &value) {
  return value.is<Late>() || value.is<UsesResult>() || value.is<TextFile>() || value.is<Report>() ||
         value.is<Files>();
}

} // namespace

bool isLate(const Value &value) {
  bool late = false;
  forEachValue(value, [&](const Value &part) { late |= isLateByNature(part); });
  return late;
}

std::string lateReason(const plan::Plan &plan, const Value &value) {
  std::string reason;
  forEachValue(value, [&](const Value &part) {
    if (!reason.empty()) return;
    if (const Late *late = part.as<Late>())
      plan::forEachExpr(plan, late->expr, [&](plan::ExprId, const plan::Expr &expr) {
        if (reason.empty()) reason = leafText(plan, expr);
      });
    else if (isLateByNature(part))
      reason = part.is<UsesResult>() ? "an action" : "a file of the job";
  });
  return reason;
}

void note(Notes &notes, const plan::Plan &plan, const char *kind, const std::string &name, Span place,
          const Value &value) {
  if (value.isError()) return;
  bool late = isLate(value);
  notes.bindings.push_back(
      {kind, name, place, late, late ? lateReason(plan, value) : std::string(), allLabels(value)});
}

} // namespace pipelang::eval
