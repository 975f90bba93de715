// Literals: the type that is wanted decides what they are.
#include "compiler/sema/checked_text.h"
#include "compiler/sema/checker.h"

namespace pipelang::sema {

static TypeKind kindOfUnit(Unit unit) {
  if (millisecondsIn(unit)) return TypeKind::Duration;
  if (bytesIn(unit)) return TypeKind::Bytes;
  switch (unit) {
  case Unit::Percent: return TypeKind::Percent;
  case Unit::Milli:
  case Unit::Cpu: return TypeKind::Cpu;
  case Unit::PerS:
  case Unit::PerMin:
  case Unit::PerH: return TypeKind::Rate;
  default: return TypeKind::Int;
  }
}

/// Smallest units in one of `unit`, as quantities.h counts them.
static std::int64_t sizeOf(Unit unit) {
  if (const std::int64_t time = millisecondsIn(unit)) return time;
  if (const std::int64_t size = bytesIn(unit)) return size;
  for (std::int64_t (*size)(Unit) : {percentIn, cpuIn, rateIn})
    if (const std::int64_t found = size(unit)) return found;
  return 1;
}

TypeId Checker::checkNumber(const ast::Expr &written, const ast::NumberExpr &number, TypeId expected) {
  if (number.unit == Unit::None) return checkBareNumber(written, number, expected);
  const TypeId found = types_.of(kindOfUnit(number.unit));
  llvm::Expected<std::int64_t> value = scaleNumeral(number.numeral, sizeOf(number.unit));
  if (!value) {
    diagnostics_.report(written.span, diag::BadLiteral, number.numeral, text(found),
                        llvm::toString(value.takeError()));
    return error();
  }
  return found;
}

TypeId Checker::checkBareNumber(const ast::Expr &written, const ast::NumberExpr &number, TypeId expected) {
  const TypeKind wanted = kindOf(aim(expected));
  if (wanted == TypeKind::Version && number.numeral.find('_') == std::string::npos)
    return types_.of(TypeKind::Version);
  const bool isDecimal = number.numeral.find('.') != std::string::npos;
  if (isDecimal && wanted != TypeKind::Int && wanted != TypeKind::Port && !isQuantity(wanted))
    return types_.of(TypeKind::Version);
  if (isQuantity(wanted))
    return types_.of(TypeKind::Int); // its missing unit is reported where it does not fit
  llvm::Expected<std::int64_t> value = scaleNumeral(number.numeral, 1);
  const char *name = wanted == TypeKind::Port ? "Port" : "int";
  if (!value) {
    const std::string why = llvm::toString(value.takeError());
    diagnostics_.report(written.span, diag::BadLiteral, number.numeral, name,
                        isDecimal ? "there are only whole numbers" : why);
    return error();
  }
  if (wanted != TypeKind::Port) return types_.of(TypeKind::Int);
  if (*value < 1 || *value > 65535) {
    diagnostics_.report(written.span, diag::BadLiteral, number.numeral, name, "a port is 1 to 65535");
    return error();
  }
  return types_.of(TypeKind::Port);
}

TypeId Checker::checkString(const ast::Expr &written, const ast::StringExpr &string, TypeId expected) {
  for (const ast::StringPart &part : string.parts)
    if (const auto *hole = std::get_if<ast::ExprId>(&part.node)) requireText(*hole, check(*hole));
  const TypeKind wanted = kindOf(aim(expected));
  const auto *plain =
      string.parts.size() == 1 ? std::get_if<std::string>(&string.parts.front().node) : nullptr;
  if (!isCheckedText(wanted) || (!plain && !string.parts.empty())) return types_.of(TypeKind::String);
  if (reportTextProblem(diagnostics_, wanted, plain ? llvm::StringRef(*plain) : "", written.span))
    return error();
  return types_.of(wanted);
}

/// `[3.11, 3]` is a list of versions: one of the numerals can be nothing else.
static bool areVersions(const ast::Module &tree, const ast::ListExpr &list) {
  bool decimal = false;
  for (ast::ExprId id : list.elements) {
    const auto *number =
        tree.expressions.contains(id) ? std::get_if<ast::NumberExpr>(&tree.expressions[id].node) : nullptr;
    if (!number || number->unit != Unit::None) return false;
    decimal |= number->numeral.find('.') != std::string::npos;
  }
  return decimal;
}

/// An element of a list or map whose type nobody asked for: it agrees with those before it.
TypeId Checker::checkElement(ast::ExprId element, TypeId soFar) {
  const bool known = soFar.valid() && kindOf(soFar) != TypeKind::None;
  if (known && needsExpectation(element)) {
    check(element, soFar);
    return soFar;
  }
  const TypeId found = check(element);
  if (!soFar.valid() || isError(found)) return soFar.valid() ? soFar : found;
  const TypeId both = pipelang::sema::join(program_, types_, soFar, found);
  if (both.valid()) return both;
  reportMismatch(element, found, soFar);
  info(element).type = error();
  return soFar;
}

TypeId Checker::checkList(const ast::ListExpr &list, TypeId expected) {
  const TypeId target = aim(expected);
  const TypeKind wanted = kindOf(target);
  TypeId element;
  if (wanted == TypeKind::List)
    element = type(target).element;
  else if (target.valid() && (wanted == TypeKind::Any || wanted == TypeKind::Error))
    element = target;
  else if (areVersions(tree(), list))
    element = types_.of(TypeKind::Version);
  if (element.valid()) {
    for (ast::ExprId id : list.elements)
      check(id, element);
    return wanted == TypeKind::List || !target.valid() ? types_.list(element) : target;
  }
  TypeId soFar;
  for (ast::ExprId id : list.elements)
    soFar = checkElement(id, soFar);
  return types_.list(soFar.valid() ? soFar : types_.of(TypeKind::Error));
}

TypeId Checker::checkListFor(const ast::ListForExpr &list, TypeId expected) {
  const TypeId target = aim(expected);
  std::vector<Frame> frames(list.generators.size());
  Restore<Frame *> outside(place_.frame);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    frames[i].parent = place_.frame;
    checkGeneratorIn(frames[i], list.generators[i]);
  }
  const bool any = target.valid() && (kindOf(target) == TypeKind::Any || kindOf(target) == TypeKind::Error);
  const TypeId wanted = kindOf(target) == TypeKind::List ? type(target).element : any ? target : TypeId();
  const TypeId element = check(list.element, wanted);
  return any ? target : types_.list(wanted.valid() ? wanted : element);
}

