// Operators: exact on what is known now, expressions of the plan on what is late.
#include "compiler/ast/spelling.h"
#include "compiler/eval/evaluator.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipelang::eval {

namespace {
std::int64_t count(Duration value) {
  return value.milliseconds;
}
std::int64_t count(Bytes value) {
  return value.count;
}
std::int64_t count(Percent value) {
  return value.millionths;
}
std::int64_t count(Cpu value) {
  return value.millis;
}
std::int64_t count(Rate value) {
  return value.perThousandHours;
}

/// A quantity that there cannot be less than nothing of is not negative.
template <typename Q> Value belowNothing(Reporter &reporter, Q value, Span span) {
  if constexpr (!std::is_same_v<Q, std::int64_t> && !std::is_same_v<Q, Percent>) {
    if (value < Q{}) {
      reporter.report(span, diag::LessThanNothing, "-" + toText(Q{-count(value)}));
      return Value::error();
    }
  }
  return {value, {}};
}

/// Integers of one unit: sums and differences stay in it.
template <typename Wrap>
Value combined(Reporter &reporter, ast::BinaryOp op, std::int64_t left, std::int64_t right, Span span,
               Wrap wrap) {
  std::int64_t result = 0;
  bool overflow = false;
  switch (op) {
  case ast::BinaryOp::Add: overflow = __builtin_add_overflow(left, right, &result); break;
  case ast::BinaryOp::Subtract: overflow = __builtin_sub_overflow(left, right, &result); break;
  case ast::BinaryOp::Multiply: overflow = __builtin_mul_overflow(left, right, &result); break;
  case ast::BinaryOp::Divide:
    if (right == 0) {
      reporter.report(span, diag::DivisionByZero);
      return Value::error();
    }
    if (right == -1) { // the one quotient that does not fit, and whose rest traps
      overflow = __builtin_sub_overflow(std::int64_t(0), left, &result);
      break;
    }
    if (left % right != 0) {
      reporter.report(span, diag::InexactDivision, std::to_string(left), std::to_string(right))
          .note("every number here is exact; write values that divide");
      return Value::error();
    }
    result = left / right;
    break;
  default: return Value::error();
  }
  if (!overflow) return belowNothing(reporter, wrap(result), span);
  reporter.report(span, diag::Overflow);
  return Value::error();
}

/// `left op right` where one is a quantity of kind Q; empty: neither is.
template <typename Q>
std::optional<Value> quantities(Reporter &reporter, ast::BinaryOp op, const Value &left, const Value &right,
                                Span span) {
  const Q *a = left.as<Q>();
  const Q *b = right.as<Q>();
  auto inQ = [](std::int64_t n) { return Q{n}; };
  auto plain = [](std::int64_t n) { return n; };
  if (a && b) {
    if (op == ast::BinaryOp::Divide) return combined(reporter, op, count(*a), count(*b), span, plain);
    if (op == ast::BinaryOp::Multiply) return std::nullopt;
    return combined(reporter, op, count(*a), count(*b), span, inQ);
  }
  bool scales = op == ast::BinaryOp::Multiply || op == ast::BinaryOp::Divide;
  if (a && scales && right.is<std::int64_t>())
    return combined(reporter, op, count(*a), *right.as<std::int64_t>(), span, inQ);
  if (b && op == ast::BinaryOp::Multiply && left.is<std::int64_t>())
    return combined(reporter, op, *left.as<std::int64_t>(), count(*b), span, inQ);
  return std::nullopt;
}

template <typename T> int sign(const T &left, const T &right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

plan::CompareOp compareOp(ast::BinaryOp op) {
  switch (op) {
  case ast::BinaryOp::Equal: return plan::CompareOp::Equal;
  case ast::BinaryOp::NotEqual: return plan::CompareOp::NotEqual;
  case ast::BinaryOp::Less: return plan::CompareOp::Less;
  case ast::BinaryOp::LessEqual: return plan::CompareOp::LessEqual;
  case ast::BinaryOp::Greater: return plan::CompareOp::Greater;
  default: return plan::CompareOp::GreaterEqual;
  }
}

bool inOrder(ast::BinaryOp op, int order) {
  switch (op) {
  case ast::BinaryOp::Less: return order < 0;
  case ast::BinaryOp::LessEqual: return order <= 0;
  case ast::BinaryOp::Greater: return order > 0;
  default: return order >= 0;
  }
}

bool isComparison(ast::BinaryOp op) {
  return op != ast::BinaryOp::And && op != ast::BinaryOp::Or && op >= ast::BinaryOp::Equal &&
         op != ast::BinaryOp::Coalesce;
}
} // namespace

std::optional<int> order(const Value &left, const Value &right) {
  if (left.node.index() != right.node.index()) return std::nullopt;
  if (auto *a = left.as<std::int64_t>()) return sign(*a, *right.as<std::int64_t>());
  if (left.is<Text>()) return left.text().compare(right.text());
  if (auto *a = left.as<Duration>()) return sign(*a, *right.as<Duration>());
  if (auto *a = left.as<Bytes>()) return sign(*a, *right.as<Bytes>());
  if (auto *a = left.as<Percent>()) return sign(*a, *right.as<Percent>());
  if (auto *a = left.as<Cpu>()) return sign(*a, *right.as<Cpu>());
  if (auto *a = left.as<Rate>()) return sign(*a, *right.as<Rate>());
  if (auto *a = left.as<plan::VersionValue>()) {
    auto order = compareVersions(a->spelling, right.as<plan::VersionValue>()->spelling);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  return std::nullopt;
}

Value arithmetic(Reporter &reporter, ast::BinaryOp op, const Value &left, const Value &right, Span span) {
  if (left.is<std::int64_t>() && right.is<std::int64_t>())
    return combined(reporter, op, *left.as<std::int64_t>(), *right.as<std::int64_t>(), span,
                    [](std::int64_t n) { return n; });
  if (auto value = quantities<Duration>(reporter, op, left, right, span)) return *value;
  if (auto value = quantities<Bytes>(reporter, op, left, right, span)) return *value;
  if (auto value = quantities<Percent>(reporter, op, left, right, span)) return *value;
  if (auto value = quantities<Cpu>(reporter, op, left, right, span)) return *value;
  if (auto value = quantities<Rate>(reporter, op, left, right, span)) return *value;
  return Value::error();
}

Value Evaluator::unary(const Place &place, const ast::UnaryExpr &expr) {
  Value operand = evaluate({place.module, expr.operand});
  Span span = exprAt(place).span;
  if (operand.isError()) return operand;
  if (expr.op == ast::UnaryOp::Not) {
    if (const bool *value = operand.as<bool>()) return {!*value, operand.labels};
    if (!operand.isLate()) return Value::error();
    return late({plan::ValueType::Bool, plan::Not{operand.as<Late>()->expr}, false, false, {}},
                operand.labels, span);
  }
  if (operand.isLate()) {
    reporter_.report(span, diag::LateArithmetic, "-")
        .note("compute it in a step, or use a value that is known when the file is compiled");
    return Value::error();
  }
  Value zero{std::int64_t(0), {}};
  Value minusOne{std::int64_t(-1), {}};
  Value result = arithmetic(reporter_, ast::BinaryOp::Multiply, minusOne, operand, span);
  result.labels = operand.labels;
  return result;
}

Value Evaluator::binary(const Place &place, const ast::BinaryExpr &expr) {
  bool mayMiss = expr.op == ast::BinaryOp::Coalesce;
  if (mayMiss) host_.tolerateMissing(true);
  Value left = evaluate({place.module, expr.left});
  if (mayMiss) host_.tolerateMissing(false);
  if (expr.op == ast::BinaryOp::And || expr.op == ast::BinaryOp::Or) return logical(place, expr, left);
  if (expr.op == ast::BinaryOp::Coalesce) return coalesce(place, expr, left);
  Value right = evaluate({place.module, expr.right});
  if (left.isError() || right.isError()) return Value::error();
  Labels labels = allLabels(left);
  labels.join(allLabels(right));
  Span span = exprAt(place).span;
  bool anyLate = left.isLate() || right.isLate();
  if (isComparison(expr.op)) {
    if (anyLate) return compareLate(place, expr, left, right);
    if (expr.op == ast::BinaryOp::Equal || expr.op == ast::BinaryOp::NotEqual)
      return {equal(left, right) == (expr.op == ast::BinaryOp::Equal), labels};
    std::optional<int> sign = order(left, right);
    return sign ? Value{inOrder(expr.op, *sign), labels} : Value::error();
  }
  auto isText = [](const Value &value) { return value.is<Text>(); };
  if (expr.op == ast::BinaryOp::Add && kindOf(infoAt(place).type) != sema::TypeKind::List &&
      (isText(left) || isText(right) ||
       (anyLate && lateType(infoAt(place).type) == plan::ValueType::String))) {
    if (anyLate) return concatLate(place, {left, right}, labels);
    if (!spendBytes(left.text().size() + right.text().size(), span)) return Value::error();
    Value sum = Value::ofText(left.text() + right.text());
    sum.labels = labels;
    return sum;
  }
  if (anyLate) {
    reporter_.report(expr.operatorSpan, diag::LateArithmetic, ast::spelling(expr.op))
        .note("compute it in a step, or use a value that is known when the file is compiled");
    return Value::error();
  }
  if (left.is<List>() && right.is<List>()) {
    Values elements = *left.as<List>()->elements;
    elements.insert(elements.end(), right.as<List>()->elements->begin(), right.as<List>()->elements->end());
    if (!spendBytes(elements.size() * sizeof(Value), span)) return Value::error();
    return Value::ofList(std::move(elements));
  }
  Value result = arithmetic(reporter_, expr.op, left, right, span);
  result.labels = labels;
  return result;
}

/// `and`, `or`: what is known now decides or disappears.
Value Evaluator::logical(const Place &place, const ast::BinaryExpr &expr, const Value &left) {
  bool isAnd = expr.op == ast::BinaryOp::And;
  if (const bool *known = left.as<bool>(); known && *known != isAnd) return left;
  const Place rest{place.module, expr.right};
  Value right = left.isLate() ? evaluateWhere(left, isAnd, rest) : evaluate(rest);
  if (left.isError() || right.isError()) return Value::error();
  Labels labels = left.labels;
  labels.join(right.labels);
  right.labels = labels;
  if (left.is<bool>()) return right;
  if (const bool *known = right.as<bool>()) {
    if (*known == isAnd) return left;
    return right;
  }
  std::vector<plan::ExprId> operands;
  for (const Value *side : std::initializer_list<const Value *>{&left, &right}) {
    std::optional<plan::ExprId> id = toLate(*side, plan::ValueType::Bool, exprAt(place).span);
    if (!id) return Value::error();
    operands.push_back(*id);
  }
  plan::Expr both;
  both.type = plan::ValueType::Bool;
  if (isAnd)
    both.node = plan::AllOf{std::move(operands)};
  else
    both.node = plan::AnyOf{std::move(operands)};
  return late(std::move(both), labels, exprAt(place).span);
}

/// `a ?? b`
Value Evaluator::coalesce(const Place &place, const ast::BinaryExpr &expr, const Value &left) {
  if (left.is<plan::NoneValue>()) return evaluate({place.module, expr.right});
  if (!left.isLate()) return left;
  Value right = evaluate({place.module, expr.right});
  if (right.isError()) return right;
  if (plan_.exprs[left.as<Late>()->expr].type == plan::ValueType::String) {
    // An output that is not there is an empty text on targets that have nothing else.
    Labels labels = left.labels;
    labels.join(allLabels(right));
    std::optional<plan::ExprId> other = toLate(right, plan::ValueType::String, exprAt(place).span);
    if (!other) return Value::error();
    plan::Expr either;
    either.node = plan::Apply{"coalesce", {left.as<Late>()->expr, *other}};
    return late(std::move(either), labels, exprAt(place).span);
  }
  plan::ExprId none = plan_.exprs.add(
      {plan::ValueType::None, plan::Literal{{plan::NoneValue{}}}, false, false, exprAt(place).span});
  Value absent = late({plan::ValueType::Bool,
                       plan::Compare{plan::CompareOp::Equal, left.as<Late>()->expr, none},
                       false,
                       false,
                       {}},
                      left.labels, exprAt(place).span);
  return choose(place, absent, std::move(right), left);
}

Value Evaluator::compareLate(const Place &place, const ast::BinaryExpr &expr, const Value &left,
                             const Value &right) {
  Labels labels = left.labels;
  labels.join(right.labels);
  auto typeOf = [&](ast::ExprId id) { return lateType(infoAt({place.module, id}).type); };
  std::optional<plan::ExprId> a = toLate(left, typeOf(expr.left), exprAt({place.module, expr.left}).span);
  std::optional<plan::ExprId> b = toLate(right, typeOf(expr.right), exprAt({place.module, expr.right}).span);
  if (!a || !b) return Value::error();
  plan::Expr compare;
  compare.type = plan::ValueType::Bool;
  compare.node = plan::Compare{compareOp(expr.op), *a, *b};
  return late(std::move(compare), labels, exprAt(place).span);
}

/// The text of `parts`, some of them late; texts that touch become one literal.
Value Evaluator::concatLate(const Place &place, llvm::ArrayRef<Value> parts, const Labels &labels) {
  plan::Concat concat;
  std::string pending;
  Span span = exprAt(place).span;
  auto flush = [&] {
    if (pending.empty()) return;
    plan::Expr literal;
    literal.node = plan::Literal{{std::move(pending)}};
    literal.origin = span;
    concat.parts.push_back(plan_.exprs.add(std::move(literal)));
    pending.clear();
  };
  for (const Value &part : parts) {
    if (part.isLate()) {
      flush();
      const auto *inner = std::get_if<plan::Concat>(&plan_.exprs[part.as<Late>()->expr].node);
      if (inner)
        concat.parts.insert(concat.parts.end(), inner->parts.begin(), inner->parts.end());
      else
        concat.parts.push_back(part.as<Late>()->expr);
      if (!spendBytes(concat.parts.size() * sizeof(plan::ExprId), span)) return Value::error();
    } else {
      pending += toText(program_, part).value_or("");
      if (!spendBytes(pending.size(), span)) return Value::error();
    }
  }
  flush();
  plan::Expr whole;
  whole.node = std::move(concat);
  return late(std::move(whole), labels, span);
}

} // namespace pipelang::eval
