// if, match and is.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

static const std::vector<std::string> outcomeNames{"success", "failure", "skipped", "cancelled", "timed_out"};

std::vector<std::string> Checker::caseNames(TypeId id) const {
  const TypeId plain = bare(id);
  if (kindOf(plain) == TypeKind::Outcome) return outcomeNames;
  if (kindOf(plain) == TypeKind::Bool) return {"true", "false"};
  std::vector<std::string> names;
  if (kindOf(plain) == TypeKind::Optional) {
    names = caseNames(type(plain).element);
    if (!names.empty()) names.push_back("none");
  }
  if (kindOf(plain) == TypeKind::Enum || kindOf(plain) == TypeKind::Union)
    for (SymbolId value : program_.symbols[type(plain).symbol].members)
      names.push_back(program_.symbols[value].name);
  return names;
}

TypeId Checker::checkIf(const ast::IfExpr &choice, TypeId expected) {
  check(choice.condition, types_.of(TypeKind::Bool));
  if (expected.valid()) {
    const TypeId left = check(choice.thenValue, expected);
    const TypeId right = check(choice.elseValue, expected);
    return left == right ? left : expected;
  }
  return checkElement(choice.elseValue, checkElement(choice.thenValue, {}));
}

void Checker::checkExhaustive(Span span, TypeId subject, const Seen &seen) {
  std::vector<std::string> missing;
  std::string arms;
  const TypeId target = aim(subject);
  for (const std::string &name : caseNames(subject)) {
    if (seen.count(name)) continue;
    missing.push_back(name);
    const SymbolId one = caseNamed(target, name);
    if (one.valid()) arms += (arms.empty() ? "`" : ", `") + caseText(one) + " => …`";
  }
  const bool finite = !caseNames(subject).empty();
  if (finite && missing.empty()) return;
  auto builder = diagnostics_.report(
      {span.file, span.begin, std::min<std::uint32_t>(span.end, span.begin + 5)}, diag::MatchNotExhaustive,
      finite ? listed(missing) + (missing.size() == 1 ? " is missing" : " are missing")
             : "a `" + text(subject) + "` has too many values; end with `_ => …`");
  if (!arms.empty()) builder.note("add " + arms);
  if (kindOf(target) == TypeKind::Union || kindOf(target) == TypeKind::Enum)
    labelDeclared(builder, type(target).symbol, "declared here");
}

TypeId Checker::checkIs(const ast::IsExpr &is) {
  TypeId subject = check(is.subject);
  if (kindOf(subject) == TypeKind::Node) subject = types_.of(TypeKind::Outcome);
  const bool isProbe = kindOf(subject) == TypeKind::Probe;
  if (isProbe) subject = types_.of(TypeKind::Int);
  const TypeId target = aim(subject);
  const bool isNone = has(is.pattern) && std::holds_alternative<ast::NoneExpr>(expr(is.pattern).node);
  const bool hasParts = kindOf(target) == TypeKind::Union || kindOf(target) == TypeKind::Record;
  const bool isCall = has(is.pattern) && std::holds_alternative<ast::CallExpr>(expr(is.pattern).node);
  if (has(is.pattern) && !isNone && (hasParts || (isCall && isError(subject))))
    readPattern(is.pattern, subject, false);
  else
    check(is.pattern, subject);
  if (!isProbe) return types_.of(TypeKind::Bool);
  if (!is.negated) return types_.of(TypeKind::Probe);
  if (has(is.pattern)) diagnostics_.report(expr(is.pattern).span, diag::NegatedProbe);
  return error();
}

} // namespace pipelang::sema
