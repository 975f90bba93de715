// Calls of builtins: their signatures stand in builtins.def.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

static const std::string &builtinName(const Program &program, SymbolId symbol) {
  return program.symbols[symbol].name;
}

TypeId Checker::callBuiltin(ast::ExprId id, const ast::CallExpr &call, SymbolId callee) {
  const std::string name = builtinName(program_, callee);
  if (name == "native") return callNative(id, call);
  if ((name == "emitted" || name == "snapshot") && place_.body != BodyKind::Test) {
    diagnostics_.report(expr(call.callee).span, diag::OnlyInTests, name);
    checkAll(call.arguments);
    return error();
  }
  const Signature signature = parseSignature(allBuiltins()[program_.symbols[callee].index].signature);
  std::map<std::string, TypeId> bound;
  if (!signature.parameters.empty() && signature.parameters[0].repeated) {
    for (const ast::Argument &argument : call.arguments) {
      checkBuiltinArgument(argument.value, signature.parameters[0].type, bound);
      info(id).arguments.push_back(argument.value);
    }
    if (call.arguments.empty())
      diagnostics_.report(expr(id).span, diag::MissingArgument, name, "at least one argument");
    return fromPattern(signature.result, bound);
  }
  std::vector<ParameterView> parameters;
  for (const SignatureParameter &parameter : signature.parameters)
    parameters.push_back({parameter.name, parameter.hasDefault});
  const auto placed = mapArguments(name, parameters, call, expr(id).span);
  for (std::size_t i = 0; i < placed.size(); ++i)
    if (placed[i].valid()) checkBuiltinArgument(placed[i], signature.parameters[i].type, bound);
  info(id).arguments = placed;
  if (name == "contains" && placed[0].valid() && placed[1].valid()) checkContained(placed[0], placed[1]);
  const TypeId result = fromPattern(signature.result, bound);
  if (name == "min" || name == "max" || name == "sum") return checkFold(name, placed, result);
  return result.valid() ? result : error();
}

/// `min` and `max` are of values with an order, `sum` of numbers and quantities.
TypeId Checker::checkFold(const std::string &name, const std::vector<ast::ExprId> &arguments, TypeId result) {
  const TypeKind kind = result.valid() ? plainKind(result) : TypeKind::Error;
  const bool adds = kind == TypeKind::Int || (isQuantity(kind) && kind != TypeKind::Version);
  if (kind == TypeKind::Error) return error();
  if (name == "sum" ? adds : isOrdered(kind)) return withoutRefinement(program_, result);
  diagnostics_.report(expr(arguments[0]).span, diag::TypeMismatch,
                      name == "sum" ? "a list of numbers or quantities" : "a list of values with an order",
                      text(types_.list(result)));
  return error();
}

/// `contains(in, value)`: the value is a part, an element or a key.
void Checker::checkContained(ast::ExprId in, ast::ExprId value) {
  const TypeId where = bare(info(in).type);
  TypeId wanted = types_.of(TypeKind::String);
  if (kindOf(where) == TypeKind::List) wanted = type(where).element;
  if (kindOf(where) == TypeKind::Map) wanted = type(where).key;
  if (isError(where)) wanted = error();
  check(value, wanted);
}

/// `native("git.checkout", depth = depth)`: the first argument is its name, the others are passed on.
TypeId Checker::callNative(ast::ExprId id, const ast::CallExpr &call) {
  const bool library = program_.modules[place_.module].isLibrary;
  if (!library || place_.body != BodyKind::TaskLocal)
    diagnostics_.report(expr(id).span, diag::LibraryOnly, "`native(…)`, in `on local` bodies of tasks,");
  bool first = true;
  for (const ast::Argument &argument : call.arguments) {
    const TypeId found = check(argument.value, first ? types_.of(TypeKind::String) : TypeId());
    if (!first)
      requireText(argument.value, kindOf(found) == TypeKind::Optional ? type(found).element : found);
    first = false;
    info(id).arguments.push_back(argument.value);
  }
  return types_.of(TypeKind::UsesResult);
}