/// The source is looked up outside of `frame`, the condition inside; `frame` is current afterwards.
void Checker::checkGeneratorIn(Frame &frame, const ast::Generator &generator) {
  place_.frame = &frame;
  checkGenerator(generator);
}

TypeId Checker::checkMap(const ast::MapExpr &map, TypeId expected, Span) {
  const TypeId target = aim(expected);
  const bool any = target.valid() && (kindOf(target) == TypeKind::Any || kindOf(target) == TypeKind::Error);
  TypeId key = kindOf(target) == TypeKind::Map ? type(target).key : TypeId();
  TypeId value = kindOf(target) == TypeKind::Map ? type(target).element : any ? target : TypeId();
  const bool known = value.valid();
  std::map<std::string, Span> seen;
  for (const ast::MapEntry &entry : map.entries) {
    noteKey(entry.key, seen);
    if (key.valid())
      check(entry.key, key);
    else
      key = checkElement(entry.key, any ? types_.of(TypeKind::String) : key);
    if (known)
      check(entry.value, value);
    else
      value = checkElement(entry.value, value);
  }
  return any ? target : types_.map(key.valid() ? key : error(), value.valid() ? value : error());
}

/// Keys that are literals must differ.
void Checker::noteKey(ast::ExprId key, std::map<std::string, Span> &seen) {
  if (!has(key)) return;
  std::string spelling;
  if (const auto *number = std::get_if<ast::NumberExpr>(&expr(key).node)) spelling = number->numeral;
  if (const auto *name = std::get_if<ast::NameExpr>(&expr(key).node)) spelling = name->name;
  const auto *string = std::get_if<ast::StringExpr>(&expr(key).node);
  if (string && string->parts.size() == 1)
    if (const auto *part = std::get_if<std::string>(&string->parts.front().node)) spelling = *part;
  if (spelling.empty()) return;
  auto [first, isNew] = seen.try_emplace(spelling, expr(key).span);
  if (!isNew)
    diagnostics_.report(expr(key).span, diag::DuplicateArgument, spelling)
        .label(first->second, "first given here");
}

TypeId Checker::checkMapFor(const ast::MapForExpr &map, TypeId expected) {
  const TypeId target = aim(expected);
  std::vector<Frame> frames(map.generators.size());
  Restore<Frame *> outside(place_.frame);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    frames[i].parent = place_.frame;
    checkGeneratorIn(frames[i], map.generators[i]);
  }
  const bool any = target.valid() && (kindOf(target) == TypeKind::Any || kindOf(target) == TypeKind::Error);
  const bool known = kindOf(target) == TypeKind::Map;
  const TypeId key = check(map.entry.key, known ? type(target).key : TypeId());
  const TypeId value = check(map.entry.value, known ? type(target).element : any ? target : TypeId());
  return any ? target : known ? target : types_.map(key, value);
}

} // namespace pipelang::sema
