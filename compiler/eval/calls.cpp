// Calls: arguments and defaults, functions of the user's.
#include "compiler/eval/evaluator.h"
#include "compiler/sema/agreement.h"

namespace pipelang::eval {

std::string Evaluator::qualifiedName(sema::SymbolId id) const {
  const sema::Symbol &symbol = symbolAt(id);
  const sema::Module &module = program_.module(symbol.module);
  if (!module.isLibrary) return symbol.name;
  llvm::StringRef name = module.name;
  name.consume_front("std.");
  if (name == "prelude") return symbol.name;
  return (name + "." + symbol.name).str();
}

const std::vector<ast::Parameter> *Evaluator::parametersOf(sema::SymbolId callee) const {
  const sema::Symbol &symbol = symbolAt(callee);
  const ast::Module &tree = *program_.module(symbol.module).tree;
  if (symbol.declaration >= tree.declarations.size()) return nullptr;
  const auto &node = tree.declarations[symbol.declaration].node;
  if (const auto *fn = std::get_if<ast::FnDecl>(&node)) return &fn->parameters;
  if (const auto *declared = std::get_if<ast::UnionDecl>(&node))
    return symbol.kind == sema::SymbolKind::UnionCase ? &declared->cases[symbol.index].fields : nullptr;
  if (const auto *task = std::get_if<ast::TaskDecl>(&node)) return &task->parameters;
  if (const auto *service = std::get_if<ast::ServiceDecl>(&node)) return &service->parameters;
  if (const auto *reader = std::get_if<ast::ReaderDecl>(&node)) return &reader->parameters;
  return nullptr;
}

Evaluator::Bound Evaluator::bindArguments(const Place &place, sema::SymbolId callee) {
  Bound bound;
  const sema::Symbol &symbol = symbolAt(callee);
  const std::vector<ast::Parameter> *parameters = parametersOf(callee);
  if (!parameters) return bound;
  const std::vector<ast::ExprId> &given = infoAt(place).arguments;
  // All arguments first: they are the caller's, who may be this very function's user twice.
  bound.values.resize(parameters->size(), Value::error());
  for (std::size_t i = 0; i < parameters->size(); ++i)
    if (i < given.size() && given[i].valid()) bound.values[i] = evaluate({place.module, given[i]});
  for (std::size_t i = 0; i < parameters->size(); ++i) {
    bool isGiven = i < given.size() && given[i].valid();
    const std::optional<ast::ExprId> &fallback = (*parameters)[i].defaultValue;
    if (!isGiven && fallback)
      bound.values[i] = evaluate({symbol.module, *fallback});
    else if (!isGiven && i < symbol.members.size())
      bound.values[i] = sema::isOptional(program_, symbolAt(symbol.members[i]).type)
                            ? Value{plan::NoneValue{}, {}}
                            : Value::error();
    if (i < symbol.members.size())
      bound.previous.emplace_back(symbol.members[i], bind(symbol.members[i], bound.values[i]));
  }
  return bound;
}

void Evaluator::restore(Bound &bound) {
  for (auto entry = bound.previous.rbegin(); entry != bound.previous.rend(); ++entry)
    bind(entry->first, std::move(entry->second));
  bound.previous.clear();
}

Value Evaluator::callFn(const Place &place, sema::SymbolId fn) {
  const sema::Symbol &symbol = symbolAt(fn);
  const auto *declaration =
      std::get_if<ast::FnDecl>(&program_.module(symbol.module).tree->declarations[symbol.declaration].node);
  if (!declaration) return Value::error();
  if (declaration->native || !declaration->body) return host_.call(place, fn);
  Span span = exprAt(place).span;
  if (isTooDeep(span)) return Value::error();
  ++depth_;
  Bound bound = bindArguments(place, fn);
  Value value;
  {
    TrailScope trail(reporter_, {"in `" + qualifiedName(fn) + "`, called here", span});
    value = evaluate({symbol.module, *declaration->body});
  }
  restore(bound);
  --depth_;
  return value;
}

/// A case of a union, its fields bound for the defaults of those after them.
Value Evaluator::makeCase(const Place &place, sema::SymbolId id) {
  const sema::Symbol &one = symbolAt(id);
  const ast::Module &tree = *program_.module(one.module).tree;
  const auto *declared = std::get_if<ast::UnionDecl>(&tree.declarations[one.declaration].node);
  if (!declared) return Value::error();
  if (isTooDeep(exprAt(place).span)) return Value::error();
  ++depth_;
  Bound bound = bindArguments(place, id);
  restore(bound);
  --depth_;
  for (const Value &field : bound.values)
    if (field.isError()) return Value::error();
  return {Case{id, std::make_shared<const Values>(std::move(bound.values))}, {}};
}

/// A call through a parameter of a function type: its arguments are given by position.
Value Evaluator::call(const Place &place, const ast::CallExpr &expr) {
  sema::SymbolId callee = infoAt(place).symbol;
  if (!callee.valid()) {
    Value function = evaluate({place.module, expr.callee});
    if (const Function *fn = function.as<Function>())
      callee = fn->symbol;
    else
      return Value::error();
  }
  const sema::Symbol &symbol = symbolAt(callee);
  switch (symbol.kind) {
  case sema::SymbolKind::Fn: return callFn(place, callee);
  case sema::SymbolKind::Builtin: return callBuiltin(place, symbol.name);
  case sema::SymbolKind::UnionCase: return makeCase(place, callee);
  case sema::SymbolKind::Task:
  case sema::SymbolKind::Service:
  case sema::SymbolKind::Reader: return host_.call(place, callee);
  case sema::SymbolKind::Parameter:
  case sema::SymbolKind::LocalLet:
  case sema::SymbolKind::LoopVariable:
  case sema::SymbolKind::Field:
  case sema::SymbolKind::Binding:
  case sema::SymbolKind::Let: {
    Value function = evaluate({place.module, expr.callee});
    if (const Function *fn = function.as<Function>()) return callFn(place, fn->symbol);
    return Value::error();
  }
  default: return Value::error();
  }
}

} // namespace pipelang::eval
