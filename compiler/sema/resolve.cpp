// Types as written -> types.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

TypeId Checker::resolve(ast::TypeId id) {
  if (!tree().types.contains(id)) return error();
  if (const TypeId known = program_.modules[place_.module].types[id.index()]; known.valid()) return known;
  const ast::TypeExpr &written = tree().types[id];
  TypeId result = error();
  if (const auto *named = std::get_if<ast::NamedType>(&written.node))
    result = resolveNamed(*named, written.span);
  if (const auto *optional = std::get_if<ast::OptionalType>(&written.node))
    result = types_.optional(resolve(optional->inner));
  if (const auto *fn = std::get_if<ast::FnType>(&written.node)) {
    Type made;
    made.kind = TypeKind::Fn;
    for (ast::TypeId parameter : fn->parameters)
      made.parameters.push_back(resolve(parameter));
    made.element = resolve(fn->result);
    result = types_.intern(made);
  }
  if (const auto *refined = std::get_if<ast::RefinedType>(&written.node)) {
    Type made;
    made.kind = TypeKind::Refined;
    made.element = resolve(refined->inner);
    made.module = place_.module;
    made.condition = refined->refinement.condition;
    made.message = refined->refinement.message;
    result = isError(made.element) ? error() : types_.intern(made);
  }
  program_.modules[place_.module].types[id.index()] = result;
  return result;
}

/// Whether as many types stand in brackets as `name` takes; else a diagnostic.
bool Checker::checkTypeCount(const std::string &name, std::size_t wanted, const ast::NamedType &written,
                             Span span) {
  if (written.arguments.size() == wanted) return true;
  const std::string takes = wanted == 0     ? "no types"
                            : wanted == 1   ? "one type"
                            : name == "map" ? "two types, key and value"
                                            : std::to_string(wanted) + " types";
  diagnostics_.report(span, diag::TypeArguments, name, takes, std::int64_t(written.arguments.size()));
  return false;
}

TypeId Checker::resolveNamed(const ast::NamedType &named, Span span) {
  if (named.path.empty() || named.path.front().text.empty()) return error();
  const std::string &name = named.path.front().text;
  bool incomplete = false;
  const SymbolId symbol = lookup(name, incomplete);
  if (named.path.size() > 1) {
    if (symbol.valid() && program_.symbols[symbol].kind == SymbolKind::Module)
      return resolveIn(named, symbol);
    if (!incomplete) diagnostics_.report(named.path.front().span, diag::UnknownType, name, "");
    return error();
  }
  if (!symbol.valid() && (name == "list" || name == "map")) {
    if (!checkTypeCount(name, name == "list" ? 1 : 2, named, span)) return error();
    const TypeId first = resolve(named.arguments[0]);
    return name == "list" ? types_.list(first) : types_.map(first, resolve(named.arguments[1]));
  }
  if (!symbol.valid()) {
    TypeId known;
    if (const TypeKind kind = builtinType(name); kind != TypeKind::Error) known = types_.of(kind);
    if (name == "Job") known = types_.named(TypeKind::Node, anyJob_);
    if (name == "Gate") known = types_.named(TypeKind::Node, anyGate_);
    if (name == "Deployment") known = types_.named(TypeKind::Node, anyDeployment_);
    if (known.valid()) return checkTypeCount(name, 0, named, span) ? known : error();
    if (incomplete) return error();
  }
  return typeNamed(symbol, name, named, named.path.front().span);
}

/// `git.Ref`: a type of the module that `symbol` is.
TypeId Checker::resolveIn(const ast::NamedType &named, SymbolId symbol) {
  const ModuleId module = program_.symbols[symbol].module;
  if (!module.valid()) return error();
  const ast::Name &member = named.path[1];
  const auto &scope = program_.module(module).scope;
  auto found = scope.find(member.text);
  if (found != scope.end() && program_.symbols[found->second].isPrivate && module.index() != place_.module) {
    auto builder =
        diagnostics_.report(member.span, diag::PrivateName, member.text, program_.module(module).name);
    labelDeclared(builder, found->second, "declared here");
    return error();
  }
  return typeNamed(found == scope.end() ? SymbolId() : found->second,
                   named.path.front().text + "." + member.text, named, member.span);
}

