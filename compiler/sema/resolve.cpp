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
    result = isError(made.element) ? error() : types_.intern(made);
  }
  program_.modules[place_.module].types[id.index()] = result;
  return result;
}

TypeId Checker::resolveNamed(const ast::NamedType &named, Span span) {
  if (named.path.empty() || named.path.front().text.empty()) return error();
  const std::string &name = named.path.front().text;
  std::vector<TypeId> arguments;
  for (ast::TypeId argument : named.arguments)
    arguments.push_back(resolve(argument));
  const std::size_t wanted = named.path.size() > 1 ? 0 : name == "list" ? 1 : name == "map" ? 2 : 0;
  if (arguments.size() != wanted) {
    diagnostics_.report(span, diag::TypeArguments, name,
                        wanted == 0   ? "no types"
                        : wanted == 1 ? "one type"
                                      : "two types, key and value",
                        std::int64_t(arguments.size()));
    return error();
  }
  if (wanted == 1) return types_.list(arguments[0]);
  if (wanted == 2) return types_.map(arguments[0], arguments[1]);
  bool incomplete = false;
  const SymbolId symbol = lookup(name, incomplete);
  if (named.path.size() == 1) {
    if (!symbol.valid()) {
      if (const TypeKind kind = builtinType(name); kind != TypeKind::Error) return types_.of(kind);
      if (name == "Job") return types_.named(TypeKind::Node, anyJob_);
      if (name == "Gate") return types_.named(TypeKind::Node, anyGate_);
      if (name == "Deployment") return types_.named(TypeKind::Node, anyDeployment_);
    }
    return incomplete && !symbol.valid() ? error() : typeNamed(symbol, name, named.path.front().span);
  }
  if (!symbol.valid() || program_.symbols[symbol].kind != SymbolKind::Module) {
    if (!incomplete) diagnostics_.report(named.path.front().span, diag::UnknownType, name, "");
    return error();
  }
  const ModuleId module = program_.symbols[symbol].module;
  if (!module.valid()) return error();
  const ast::Name &member = named.path[1];
  const auto &scope = program_.module(module).scope;
  auto found = scope.find(member.text);
  if (found != scope.end() && program_.symbols[found->second].isPrivate && module.index() != place_.module) {
    diagnostics_.report(member.span, diag::PrivateName, member.text, program_.module(module).name);
    return error();
  }
  return typeNamed(found == scope.end() ? SymbolId() : found->second, name + "." + member.text, member.span);
}

/// The type that `symbol` declares; anything else is a diagnostic about `name`.
TypeId Checker::typeNamed(SymbolId symbol, const std::string &name, Span span) {
  if (symbol.valid()) {
    switch (program_.symbols[symbol].kind) {
    case SymbolKind::Record: return types_.named(TypeKind::Record, symbol);
    case SymbolKind::Enum: return types_.named(TypeKind::Enum, symbol);
    case SymbolKind::TypeAlias: return aliasType(symbol, span);
    default: break;
    }
  }
  std::vector<std::string> candidates = builtinTypeNames();
  const auto add = [&](const std::map<std::string, SymbolId> &scope) {
    for (const auto &[known, id] : scope) {
      const SymbolKind kind = program_.symbols[id].kind;
      if (kind == SymbolKind::Record || kind == SymbolKind::Enum || kind == SymbolKind::TypeAlias)
        candidates.push_back(known);
    }
  };
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
  if (!declared) return error(); // a union: reported where it is declared
  if (states_[alias.index()] == State::Running) {
    reportCircle(alias, use);
    return error();
  }
  states_[alias.index()] = State::Running;
  running_.push_back(alias);
  Restore<Place> place(place_, Place{});
  place_.module = symbol.module.index();
  TypeId result = resolve(declared->type);
  if (kindOf(result) == TypeKind::Refined && !type(result).symbol.valid()) {
    Type named = type(result);
    named.symbol = alias;
    result = types_.intern(named);
  }
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
  }
}

} // namespace pipelang::sema
