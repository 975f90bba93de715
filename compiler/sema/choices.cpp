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

static std::string spelling(const ast::Expr &pattern) {
  if (const auto *name = std::get_if<ast::NameExpr>(&pattern.node)) return name->name;
  if (const auto *number = std::get_if<ast::NumberExpr>(&pattern.node)) return number->numeral;
  if (const auto *boolean = std::get_if<ast::BoolExpr>(&pattern.node))
    return boolean->value ? "true" : "false";
  if (std::holds_alternative<ast::NoneExpr>(pattern.node)) return "none";
  if (const auto *member = std::get_if<ast::MemberExpr>(&pattern.node)) return member->member.text;
  const auto *string = std::get_if<ast::StringExpr>(&pattern.node);
  if (string && string->parts.size() == 1)
    if (const auto *part = std::get_if<std::string>(&string->parts.front().node)) return "\"" + *part + "\"";
  return {};
}

TypeId Checker::checkMatch(const ast::Expr &written, const ast::MatchExpr &match, TypeId expected) {
  TypeId subject = check(match.subject);
  if (kindOf(subject) == TypeKind::Node) subject = types_.of(TypeKind::Outcome);
  Seen seen;
  bool rest = false;
  TypeId soFar;
  for (const ast::MatchArm &arm : match.arms) {
    Frame frame;
    frame.parent = place_.frame;
    Restore<Frame *> inside(place_.frame, &frame);
    checkArm(arm, subject, seen, rest);
    if (expected.valid())
      check(arm.value, expected);
    else
      soFar = checkElement(arm.value, soFar);
  }
  if (!rest && !isError(subject)) checkExhaustive(written.span, subject, seen);
  return expected.valid() ? expected : soFar.valid() ? soFar : error();
}

/// The patterns of an arm; what they bind is bound in the current frame.
void Checker::checkArm(const ast::MatchArm &arm, TypeId subject, Seen &seen, bool &rest) {
  const TypeId target = aim(subject);
  for (ast::ExprId pattern : arm.patterns) {
    const bool late = seen.count("_") > 0;
    const bool isCase = has(pattern) && kindOf(target) == TypeKind::Union &&
                        !std::holds_alternative<ast::NoneExpr>(expr(pattern).node) &&
                        spelling(expr(pattern)) != "_";
    if (isCase) checkCasePattern(pattern, target, arm.patterns.size() == 1);
    checkPattern(pattern, subject, seen, rest);
    if (late && has(pattern))
      diagnostics_.report(arm.span, diag::NeverReached).fix(arm.span, "", "take it out");
  }
}

void Checker::checkPattern(ast::ExprId pattern, TypeId subject, Seen &seen, bool &rest) {
  if (!has(pattern)) {
    rest = true;
    return;
  }
  const auto *call = std::get_if<ast::CallExpr>(&expr(pattern).node);
  std::string name = spelling(expr(call && has(call->callee) ? call->callee : pattern));
  const bool named = kindOf(aim(subject)) == TypeKind::Enum || kindOf(aim(subject)) == TypeKind::Union;
  if (std::holds_alternative<ast::MemberExpr>(expr(pattern).node) && !named) name.clear();
  if (name == "_") {
    info(pattern).type = subject;
    seen.try_emplace(name, expr(pattern).span);
    rest = true;
    return;
  }
  const bool isCase = kindOf(aim(subject)) == TypeKind::Union && name != "none";
  const TypeId found = isCase ? info(pattern).type : check(pattern, subject);
  if (!found.valid() || isError(found)) rest = true; // a misspelt case is no missing case
  if (name.empty()) return;
  const auto [first, isNew] = seen.try_emplace(name, expr(pattern).span);
  if (!isNew)
    diagnostics_.report(expr(pattern).span, diag::DuplicateCase, name)
        .label(first->second, "first handled here");
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
  if (kindOf(subject) == TypeKind::Probe) subject = types_.of(TypeKind::Int);
  const TypeId target = aim(subject);
  const bool isNone = has(is.pattern) && std::holds_alternative<ast::NoneExpr>(expr(is.pattern).node);
  if (has(is.pattern) && kindOf(target) == TypeKind::Union && !isNone)
    checkCasePattern(is.pattern, target, false);
  else
    check(is.pattern, subject);
  return types_.of(TypeKind::Bool);
}

} // namespace pipelang::sema
