// Folds over lists: `min`, `max`, `sum`, `all`, `any`. What is late is folded when the pipeline runs.
#include "compiler/eval/evaluator.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::eval {

Value Evaluator::fold(llvm::StringRef builtin, const Value &list, const Place &place) {
  const List *values = list.as<List>();
  Span span = exprAt(place).span;
  if (!values) {
    reportLate(reporter_, plan_, list, span, builtin);
    return Value::error();
  }
  if (values->elements->empty()) {
    reporter_.report(span, diag::FoldOfNothing, builtin);
    return Value::error();
  }
  Labels labels = allLabels(list);
  if (llvm::any_of(*values->elements, [](const Value &value) { return value.isLate(); })) {
    plan::Expr expr;
    expr.type = lateType(infoAt(place).type);
    plan::Apply apply{builtin.str(), {}};
    for (const Value &element : *values->elements) {
      std::optional<plan::ExprId> id = toLate(element, expr.type, span);
      if (!id) return Value::error();
      apply.arguments.push_back(*id);
    }
    expr.node = std::move(apply);
    return late(std::move(expr), labels, span);
  }
  Value result = values->elements->front();
  for (const Value &element : llvm::drop_begin(*values->elements)) {
    if (builtin == "sum")
      result = arithmetic(reporter_, ast::BinaryOp::Add, result, element, span);
    else if ((order(element, result).value_or(0) < 0) == (builtin == "min") && !equal(element, result))
      result = element;
  }
  result.labels = labels;
  return result;
}

/// `all`, `any`: what is known now decides or disappears.
Value Evaluator::quantifier(bool isAll, const Value &list, const Place &place) {
  const List *values = list.as<List>();
  Span span = exprAt(place).span;
  if (!values) {
    reportLate(reporter_, plan_, list, span, isAll ? "all" : "any");
    return Value::error();
  }
  Labels labels = allLabels(list);
  std::vector<plan::ExprId> open;
  for (const Value &element : *values->elements) {
    if (const bool *known = element.as<bool>()) {
      if (*known != isAll) return {*known, labels};
    } else if (const Late *unknown = element.as<Late>()) {
      open.push_back(unknown->expr);
    }
  }
  if (open.empty()) return {isAll, labels};
  plan::Expr expr;
  expr.type = plan::ValueType::Bool;
  if (isAll)
    expr.node = plan::AllOf{std::move(open)};
  else
    expr.node = plan::AnyOf{std::move(open)};
  return late(std::move(expr), labels, span);
}

/// Whether a list has the element, or a map the key, where that is known only when the pipeline runs: one of
/// them is equal.
Value Evaluator::containsLate(const Place &place, const Value &in, const Value &value, const Labels &labels) {
  Values candidates;
  if (const List *list = in.as<List>()) candidates = *list->elements;
  if (const Map *map = in.as<Map>())
    for (const auto &[key, entry] : map->data->entries)
      candidates.push_back(key);
  Span span = exprAt(place).span;
  std::vector<plan::ExprId> equals;
  for (const Value &candidate : candidates) {
    if (!candidate.isLate() && !value.isLate()) {
      if (equal(candidate, value)) return {true, labels};
      continue;
    }
    const Value &unknown = value.isLate() ? value : candidate;
    plan::ValueType type = plan_.exprs[unknown.as<Late>()->expr].type;
    std::optional<plan::ExprId> a = toLate(value, type, span);
    std::optional<plan::ExprId> b = a ? toLate(candidate, type, span) : std::nullopt;
    if (!a || !b) return Value::error();
    plan::Expr same;
    same.type = plan::ValueType::Bool;
    same.node = plan::Compare{plan::CompareOp::Equal, *a, *b};
    equals.push_back(late(std::move(same), labels, span).as<Late>()->expr);
  }
  if (equals.empty()) return {false, labels};
  plan::Expr any;
  any.type = plan::ValueType::Bool;
  any.node = plan::AnyOf{std::move(equals)};
  return late(std::move(any), labels, span);
}

} // namespace pipelang::eval
