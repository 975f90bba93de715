// Calls of what is declared: which argument goes to which parameter.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

TypeId Checker::checkCall(ast::ExprId id, const ast::CallExpr &call, TypeId expected) {
  const TypeId target = aim(expected);
  const auto *name = has(call.callee) ? std::get_if<ast::NameExpr>(&expr(call.callee).node) : nullptr;
  if (const SymbolId one = name ? caseNamed(target, name->name) : SymbolId(); one.valid())
    return makeCase(id, &call, one, expected);
  if (reportUnknownCase(call.callee, target)) {
    checkAll(call.arguments);
    return error();
  }
  const TypeId callee = check(call.callee, {}, Use::Callee);
  const SymbolId symbol = has(call.callee) ? info(call.callee).symbol : SymbolId();
  if (isError(callee) && (!symbol.valid() || kindOf(program_.symbols[symbol].type) != TypeKind::Fn)) {
    checkAll(call.arguments);
    return error();
  }
  if (!symbol.valid()) return callValue(id, call, callee);
  switch (program_.symbols[symbol].kind) {
  case SymbolKind::Fn:
  case SymbolKind::Task:
  case SymbolKind::Service:
  case SymbolKind::Reader: info(id).symbol = symbol; return callDeclared(id, call, symbol, expected);
  case SymbolKind::UnionCase: return makeCase(id, &call, symbol, expected);
  case SymbolKind::Builtin: info(id).symbol = symbol; return callBuiltin(id, call, symbol);
  default: break;
  }
  return callValue(id, call, callee);
}

/// A call of a value: of a `fn` type, or a mistake.
TypeId Checker::callValue(ast::ExprId id, const ast::CallExpr &call, TypeId callee) {
  const Type known = type(callee);
  if (known.kind == TypeKind::Fn) {
    std::vector<ParameterView> parameters;
    for (std::size_t i = 0; i < known.parameters.size(); ++i)
      parameters.push_back({std::to_string(i + 1)});
    const auto placed = mapArguments("this function", parameters, call, expr(id).span);
    for (std::size_t i = 0; i < placed.size(); ++i)
      if (placed[i].valid()) check(placed[i], known.parameters[i]);
    info(id).arguments = placed;
    return known.element;
  }
  const SymbolId symbol = info(call.callee).symbol;
  const bool named = symbol.valid() && known.kind == TypeKind::Void;
  auto builder = diagnostics_.report(expr(call.callee).span, diag::NotCallable,
                                     named ? described(symbol) : "a `" + text(callee) + "`");
  if (named && program_.symbols[symbol].kind == SymbolKind::Record)
    builder.note("make one: `" + program_.symbols[symbol].name + " { … }`");
  checkAll(call.arguments);
  return error();
}

/// Tasks make steps and services make servers: only some bodies have them.
bool Checker::mayCall(SymbolId callee, Span span) {
  const Symbol &symbol = program_.symbols[callee];
  if (symbol.kind == SymbolKind::Task && !place_.steps) {
    diagnostics_.report(span, diag::TaskOutside, "task", symbol.name)
        .note("tasks make steps: call it in a job or a task");
    return false;
  }
  if (symbol.kind == SymbolKind::Service && !place_.service) {
    diagnostics_.report(span, diag::TaskOutside, "service", symbol.name)
        .note("start it in a job: `service name = " + symbol.name + "(…)`");
    return false;
  }
  return true;
}

const std::vector<ast::Parameter> &Checker::parametersOf(SymbolId callee) const {
  const ast::Decl &decl = declOf(program_.symbols[callee]);
  if (const auto *fn = std::get_if<ast::FnDecl>(&decl.node)) return fn->parameters;
  if (const auto *task = std::get_if<ast::TaskDecl>(&decl.node)) return task->parameters;
  if (const auto *service = std::get_if<ast::ServiceDecl>(&decl.node)) return service->parameters;
  return std::get<ast::ReaderDecl>(decl.node).parameters;
}

