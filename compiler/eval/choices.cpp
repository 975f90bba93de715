// `if`, `match`, `is`: a condition that is known now decides and disappears, a late one becomes the plan's.
#include "compiler/eval/evaluator.h"
#include "compiler/plan/evaluate.h"

namespace pipelang::eval {

/// `condition` chooses; both values become late.
Value Evaluator::choose(const Place &place, const Value &condition, Value thenValue, Value elseValue) {
  if (thenValue.isError() || elseValue.isError()) return Value::error();
  Labels labels = condition.labels;
  labels.join(allLabels(thenValue));
  labels.join(allLabels(elseValue));
  plan::ValueType type = lateType(infoAt(place).type);
  if (kindOf(infoAt(place).type) == sema::TypeKind::Variable) // of a function with type parameters
    for (const Value *value : {&thenValue, &elseValue})
      if (const Late *known = value->as<Late>()) type = plan_.exprs[known->expr].type;
  Span span = exprAt(place).span;
  std::optional<plan::ExprId> a = toLate(thenValue, type, span);
  std::optional<plan::ExprId> b = a ? toLate(elseValue, type, span) : std::nullopt;
  if (!a || !b) return Value::error();
  plan::Expr expr;
  expr.type = type;
  expr.node = plan::Conditional{condition.as<Late>()->expr, *a, *b};
  return late(std::move(expr), labels, span);
}

Value Evaluator::conditional(const Place &place, const ast::IfExpr &expr) {
  Value condition = evaluate({place.module, expr.condition});
  if (const bool *known = condition.as<bool>()) {
    Value value = evaluate({place.module, *known ? expr.thenValue : expr.elseValue});
    value.labels.join(condition.labels); // who chose the condition chose the value
    return value;
  }
  if (!condition.isLate()) return Value::error();
  Value thenValue = evaluate({place.module, expr.thenValue});
  Value elseValue = evaluate({place.module, expr.elseValue});
  return choose(place, condition, std::move(thenValue), std::move(elseValue));
}

/// Whether the value of a union is the case that `pattern` names; its fields are bound to the names given to
/// them. Empty: no case is named.
std::optional<Value> Evaluator::matchCase(const Value &subject, const Place &pattern) {
  const Case *held = subject.as<Case>();
  const sema::SymbolId named = infoAt(pattern).symbol;
  if (!named.valid() || symbolAt(named).kind != sema::SymbolKind::UnionCase) return std::nullopt;
  if (!held) return Value{false, subject.labels};
  if (held->symbol != named) return Value{false, subject.labels};
  const std::vector<sema::SymbolId> &binds = infoAt(pattern).binds;
  for (std::size_t i = 0; i < binds.size() && i < held->fields->size(); ++i) {
    Value field = (*held->fields)[i];
    field.labels.join(subject.labels);
    bind(binds[i], std::move(field));
  }
  return Value{true, subject.labels};
}

/// Does `subject` match `pattern`? True, false, or late.
Value Evaluator::isPattern(const Place &place, const Value &subject, const Place &pattern) {
  if (!subject.isLate())
    if (std::optional<Value> known = matchCase(subject, pattern)) return *known;
  Value wanted = evaluate(pattern);
  if (wanted.isError() || subject.isError()) return Value::error();
  Labels labels = allLabels(subject);
  if (!subject.isLate() && !wanted.isLate()) return {equal(subject, wanted), labels};
  Span span = exprAt(place).span;
  plan::ValueType type =
      subject.isLate() ? plan_.exprs[subject.as<Late>()->expr].type : lateType(infoAt(pattern).type);
  std::optional<plan::ExprId> a = toLate(subject, type, span);
  std::optional<plan::ExprId> b = toLate(wanted, type, span);
  if (!a || !b) return Value::error();
  plan::Expr compare;
  compare.type = plan::ValueType::Bool;
  compare.node = plan::Compare{plan::CompareOp::Equal, *a, *b};
  return late(std::move(compare), labels, span);
}

Value Evaluator::is(const Place &place, const ast::IsExpr &expr) {
  Value subject = evaluate({place.module, expr.subject});
  Place pattern{place.module, expr.pattern};
  if (subject.is<Probe>()) {
    Value status = evaluate(pattern);
    plan::Probe probe = *subject.as<Probe>()->probe;
    if (const std::int64_t *number = status.as<std::int64_t>())
      probe.expectedStatus = static_cast<int>(*number);
    return {Probe{std::make_shared<const plan::Probe>(std::move(probe))}, subject.labels};
  }
  if (subject.is<NodeRef>()) subject = host_.memberOf(subject, "outcome", exprAt(place).span);
  Value result = isPattern(place, subject, pattern);
  if (!expr.negated) return result;
  if (const bool *known = result.as<bool>()) return {!*known, result.labels};
  if (!result.isLate()) return Value::error();
  plan::Expr negated;
  negated.type = plan::ValueType::Bool;
  negated.node = plan::Not{result.as<Late>()->expr};
  return late(std::move(negated), result.labels, exprAt(place).span);
}

static bool isRest(const ast::Expr &pattern) {
  const auto *name = std::get_if<ast::NameExpr>(&pattern.node);
  return name && name->name == "_";
}

/// The first arm whose pattern matches; late patterns nest as conditionals, the last arm is the rest.
Value Evaluator::match(const Place &place, const ast::MatchExpr &expr) {
  Value subject = evaluate({place.module, expr.subject});
  if (subject.is<NodeRef>()) subject = host_.memberOf(subject, "outcome", exprAt(place).span);
  if (subject.isError()) return subject;
  std::vector<std::pair<Value, Value>> open; // late conditions that come before the arm found
  Value rest = Value::error();
  for (const ast::MatchArm &arm : expr.arms) {
    Value matches{false, {}};
    bool isLast = &arm == &expr.arms.back();
    for (ast::ExprId pattern : arm.patterns) {
      Place patternPlace{place.module, pattern};
      if (isRest(exprAt(patternPlace)) || (isLast && subject.isLate())) { // exhaustive: sema has checked
        matches = {true, {}};
        break;
      }
      Value one = isPattern(place, subject, patternPlace);
      if (one.isError()) return one;
      const bool *known = one.as<bool>();
      if (known && !*known) continue;
      if (known || !matches.isLate()) {
        matches = one;
      } else {
        plan::Expr either;
        either.type = plan::ValueType::Bool;
        either.node = plan::AnyOf{{matches.as<Late>()->expr, one.as<Late>()->expr}};
        matches = late(std::move(either), one.labels, arm.span);
      }
      if (known) break;
    }
    const bool *known = matches.as<bool>();
    if (known && !*known) continue;
    Value value = evaluate({place.module, arm.value});
    value.labels.join(subject.labels);
    if (known) {
      rest = std::move(value);
      break;
    }
    open.emplace_back(std::move(matches), std::move(value));
  }
  for (auto arm = open.rbegin(); arm != open.rend(); ++arm)
    rest = choose(place, arm->first, std::move(arm->second), std::move(rest));
  return rest;
}

} // namespace pipelang::eval
