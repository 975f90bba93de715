// From values to expressions of the plan.
#include "compiler/eval/evaluator.h"

namespace pipelang::eval {

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