TypeId Checker::callDeclared(ast::ExprId id, const ast::CallExpr &call, SymbolId callee, TypeId expected) {
  TypeId result = typeOf(callee, expr(call.callee).span);
  if (!mayCall(callee, expr(call.callee).span)) {
    checkAll(call.arguments);
    return error();
  }
  place_.service = false; // only the outermost call of `service x = …` starts one
  const Symbol symbol = program_.symbols[callee];
  const std::vector<ast::Parameter> &declared = parametersOf(callee);
  std::vector<ParameterView> parameters;
  for (const ast::Parameter &parameter : declared) {
    const TypeId wanted = program_.symbols[symbol.members[parameters.size()]].type;
    parameters.push_back({parameter.name.text, parameter.defaultValue || isOptional(program_, wanted)});
  }
  const auto placed = mapArguments(calleeName(call.callee), parameters, call, expr(id).span, callee);
  if (symbol.kind == SymbolKind::Fn && kindOf(result) == TypeKind::Fn) result = type(result).element;
  Bound bound;
  const std::size_t errors = diagnostics_.errorCount();
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (!placed[i].valid()) continue;
    const TypeId wanted = program_.symbols[symbol.members[i]].type;
    noteDeprecated(declared[i].annotations, "parameter `" + declared[i].name.text + "`",
                   expr(placed[i]).span);
    Restore<Reason> reason(reason_, Reason{placed[i], symbol.members[i]});
    checkAgainst(placed[i], wanted.valid() ? wanted : error(), callee, bound);
  }
  info(id).arguments = placed;
  if (symbol.kind == SymbolKind::Service) return types_.named(TypeKind::Service, callee);
  if (symbol.typeParameters.empty()) return result;
  if (expected.valid() && unbound(result, callee, bound).valid()) matchTypes(result, aim(expected), bound);
  if (unbound(result, callee, bound).valid() && diagnostics_.errorCount() != errors) return error();
  return settled(result, callee, bound, expr(id).span);
}

/// As it is written: `python.setup`.
std::string Checker::calleeName(ast::ExprId callee) {
  if (!has(callee)) return {};
  if (const auto *name = std::get_if<ast::NameExpr>(&expr(callee).node)) return name->name;
  const auto *member = std::get_if<ast::MemberExpr>(&expr(callee).node);
  return member ? calleeName(member->object) + "." + member->member.text : std::string();
}

static std::string countText(const std::vector<ParameterView> &parameters) {
  const std::size_t count = parameters.size();
  return count == 0 ? "no arguments" : count == 1 ? "one argument" : std::to_string(count) + " arguments";
}

std::vector<ast::ExprId> Checker::mapArguments(const std::string &callee,
                                               const std::vector<ParameterView> &parameters,
                                               const ast::CallExpr &call, Span span, SymbolId declared) {
  std::vector<ast::ExprId> placed(parameters.size());
  std::int64_t positional = 0;
  bool wrong = false;
  for (const ast::Argument &argument : call.arguments) {
    if (argument.name) {
      wrong |= !placeArgument(callee, parameters, argument, placed);
      continue;
    }
    const std::size_t index = positional++;
    if (index < placed.size() && !placed[index].valid())
      placed[index] = argument.value;
    else {
      if (index < placed.size())
        diagnostics_.report(argument.span, diag::DuplicateArgument, parameters[index].name);
      check(argument.value, error());
      wrong = true;
    }
  }
  if (positional > static_cast<std::int64_t>(placed.size())) {
    const Span extra = call.arguments.empty() ? span : call.arguments.back().span;
    diagnostics_.report(extra, diag::TooManyArguments, callee, countText(parameters), positional);
  }
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < placed.size(); ++i)
    if (!placed[i].valid() && !parameters[i].hasDefault) missing.push_back(parameters[i].name);
  if (!wrong && !missing.empty()) {
    auto builder = diagnostics_.report(span, diag::MissingArgument, callee, listed(missing));
    explainMissing(builder, declared, missing);
  }
  return placed;
}

/// A named argument. False: it fits nowhere, which has been reported.
bool Checker::placeArgument(const std::string &callee, const std::vector<ParameterView> &parameters,
                            const ast::Argument &argument, std::vector<ast::ExprId> &placed) {
  std::vector<std::string> names;
  const std::string &name = argument.name->text;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    names.push_back(parameters[i].name);
    if (parameters[i].name != name) continue;
    if (!placed[i].valid()) {
      placed[i] = argument.value;
      return true;
    }
    diagnostics_.report(argument.name->span, diag::DuplicateArgument, name)
        .label(expr(placed[i]).span, "first given here");
    check(argument.value, error());
    return false;
  }
  check(argument.value, error());
  if (name.empty()) return false;
  const Suggestion near = suggest(name, names);
  auto builder = diagnostics_.report(argument.name->span, diag::UnknownArgument, callee, name, near.text);
  offer(builder, argument.name->span, near);
  if (near.name.empty() && !names.empty()) builder.note("it has " + listed(names));
  return false;
}

} // namespace pipelang::sema
