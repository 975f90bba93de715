// Type parameters: what they stand for is found by matching the types of the arguments against those of the
// parameters, once, from left to right. Nothing is guessed from what happens later.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

/// Types are shared, so that a large one may hold a small one very often: the answer is kept.
bool Checker::mentionsVariables(TypeId id) {
  if (!id.valid()) return false;
  if (mentionsVariables_.size() <= id.index()) mentionsVariables_.resize(program_.types.size(), -1);
  if (const signed char known = mentionsVariables_[id.index()]; known >= 0) return known;
  const Type made = type(id);
  bool mentions = made.kind == TypeKind::Variable || mentionsVariables(made.element) ||
                  (made.key.valid() && mentionsVariables(made.key));
  for (std::size_t i = 0; i < made.parameters.size() && !mentions; ++i)
    mentions = mentionsVariables(made.parameters[i]);
  mentionsVariables_[id.index()] = mentions;
  return mentions;
}

/// `id` with what is bound in the place of its variables.
TypeId Checker::instantiate(TypeId id, const Bound &bound) {
  if (bound.empty() || !mentionsVariables(id)) return id;
  Type made = type(id);
  if (made.kind == TypeKind::Variable) {
    const auto found = bound.find(made.symbol);
    return found == bound.end() ? id : found->second;
  }
  if (made.element.valid()) made.element = instantiate(made.element, bound);
  if (made.key.valid()) made.key = instantiate(made.key, bound);
  for (TypeId &parameter : made.parameters)
    parameter = instantiate(parameter, bound);
  return made.kind == TypeKind::Optional ? types_.optional(made.element) : types_.intern(made);
}

/// Whether a `found` may stand where `pattern` is wanted; the variables of the pattern are bound on the way.
bool Checker::matchTypes(TypeId pattern, TypeId found, Bound &bound) {
  if (!mentionsVariables(pattern)) return fits(found, pattern) == Agreement::Yes;
  const Type want = type(pattern);
  if (want.kind == TypeKind::Variable) {
    const auto known = bound.find(want.symbol);
    if (known != bound.end()) return fits(found, known->second) != Agreement::No;
    if (!isError(found)) bound.emplace(want.symbol, found);
    return true;
  }
  if (isError(found)) return true;
  if (want.kind == TypeKind::Optional) {
    if (kindOf(found) == TypeKind::None) return true;
    return matchTypes(want.element, kindOf(found) == TypeKind::Optional ? type(found).element : found, bound);
  }
  return matchParts(want, type(bare(found)), bound);
}

bool Checker::matchParts(const Type &want, const Type &have, Bound &bound) {
  if (have.kind != want.kind || have.symbol != want.symbol) return false;
  if (have.parameters.size() != want.parameters.size()) return false;
  for (std::size_t i = 0; i < want.parameters.size(); ++i)
    if (!matchTypes(want.parameters[i], have.parameters[i], bound)) return false;
  if (want.key.valid() && !matchTypes(want.key, have.key, bound)) return false;
  return !want.element.valid() || matchTypes(want.element, have.element, bound);
}

/// A type parameter of `owner` in `pattern` that is not bound; invalid: there is none.
SymbolId Checker::unbound(TypeId pattern, SymbolId owner, const Bound &bound) {
  if (!mentionsVariables(pattern)) return {};
  const Type made = type(pattern);
  if (made.kind == TypeKind::Variable) {
    const bool open = program_.symbols[made.symbol].owner == owner && !bound.count(made.symbol);
    return open ? made.symbol : SymbolId();
  }
  std::vector<TypeId> parts = made.parameters;
  parts.push_back(made.element);
  parts.push_back(made.key);
  for (TypeId part : parts)
    if (const SymbolId found = unbound(part, owner, bound); found.valid()) return found;
  return {};
}

/// Checks an argument or field of `owner` whose type is `pattern`, and binds what it tells of the variables.
TypeId Checker::checkAgainst(ast::ExprId value, TypeId pattern, SymbolId owner, Bound &bound) {
  if (!unbound(pattern, owner, bound).valid()) return check(value, instantiate(pattern, bound));
  const std::size_t errors = diagnostics_.errorCount();
  const TypeId found = check(value);
  if (diagnostics_.errorCount() == errors && !matchTypes(pattern, found, bound)) {
    reportMismatch(value, found, instantiate(pattern, bound));
    if (has(value)) info(value).type = error();
  }
  if (diagnostics_.errorCount() != errors) // one mistake, one message: what it leaves open is not told again
    while (true) {
      const SymbolId open = unbound(pattern, owner, bound);
      if (!open.valid()) break;
      bound.emplace(open, error());
    }
  return found;
}

/// `generic` with all its variables bound; one that is not is a diagnostic.
TypeId Checker::settled(TypeId generic, SymbolId owner, const Bound &bound, Span span) {
  const SymbolId open = unbound(generic, owner, bound);
  if (!open.valid()) return instantiate(generic, bound);
  diagnostics_.report(span, diag::UnknownTypeArgument, program_.symbols[open].name, described(owner))
      .note("say the type where the value is kept: `let name: Type = …`");
  return error();
}

/// A Record or Union whose type parameters stand for themselves: as its own declaration sees it.
TypeId Checker::genericType(TypeKind kind, SymbolId symbol) {
  std::vector<TypeId> arguments;
  for (SymbolId parameter : program_.symbols[symbol].typeParameters)
    arguments.push_back(types_.named(TypeKind::Variable, parameter));
  return types_.named(kind, symbol, std::move(arguments));
}

/// What the Record or Union type `generic` says of the type parameters of `owner`.
Bound Checker::boundBy(TypeId generic, SymbolId owner) {
  Bound bound;
  if (!generic.valid() || type(generic).symbol != owner) return bound;
  const std::vector<SymbolId> &parameters = program_.symbols[owner].typeParameters;
  const std::vector<TypeId> &arguments = type(generic).parameters;
  for (std::size_t i = 0; i < parameters.size() && i < arguments.size(); ++i)
    if (kindOf(arguments[i]) != TypeKind::Variable || type(arguments[i]).symbol != parameters[i])
      bound.emplace(parameters[i], arguments[i]);
  return bound;
}

void Checker::bindTypeParameters(SymbolId owner) {
  const std::vector<SymbolId> parameters = program_.symbols[owner].typeParameters;
  for (SymbolId parameter : parameters)
    bind(parameter);
}

} // namespace pipelang::sema
