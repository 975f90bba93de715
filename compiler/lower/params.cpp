// Parameters of the program: values that come from the command line, or late, from whoever starts the
// pipeline.
#include "compiler/plan/params.h"
#include "compiler/lower/lowering.h"
#include "compiler/sema/agreement.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

namespace {

/// `text` in type `id`; empty: it is none. What conditions say of it is checked by the caller.
std::optional<Value> readParam(const eval::Evaluator &evaluator, sema::TypeId id, llvm::StringRef text) {
  const sema::Program &program = evaluator.program();
  const sema::Type &type = program.types[id];
  switch (type.kind) {
  case sema::TypeKind::Optional:
    if (text == "none") return Value{plan::NoneValue{}, {}};
    return readParam(evaluator, type.element, text);
  case sema::TypeKind::Refined:
  case sema::TypeKind::Opaque: return readParam(evaluator, type.element, text);
  case sema::TypeKind::Enum:
    for (sema::SymbolId value : program.symbols[type.symbol].members)
      if (program.symbols[value].name == text) return Value{eval::EnumCase{value}, {}};
    return std::nullopt;
  default: break;
  }
  std::optional<plan::Value> read = plan::readValue(evaluator.lateType(id), text);
  if (!read) return std::nullopt;
  return std::visit(
      [](auto &node) -> std::optional<Value> {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, std::string>)
          return Value::ofText(std::move(node));
        else if constexpr (std::is_constructible_v<decltype(Value::node), Node>)
          return Value{std::move(node), {}};
        else
          return std::nullopt;
      },
      read->node);
}

} // namespace

void Lowering::declareParams() {
  for (const ast::Decl &decl : program_.modules[0].tree->declarations)
    if (const auto *pipeline = std::get_if<ast::PipelineDecl>(&decl.node))
      for (ast::StmtId id : pipeline->body)
        if (const auto *trigger = std::get_if<ast::TriggerStmt>(&tree().statements[id].node))
          lateParams_ |= trigger->event.text == "dispatch" || trigger->event.text == "call";
  std::vector<std::string> names;
  for (std::size_t i = 0; i < program_.symbols.size(); ++i) {
    const sema::Symbol &symbol = program_.symbols[sema::SymbolId(i)];
    if (symbol.kind != sema::SymbolKind::Param) continue;
    names.push_back(symbol.name);
    declareParam(sema::SymbolId(i));
  }
  for (const auto &[name, value] : options_.params) {
    if (llvm::is_contained(names, name)) continue;
    const std::string near = nearestName(name, names);
    auto builder = reporter_.report({program_.modules[0].tree->file, 0, 0}, diag::UnknownParam, name,
                                    near.empty() ? "" : "; did you mean `" + near + "`?");
    builder.note(names.empty() ? "declare it: `param " + name + ": string = \"…\"`"
                               : "there are: " + llvm::join(names, ", "));
  }
}

/// A default may name parameters that stand below it. False: `id` is just being declared, and leads to
/// itself.
bool Lowering::declareParam(sema::SymbolId id) {
  if (params_.count(id) > 0) return true;
  if (!begunParams_.insert(id).second) return false;
  const sema::Symbol &symbol = program_.symbols[id];
  const ast::Decl &decl = program_.module(symbol.module).tree->declarations[symbol.declaration];
  const auto &declaration = std::get<ast::ParamDecl>(decl.node);
  plan::Param param{symbol.name, evaluator_.lateType(symbol.type),    {},       {},
                    {},          sema::toText(program_, symbol.type), decl.doc, symbol.span};
  Value value = Value::error();
  const auto given = options_.params.find(symbol.name);
  if (given != options_.params.end()) {
    if (auto read = readParam(evaluator_, symbol.type, given->second))
      value = evaluator_.checked(std::move(*read), symbol.type, symbol.span);
    else
      reporter_.report(symbol.span, diag::BadParam, given->second, sema::toText(program_, symbol.type));
  } else if (declaration.defaultValue) {
    const Place place{symbol.module, *declaration.defaultValue};
    value = evaluator_.evaluate(place);
    if (!refuseLate(value, evaluator_.exprAt(place).span, "the default of `" + symbol.name + "`",
                    "make the type optional (`?`), and say where it is used what holds for `none`"))
      value = Value::error();
  } else if (sema::isOptional(program_, symbol.type)) {
    value = Value{plan::NoneValue{}, {}};
  } else if (!lateParams_) {
    reporter_.report(symbol.span, diag::MissingParam, symbol.name)
        .note("give it: `--param " + symbol.name + "=…`, or a default: `= …`");
  }
  if (!value.isError()) param.defaultValue = eval::toPlan(program_, value);
  paramValues_[id] = std::move(value);
  params_[id] = plan_.params.add(std::move(param));
  if (!lateParams_ || options_.params.count(symbol.name) > 0) return true;
  std::vector<plan::ExprId> conditions;
  addConditions(id, symbol.type, conditions);
  std::optional<plan::ExprId> check = allOf(std::move(conditions), symbol.span);
  plan_.params[params_[id]].check = check;
  return true;
}

