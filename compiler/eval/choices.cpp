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

/// What stands at `place` counts only where the late `condition` is `holds`.
Value Evaluator::evaluateWhere(const Value &condition, bool holds, const Place &place) {
  host_.enterCondition(condition.as<Late>()->expr, holds);
  Value value = evaluate(place);
  host_.leaveCondition();
  return value;
}

Value Evaluator::conditional(const Place &place, const ast::IfExpr &expr) {
  Value condition = evaluate({place.module, expr.condition});
  if (const bool *known = condition.as<bool>()) {
    Value value = evaluate({place.module, *known ? expr.thenValue : expr.elseValue});
    value.labels.join(condition.labels); // who chose the condition chose the value
    return value;
  }
  if (!condition.isLate()) return Value::error();
  Value thenValue = evaluateWhere(condition, true, {place.module, expr.thenValue});
  Value elseValue = evaluateWhere(condition, false, {place.module, expr.elseValue});
  return choose(place, condition, std::move(thenValue), std::move(elseValue));
}

static bool isRest(const ast::Expr &pattern) {
  const auto *name = std::get_if<ast::NameExpr>(&pattern.node);
  return name && name->name == "_";
}

/// The parts of a value that `named`, a case or a record, holds; null: it is another case.
static const Value *partOf(const Value &subject, sema::SymbolId named, std::size_t field) {
  if (const Case *held = subject.as<Case>())
    return held->symbol == named && field < held->fields->size() ? &(*held->fields)[field] : nullptr;
  const Record *record = subject.as<Record>();
  return record && field < record->data->fields.size() ? &record->data->fields[field].second : nullptr;
}

/// Whether the value is the case or record that `pattern` names, and its parts match what stands in
/// parentheses.
Value Evaluator::matchParts(const Place &place, const Value &subject, const Place &pattern) {
  const sema::SymbolId named = infoAt(pattern).symbol;
  const Case *held = subject.as<Case>();
  if (held ? held->symbol != named : !subject.is<Record>()) return {false, subject.labels};
  const std::vector<ast::ExprId> &parts = infoAt(pattern).arguments;
  Labels labels = subject.labels;
  std::vector<plan::ExprId> open;
  bool matches = true;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Value *field = partOf(subject, named, i);
    if (!parts[i].valid() || !field) continue;
    Value part = *field;
    part.labels.join(subject.labels);
    Value one = isPattern(place, part, {pattern.module, parts[i]});
    if (one.isError()) return one;
    labels.join(one.labels);
    if (const bool *known = one.as<bool>())
      matches &= *known;
    else
      open.push_back(one.as<Late>()->expr);
  }
  if (!matches || open.empty()) return {matches, labels};
  if (open.size() == 1) return {Late{open.front()}, labels};
  plan::Expr all;
  all.type = plan::ValueType::Bool;
  all.node = plan::AllOf{std::move(open)};
  return late(std::move(all), labels, exprAt(place).span);
}

/// Does `subject` match `pattern`? True, false, or late. Names in the pattern are bound.
Value Evaluator::isPattern(const Place &place, const Value &subject, const Place &pattern) {
  if (isRest(exprAt(pattern))) return {true, {}};
  const sema::SymbolId named = infoAt(pattern).symbol;
  const sema::SymbolKind kind = named.valid() ? symbolAt(named).kind : sema::SymbolKind::Builtin;
  if (kind == sema::SymbolKind::Binding) {
    bind(named, subject);
    return {true, {}};
  }
  const bool isCall = std::holds_alternative<ast::CallExpr>(exprAt(pattern).node);
  const bool isParts = kind == sema::SymbolKind::UnionCase || (kind == sema::SymbolKind::Record && isCall);
  if (isParts && !subject.isLate() && !subject.isError()) return matchParts(place, subject, pattern);
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
    if (reportLate(reporter_, plan_, status, exprAt(pattern).span, "the expected status"))
      return Value::error();
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

/// The first arm whose pattern matches; late patterns nest as conditionals, the last arm is the rest.
Value Evaluator::match(const Place &place, const ast::MatchExpr &expr) {
  Value subject = evaluate({place.module, expr.subject});
  if (subject.is<NodeRef>()) subject = host_.memberOf(subject, "outcome", exprAt(place).span);
  if (subject.isError()) return subject;
  std::vector<std::pair<Value, Value>> open; // late conditions that come before the arm found
  Value rest = Value::error();
  bool failed = false; // something in an arm has been reported
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
    const Place chosen{place.module, arm.value};
    Value value = known ? evaluate(chosen) : evaluateWhere(matches, true, chosen);
    value.labels.join(subject.labels);
    failed |= value.isError();
    if (known) {
      rest = std::move(value);
      break;
    }
    open.emplace_back(std::move(matches), std::move(value));
  }
  if (rest.isError() && !open.empty() && !failed) { // exhaustive: where no other holds, the last one does
    rest = std::move(open.back().second);
    open.pop_back();
  }
  for (auto arm = open.rbegin(); arm != open.rend(); ++arm)
    rest = choose(place, arm->first, std::move(arm->second), std::move(rest));
  return rest;
}

} // namespace pipelang::eval
