// if, match and is.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

static const std::vector<std::string> outcomeNames{"success", "failure", "skipped", "cancelled", "timed_out"};

std::vector<std::string> Checker::caseNames(TypeId id) const {
  const TypeId plain = withoutRefinement(program_, id);
  if (kindOf(plain) == TypeKind::Outcome) return outcomeNames;
  if (kindOf(plain) == TypeKind::Bool) return {"true", "false"};
  std::vector<std::string> names;
  if (kindOf(plain) == TypeKind::Enum)
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

TypeId Checker::checkMatch(const ast::Expr &written, const ast::MatchExpr &match, TypeId expected) {
  TypeId subject = check(match.subject);
  if (kindOf(subject) == TypeKind::Node) subject = types_.of(TypeKind::Outcome);
  std::set<std::string> seen;
  bool rest = false;
  TypeId soFar;
  for (const ast::MatchArm &arm : match.arms) {
    for (ast::ExprId pattern : arm.patterns)
      checkPattern(pattern, subject, seen, rest);
    if (expected.valid())
      check(arm.value, expected);
    else
      soFar = checkElement(arm.value, soFar);
  }
  if (!rest && !isError(subject)) checkExhaustive(written.span, subject, seen);
  return expected.valid() ? expected : soFar.valid() ? soFar : error();
}

static std::string spelling(const ast::Expr &pattern) {
  if (const auto *name = std::get_if<ast::NameExpr>(&pattern.node)) return name->name;
  if (const auto *number = std::get_if<ast::NumberExpr>(&pattern.node)) return number->numeral;
  if (const auto *boolean = std::get_if<ast::BoolExpr>(&pattern.node))
    return boolean->value ? "true" : "false";
  if (std::holds_alternative<ast::NoneExpr>(pattern.node)) return "none";
  const auto *string = std::get_if<ast::StringExpr>(&pattern.node);
  if (string && string->parts.size() == 1)
    if (const auto *part = std::get_if<std::string>(&string->parts.front().node)) return "\"" + *part + "\"";
  return {};
}

void Checker::checkPattern(ast::ExprId pattern, TypeId subject, std::set<std::string> &seen, bool &rest) {
  if (!has(pattern)) {
    rest = true;
    return;
  }
  const std::string name = spelling(expr(pattern));
  if (name == "_") {
    info(pattern).type = subject;
    rest = true;
    return;
  }
  if (isError(check(pattern, subject))) rest = true; // a misspelt case is no missing case
  if (!name.empty() && !seen.insert(name).second)
    diagnostics_.report(expr(pattern).span, diag::DuplicateCase, name);
}

void Checker::checkExhaustive(Span span, TypeId subject, const std::set<std::string> &seen) {
  std::vector<std::string> missing;
  for (const std::string &name : caseNames(subject))
    if (!seen.count(name)) missing.push_back(name);
  const bool finite = !caseNames(subject).empty();
  if (finite && missing.empty()) return;
  diagnostics_.report({span.file, span.begin, std::min<std::uint32_t>(span.end, span.begin + 5)},
                      diag::MatchNotExhaustive,
                      finite ? listed(missing) + (missing.size() == 1 ? " is missing" : " are missing")
                             : "a `" + text(subject) + "` has too many values; end with `_ => …`");
}

TypeId Checker::checkIs(const ast::IsExpr &is) {
  TypeId subject = check(is.subject);
  if (kindOf(subject) == TypeKind::Node) subject = types_.of(TypeKind::Outcome);
  if (kindOf(subject) == TypeKind::Probe) subject = types_.of(TypeKind::Int);
  check(is.pattern, subject);
  return types_.of(TypeKind::Bool);
}

} // namespace pipelang::sema
