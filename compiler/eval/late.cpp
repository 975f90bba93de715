// From values to expressions of the plan.
#include "compiler/eval/evaluator.h"
#include "compiler/plan/graph.h"
#include "compiler/plan/spell.h"

namespace pipelang::eval {

namespace {

/// When and from where the value of a late expression's leaf comes; empty for literals and operations.
struct Source {
  std::string operator()(const plan::ContextRef &) const { return "when a run starts"; }
  std::string operator()(const plan::SecretRef &) const {
    return "from the target's secrets, when a run needs it";
  }
  std::string operator()(const plan::ParamRef &) const {
    return "from whoever starts the pipeline; `--param` gives it when the file is compiled";
  }
  std::string operator()(const plan::OutputRef &) const { return "when its job has ended"; }
  std::string operator()(const plan::StepOutput &) const { return "when its step has run"; }
  std::string operator()(const plan::ServicePort &) const { return "when the service has started"; }
  std::string operator()(const plan::OutcomeOf &) const { return "when it has ended"; }
  std::string operator()(const plan::Metric &) const { return "when the deployment has been measured"; }
  template <typename Other> std::string operator()(const Other &) const { return {}; }
};

/// What makes `expr` late, and when it becomes known.
std::string reasonOf(const plan::Plan &plan, plan::ExprId expr) {
  std::string reason;
  plan::forEachExpr(plan, expr, [&](plan::ExprId id, const plan::Expr &part) {
    std::string when = reason.empty() ? std::visit(Source{}, part.node) : "";
    if (!when.empty()) reason = "`" + plan::spell(plan, id) + "` becomes known " + when;
  });
  return reason;
}

template <typename Pairs> std::optional<plan::ExprId> lateInPairs(const Pairs &pairs) {
  for (const auto &[key, value] : pairs)
    if (std::optional<plan::ExprId> found = lateIn(value)) return found;
  return std::nullopt;
}

std::optional<plan::ExprId> lateInList(const Values &values) {
  for (const Value &value : values)
    if (std::optional<plan::ExprId> found = lateIn(value)) return found;
  return std::nullopt;
}

} // namespace

std::optional<plan::ExprId> lateIn(const Value &value) {
  if (const Late *late = value.as<Late>()) return late->expr;
  if (const List *list = value.as<List>()) return lateInList(*list->elements);
  if (const Case *one = value.as<Case>()) return lateInList(*one->fields);
  if (const Map *map = value.as<Map>()) return lateInPairs(map->data->entries);
  if (const Record *record = value.as<Record>()) return lateInPairs(record->data->fields);
  return std::nullopt;
}

bool reportLate(Reporter &reporter, const plan::Plan &plan, const Value &value, Span span,
                llvm::StringRef what, llvm::StringRef wayOut) {
  std::optional<plan::ExprId> late = lateIn(value);
  if (!late) return false;
  const bool described = what.startswith("the ") || what.startswith("an "); // not a name of the language
  auto report = reporter.report(span, diag::LateArgument, described ? what.str() : "`" + what.str() + "`");
  Span source = plan.exprs[*late].origin, shown = reporter.userPlace(span);
  bool inside = source.file == shown.file && shown.begin <= source.begin && source.end <= shown.end;
  if (source.valid() && !inside) report.label(source, "the late value comes from here");
  if (std::string reason = reasonOf(plan, *late); !reason.empty()) report.note(reason);
  if (!wayOut.empty()) report.note(wayOut.str());
  return true;
}

sema::TypeKind Evaluator::kindOf(sema::TypeId id) const {
  while (id.valid()) {
    const sema::Type &type = program_.types[id];
    const bool covers = type.kind == sema::TypeKind::Optional || type.kind == sema::TypeKind::Refined ||
                        type.kind == sema::TypeKind::Opaque;
    if (!covers) return type.kind;
    id = type.element;
  }
  return sema::TypeKind::Error;
}

plan::ValueType Evaluator::lateType(sema::TypeId type) const {
  switch (kindOf(type)) {
  case sema::TypeKind::Bool: return plan::ValueType::Bool;
  case sema::TypeKind::Int:
  case sema::TypeKind::Port: return plan::ValueType::Int;
  case sema::TypeKind::Duration: return plan::ValueType::Duration;
  case sema::TypeKind::Bytes: return plan::ValueType::Bytes;
  case sema::TypeKind::Percent: return plan::ValueType::Percent;
  case sema::TypeKind::Cpu: return plan::ValueType::Cpu;
  case sema::TypeKind::Rate: return plan::ValueType::Rate;
  case sema::TypeKind::Version: return plan::ValueType::Version;
  case sema::TypeKind::Outcome: return plan::ValueType::Outcome;
  case sema::TypeKind::List: return plan::ValueType::List;
  case sema::TypeKind::Record: return plan::ValueType::Record;
  case sema::TypeKind::None: return plan::ValueType::None;
  default: return plan::ValueType::String;
  }
}

Value Evaluator::late(plan::Expr expr, const Labels &labels, Span span) {
  expr.secret = labels.secret();
  expr.untrusted = labels.untrusted;
  expr.origin = reporter_.userPlace(span);
  return {Late{plan_.exprs.add(std::move(expr))}, labels};
}

std::optional<plan::ExprId> Evaluator::toLate(const Value &value, plan::ValueType type, Span span) {
  if (const Late *known = value.as<Late>()) return known->expr;
  if (value.isError()) return std::nullopt;
  std::optional<plan::Value> now = toPlan(program_, value);
  if (!now) {
    reporter_.report(span, diag::NoLateValue).note("choose each text or number within it instead");
    return std::nullopt;
  }
  plan::Expr literal;
  literal.type =
      value.is<OutcomeCase>() || type == plan::ValueType::Outcome ? plan::ValueType::Outcome : now->type();
  literal.node = plan::Literal{std::move(*now)};
  return late(std::move(literal), value.labels, span).as<Late>()->expr;
}

} // namespace pipelang::eval