void Checker::checkBuiltinArgument(ast::ExprId argument, const Pattern &pattern,
                                   std::map<std::string, TypeId> &bound) {
  if (pattern.name == "Output") return requireArtifact(argument);
  const bool isContainedValue = pattern.name == "T" && bound.count("Sized");
  if (isContainedValue) return; // checkContained knows what it must be
  const TypeId wanted = fromPattern(pattern, bound);
  const TypeId found = check(argument, wanted);
  if (wanted.valid() || isError(found)) {
    if (pattern.name == "Sized") bound["Sized"] = found;
    return;
  }
  if (matches(pattern, bare(found), bound)) return;
  diagnostics_.report(expr(argument).span, diag::TypeMismatch, patternText(pattern), text(found));
  info(argument).type = error();
}

std::string Checker::patternText(const Pattern &pattern) {
  if (pattern.name == "Sized") return "a string, list or map";
  if (pattern.name == "Text") return "text";
  if (pattern.arguments.empty()) return pattern.name.size() == 1 ? "…" : pattern.name;
  std::string result = pattern.name + "[";
  for (std::size_t i = 0; i < pattern.arguments.size(); ++i)
    result += (i ? ", " : "") + patternText(pattern.arguments[i]);
  return result + "]";
}

/// Whether `actual` is what `pattern` says; type variables are bound on the way.
bool Checker::matches(const Pattern &pattern, TypeId actual, std::map<std::string, TypeId> &bound) {
  const Type known = type(actual);
  if (known.kind == TypeKind::Error) return true;
  if (pattern.name == "Text") return hasText(program_, actual);
  if (pattern.name == "Sized") {
    bound["Sized"] = actual;
    return known.kind == TypeKind::List || known.kind == TypeKind::Map || known.kind == TypeKind::String ||
           isCheckedText(known.kind);
  }
  if (pattern.name.size() == 1) {
    auto [place, isNew] = bound.try_emplace(pattern.name, actual);
    return isNew || agree(program_, actual, place->second) != Agreement::No;
  }
  if (pattern.name == "list")
    return known.kind == TypeKind::List && matches(pattern.arguments[0], known.element, bound);
  if (pattern.name == "map")
    return known.kind == TypeKind::Map && matches(pattern.arguments[0], known.key, bound) &&
           matches(pattern.arguments[1], known.element, bound);
  return agree(program_, actual, types_.of(builtinType(pattern.name))) != Agreement::No;
}

/// The type `pattern` says; invalid: it has variables that are not bound.
TypeId Checker::fromPattern(const Pattern &pattern, const std::map<std::string, TypeId> &bound) {
  TypeId result;
  if (pattern.name == "list" || pattern.name == "map") {
    std::vector<TypeId> arguments;
    for (const Pattern &argument : pattern.arguments)
      arguments.push_back(fromPattern(argument, bound));
    for (TypeId argument : arguments)
      if (!argument.valid()) return {};
    result = arguments.size() == 1 ? types_.list(arguments[0]) : types_.map(arguments[0], arguments[1]);
  } else if (auto found = bound.find(pattern.name); found != bound.end()) {
    result = found->second;
  } else if (pattern.name == "Environment") {
    result = program_.environmentRecord.valid()
                 ? types_.named(TypeKind::Environment, program_.environmentRecord)
                 : error();
  } else if (const TypeKind kind = builtinType(pattern.name); kind != TypeKind::Error) {
    result = types_.of(kind);
  } else if (prelude_.valid()) {
    const auto &scope = program_.module(prelude_).scope;
    auto declared = scope.find(pattern.name);
    if (declared != scope.end()) result = program_.symbols[declared->second].type;
  }
  return pattern.optional && result.valid() ? types_.optional(result) : result;
}

/// An output of a job that keeps files: `files(…)` or a report.
void Checker::requireArtifact(ast::ExprId argument) {
  const TypeId found = check(argument);
  if (isError(found)) return;
  const SymbolId symbol = info(argument).symbol;
  const bool isOutput = symbol.valid() && program_.symbols[symbol].kind == SymbolKind::Output;
  if (isOutput && (kindOf(found) == TypeKind::Files || kindOf(found) == TypeKind::Record)) return;
  auto builder = diagnostics_.report(expr(argument).span, diag::NotAnArtifact);
  if (isOutput) builder.label(program_.symbols[symbol].span, "this output is a `" + text(found) + "`");
  builder.note("keep files with `out name = files(\"…\")` in the job, and name that output here");
}

} // namespace pipelang::sema