/// What must hold of a parameter that is given when the pipeline is started, by its type.
void Lowering::addConditions(sema::SymbolId id, sema::TypeId typeId, std::vector<plan::ExprId> &conditions) {
  const sema::Type type = program_.types[typeId];
  if (type.kind == sema::TypeKind::Refined || type.kind == sema::TypeKind::Opaque ||
      type.kind == sema::TypeKind::Optional)
    addConditions(id, type.element, conditions);
  plan::Param &param = plan_.params[params_[id]];
  const Value value = paramValue(id, param.origin);
  auto compare = [&](plan::CompareOp op, const Value &bound) {
    std::optional<plan::ExprId> literal = evaluator_.toLate(bound, param.type, param.origin);
    plan::Expr expr;
    expr.type = plan::ValueType::Bool;
    expr.node = plan::Compare{op, value.as<eval::Late>()->expr, *literal};
    return evaluator_.late(std::move(expr), {}, param.origin).as<eval::Late>()->expr;
  };
  if (type.kind == sema::TypeKind::Port) {
    conditions.push_back(compare(plan::CompareOp::GreaterEqual, {std::int64_t(1), {}}));
    conditions.push_back(compare(plan::CompareOp::LessEqual, {std::int64_t(65535), {}}));
  } else if (type.kind == sema::TypeKind::Enum) {
    std::vector<plan::ExprId> equals;
    for (sema::SymbolId choice : program_.symbols[type.symbol].members) {
      param.choices.push_back(program_.symbols[choice].name);
      equals.push_back(compare(plan::CompareOp::Equal, {eval::EnumCase{choice}, {}}));
    }
    plan::Expr any;
    any.type = plan::ValueType::Bool;
    any.node = plan::AnyOf{std::move(equals)};
    conditions.push_back(evaluator_.late(std::move(any), {}, param.origin).as<eval::Late>()->expr);
  } else if (type.kind == sema::TypeKind::Refined) {
    const sema::ModuleId module(type.module);
    const std::vector<sema::SymbolId> &it = evaluator_.infoAt({module, type.condition}).binds;
    Value previous = it.empty() ? Value{} : evaluator_.bind(it[0], value);
    Value holds = evaluator_.evaluate({module, type.condition});
    if (!it.empty()) evaluator_.bind(it[0], std::move(previous));
    if (const auto *late = holds.as<eval::Late>()) conditions.push_back(late->expr);
  } else if (type.kind >= sema::TypeKind::Duration && type.kind <= sema::TypeKind::Image) {
    const std::string name = sema::toText(program_, typeId);
    std::optional<plan::ExprId> form =
        evaluator_.toLate(Value::ofText(name), plan::ValueType::String, param.origin);
    plan::Expr fits;
    fits.type = plan::ValueType::Bool;
    fits.node = plan::Apply{"fits", {value.as<eval::Late>()->expr, *form}};
    conditions.push_back(evaluator_.late(std::move(fits), {}, param.origin).as<eval::Late>()->expr);
  }
}

Value Lowering::paramValue(sema::SymbolId symbol, Span use) {
  if (!declareParam(symbol)) {
    reporter_.report(use, diag::CircularDefinition, program_.symbols[symbol].name,
                     "what it may be depends on it");
    return Value::error();
  }
  const plan::Param &param = plan_.params[params_[symbol]];
  const sema::TypeId type = program_.symbols[symbol].type;
  if (!type.valid() || program_.types[type].kind == sema::TypeKind::Error) return Value::error();
  if (options_.params.count(param.name) > 0 || !lateParams_) return paramValues_[symbol];
  Labels labels;
  if (param.type == plan::ValueType::String) {
    labels.untrusted = true;
    labels.untrustedAt = param.origin;
  }
  plan::Expr expr;
  expr.type = param.type;
  expr.node = plan::ParamRef{params_[symbol]};
  return evaluator_.late(std::move(expr), labels, param.origin);
}

} // namespace pipelang::lowering