/// The type that `symbol` declares; anything else is a diagnostic about `name`.
TypeId Checker::typeNamed(SymbolId symbol, const std::string &name, const ast::NamedType &written,
                          Span span) {
  if (symbol.valid()) {
    const Symbol &declared = program_.symbols[symbol];
    const std::size_t parameters = declared.typeParameters.size();
    const SymbolKind kind = declared.kind;
    const bool isType = kind == SymbolKind::Record || kind == SymbolKind::Enum || kind == SymbolKind::Union ||
                        kind == SymbolKind::TypeAlias || kind == SymbolKind::TypeParameter;
    if (isType && !checkTypeCount(name, parameters, written, span)) return error();
    if (isType && kind != SymbolKind::TypeParameter)
      noteDeprecated(declOf(declared).annotations, described(symbol), span);
    if (kind == SymbolKind::TypeParameter) return types_.named(TypeKind::Variable, symbol);
    if (kind == SymbolKind::Enum) return types_.named(TypeKind::Enum, symbol);
    if (kind == SymbolKind::TypeAlias) return aliasType(symbol, span);
    if (isType) {
      std::vector<TypeId> arguments;
      for (ast::TypeId argument : written.arguments)
        arguments.push_back(resolve(argument));
      return types_.named(kind == SymbolKind::Record ? TypeKind::Record : TypeKind::Union, symbol,
                          std::move(arguments));
    }
  }
  std::vector<std::string> candidates = builtinTypeNames();
  const auto add = [&](const std::map<std::string, SymbolId> &scope) {
    for (const auto &[known, id] : scope) {
      const SymbolKind kind = program_.symbols[id].kind;
      if (kind == SymbolKind::Record || kind == SymbolKind::Enum || kind == SymbolKind::Union ||
          kind == SymbolKind::TypeAlias || kind == SymbolKind::TypeParameter)
        candidates.push_back(known);
    }
  };
  if (place_.frame) add(place_.frame->names);
  add(program_.modules[place_.module].scope);
  if (prelude_.valid()) add(program_.module(prelude_).scope);
  const Suggestion near = suggest(name, candidates);
  offer(diagnostics_.report(span, diag::UnknownType, name, near.text), span, near);
  return error();
}

TypeId Checker::aliasType(SymbolId alias, Span use) {
  const Symbol symbol = program_.symbols[alias];
  if (symbol.type.valid()) return symbol.type;
  const auto *declared = std::get_if<ast::TypeDecl>(&declOf(symbol).node);
  if (!declared) return error();
  if (states_[alias.index()] == State::Running) {
    reportCircle(alias, use);
    return error();
  }
  states_[alias.index()] = State::Running;
  running_.push_back(alias);
  Restore<Place> place(place_, Place{});
  place_.module = symbol.module.index();
  TypeId result = resolve(declared->type);
  const bool hides = declared->opaque && !isError(result);
  if (kindOf(result) == TypeKind::Refined && !type(result).symbol.valid()) {
    Type named = type(result);
    named.symbol = alias;
    result = types_.intern(named);
  }
  if (hides) result = types_.opaque(alias, result);
  running_.pop_back();
  states_[alias.index()] = State::Done;
  return program_.symbols[alias].type = result;
}

/// The conditions of all refined types of a module, `it` being the value.
void Checker::checkRefinements(std::uint32_t module) {
  Restore<Place> place(place_, Place{});
  place_.module = module;
  for (std::size_t i = 0; i < tree().types.size(); ++i) {
    const ast::TypeExpr &written = tree().types[tree().types.idAt(i)];
    const auto *refined = std::get_if<ast::RefinedType>(&written.node);
    if (!refined || !has(refined->refinement.condition)) continue;
    Frame frame;
    place_.frame = &frame;
    const TypeId inner = resolve(refined->inner);
    const SymbolId it = declareLocal(SymbolKind::It, {"it", written.span}, inner);
    info(refined->refinement.condition).binds = {it};
    check(refined->refinement.condition, types_.of(TypeKind::Bool));
    checkMessage(refined->refinement);
  }
}

/// What is said where the condition does not hold: a text.
void Checker::checkMessage(const ast::Refinement &refinement) {
  if (refinement.message) check(*refinement.message, types_.of(TypeKind::String));
}

TypeId Checker::bare(TypeId id) const {
  while (id.valid()) {
    const Type &known = type(id);
    const bool own =
        known.kind == TypeKind::Opaque && program_.symbols[known.symbol].module.index() == place_.module;
    if (known.kind != TypeKind::Refined && !own) break;
    id = known.element;
  }
  return id;
}

TypeId Checker::aim(TypeId id) const {
  for (id = bare(id); id.valid() && type(id).kind == TypeKind::Optional;)
    id = bare(type(id).element);
  return id;
}

} // namespace pipelang::sema
