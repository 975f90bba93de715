// Numbers and texts.
#include "compiler/eval/evaluator.h"

namespace pipelang::eval {

/// The quantity that `numeral` with `unit` is, in the type sema gave it. Error: what `scaleNumeral` says.
static llvm::Expected<Value> quantity(sema::TypeKind kind, llvm::StringRef numeral, Unit unit) {
  auto scaled = [&](std::int64_t size, auto make) -> llvm::Expected<Value> {
    llvm::Expected<std::int64_t> count = scaleNumeral(numeral, size);
    if (!count) return count.takeError();
    return Value{make(*count), {}};
  };
  switch (unit) {
  case Unit::None:
    if (kind == sema::TypeKind::Version) return Value{plan::VersionValue{numeral.str()}, {}};
    return scaled(1, [](std::int64_t n) { return n; });
  case Unit::Percent: return scaled(Percent::scale, [](std::int64_t n) { return Percent{n}; });
  case Unit::Milli: return scaled(1, [](std::int64_t n) { return Cpu{n}; });
  case Unit::Cpu: return scaled(1000, [](std::int64_t n) { return Cpu{n}; });
  case Unit::PerS: return scaled(Rate::perSecond, [](std::int64_t n) { return Rate{n}; });
  case Unit::PerMin: return scaled(Rate::perMinute, [](std::int64_t n) { return Rate{n}; });
  case Unit::PerH: return scaled(Rate::perHour, [](std::int64_t n) { return Rate{n}; });
  default:
    if (std::int64_t size = millisecondsIn(unit))
      return scaled(size, [](std::int64_t n) { return Duration{n}; });
    return scaled(bytesIn(unit), [](std::int64_t n) { return Bytes{n}; });
  }
}

Value Evaluator::number(const Place &place, const ast::NumberExpr &expr) {
  llvm::Expected<Value> value = quantity(kindOf(infoAt(place).type), expr.numeral, expr.unit);
  if (value) return std::move(*value);
  llvm::consumeError(value.takeError()); // the checker has reported it
  return Value::error();
}

Value Evaluator::text(const Place &place, const ast::StringExpr &expr) {
  if (expr.parts.size() == 1)
    if (const auto *text = std::get_if<std::string>(&expr.parts[0].node)) return Value::ofText(*text);
  Values parts;
  Labels labels;
  bool anyLate = false, anyError = false;
  for (const ast::StringPart &part : expr.parts) {
    if (const auto *text = std::get_if<std::string>(&part.node)) {
      parts.push_back(Value::ofText(*text));
      continue;
    }
    Value value = evaluate({place.module, std::get<ast::ExprId>(part.node)});
    anyLate |= value.isLate();
    labels.join(value.labels);
    std::optional<std::string> now = value.isLate() ? std::nullopt : toText(program_, value);
    if (!value.isLate() && !now) {
      anyError = true; // the checker has reported what has no text
      continue;
    }
    parts.push_back(value.isLate() ? std::move(value) : Value::ofText(std::move(*now)));
  }
  if (anyError) return Value::error();
  if (anyLate) return concatLate(place, parts, labels);
  std::string text;
  for (const Value &part : parts)
    text += part.text();
  if (!spendBytes(text.size(), exprAt(place).span)) return Value::error();
  Value value = Value::ofText(std::move(text));
  value.labels = labels;
  return value;
}

} // namespace pipelang::eval
