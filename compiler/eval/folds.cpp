// Folds over lists: `min`, `max`, `sum`, `all`, `any`. What is late is folded when the pipeline runs.
#include "compiler/eval/evaluator.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::eval {

Value Evaluator::fold(llvm::StringRef builtin, const Value &list, const Place &place) {
  const List *values = list.as<List>();
  Span span = exprAt(place).span;
  if (!values) {
    if (list.isLate()) reporter_.report(span, diag::LateArgument, builtin);
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
    if (list.isLate()) reporter_.report(span, diag::LateArgument, isAll ? "all" : "any");
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

} // namespace pipelang::eval
