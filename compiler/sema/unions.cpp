// Unions: a value is one of the cases, made like a call and taken apart by `match`.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

/// The case of the Union `type` called `name`.
SymbolId Checker::caseNamed(TypeId id, llvm::StringRef name) const {
  if (kindOf(id) != TypeKind::Union) return {};
  for (SymbolId one : program_.symbols[type(id).symbol].members)
    if (program_.symbols[one].name == name) return one;
  return {};
}

/// `git(url, ref)`, as a pattern is written.
std::string Checker::caseText(SymbolId one) const {
  const Symbol &symbol = program_.symbols[one];
  std::string fields;
  for (SymbolId field : symbol.members)
    fields += (fields.empty() ? "" : ", ") + program_.symbols[field].name;
  return fields.empty() ? symbol.name : symbol.name + "(" + fields + ")";
}

/// `git(url = "…")`, or without `call` a case that holds nothing.
TypeId Checker::makeCase(ast::ExprId id, const ast::CallExpr *call, SymbolId one, TypeId expected) {
  const Symbol made = program_.symbols[one];
  const Span span = expr(id).span;
  info(id).symbol = one;
  if (!define(made.owner, span)) {
    if (call) checkAll(call->arguments);
    return error();
  }
  const auto &declared = std::get<ast::UnionDecl>(declOf(made).node);
  noteDeprecated(declOf(made).annotations, described(made.owner), span);
  Bound bound = boundBy(aim(expected), made.owner);
  std::vector<ParameterView> fields;
  for (const ast::Parameter &field : declared.cases[made.index].fields) {
    const TypeId held = program_.symbols[made.members[fields.size()]].type;
    fields.push_back({field.name.text, field.defaultValue || isOptional(program_, held)});
  }
  const ast::CallExpr none{};
  const auto placed = mapArguments(made.name, fields, call ? *call : none, span, one);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (!placed[i].valid()) continue;
    const SymbolId field = made.members[i];
    noteDeprecated(declared.cases[made.index].fields[i].annotations, described(field), expr(placed[i]).span);
    Restore<Reason> reason(reason_, Reason{placed[i], field});
    const TypeId wanted = program_.symbols[field].type;
    checkAgainst(placed[i], wanted.valid() ? wanted : error(), made.owner, bound);
  }
  info(id).arguments = placed;
  return settled(made.type, made.owner, bound, span);
}

/// A call of an unknown name where a union is wanted. False: it may be something else.
bool Checker::reportUnknownCase(ast::ExprId callee, TypeId expected) {
  const auto *name = has(callee) ? std::get_if<ast::NameExpr>(&expr(callee).node) : nullptr;
  bool incomplete = false;
  if (!name || kindOf(expected) != TypeKind::Union || lookup(name->name, incomplete).valid() || incomplete)
    return false;
  const std::vector<std::string> names = caseNames(expected);
  const Suggestion near = suggest(name->name, names);
  auto builder = diagnostics_.report(expr(callee).span, diag::UnknownMember, "`" + text(expected) + "`",
                                     name->name, near.text);
  builder.note("its cases are " + listed(names));
  offer(builder, expr(callee).span, near);
  return true;
}

/// The case a pattern names, `git` or `Source.git`; invalid: none, which has been reported.
SymbolId Checker::casePattern(ast::ExprId id, TypeId subject) {
  const auto &node = expr(id).node;
  const ast::NameExpr *name = std::get_if<ast::NameExpr>(&node);
  const auto *member = std::get_if<ast::MemberExpr>(&node);
  if (member) {
    check(member->object, {}, Use::Qualifier);
    const SymbolId owner = has(member->object) ? info(member->object).symbol : SymbolId();
    if (!owner.valid() || owner != type(subject).symbol) {
      if (!has(member->object) || !isError(info(member->object).type))
        diagnostics_.report(expr(id).span, diag::NoPattern, "this", text(subject));
      return {};
    }
  }
  if (!name && !member) {
    diagnostics_.report(expr(id).span, diag::NoPattern, "this", text(subject))
        .note("its cases are " + listed(caseNames(subject)));
    return {};
  }
  const std::string &called = name ? name->name : member->member.text;
  const Span span = name ? expr(id).span : member->member.span;
  const SymbolId one = caseNamed(subject, called);
  if (one.valid() || called.empty()) return one;
  const std::vector<std::string> names = caseNames(subject);
  const Suggestion near = suggest(called, names);
  auto builder = diagnostics_.report(span, diag::UnknownMember, "`" + text(subject) + "`", called, near.text);
  builder.note("its cases are " + listed(names));
  offer(builder, span, near);
  return {};
}

} // namespace pipelang::sema
