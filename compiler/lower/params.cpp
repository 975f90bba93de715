// Parameters of the program: values that come from the command line, or late, from whoever starts the
// pipeline.
#include "compiler/lower/lowering.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

namespace {

/// `5min` as a Q; empty: it is none.
template <typename Q> std::optional<Value> quantity(llvm::StringRef text, std::int64_t (*sizeOf)(Unit)) {
  const std::size_t digits = text.find_first_not_of("0123456789._");
  if (digits == llvm::StringRef::npos) return std::nullopt;
  const std::optional<Unit> unit = unitFromText(text.drop_front(digits));
  if (!unit || sizeOf(*unit) == 0) return std::nullopt;
  llvm::Expected<std::int64_t> count = scaleNumeral(text.take_front(digits), sizeOf(*unit));
  if (count) return Value{Q{*count}, {}};
  llvm::consumeError(count.takeError());
  return std::nullopt;
}

bool isVersion(llvm::StringRef text) {
  return !text.empty() && llvm::isDigit(text.front()) && llvm::isDigit(text.back()) && !text.contains("..") &&
         llvm::all_of(text, [](char c) { return llvm::isDigit(c) || c == '.'; });
}

/// `text` in type `id`; empty: it is none. What conditions say of it is checked by the caller.
std::optional<Value> readParam(const sema::Program &program, sema::TypeId id, llvm::StringRef text) {
  const sema::Type &type = program.types[id];
  std::int64_t number = 0;
  switch (type.kind) {
  case sema::TypeKind::Optional:
    if (text == "none") return Value{plan::NoneValue{}, {}};
    return readParam(program, type.element, text);
  case sema::TypeKind::Refined:
  case sema::TypeKind::Opaque: return readParam(program, type.element, text);
  case sema::TypeKind::Bool:
    if (text == "true" || text == "false") return Value{text == "true", {}};
    return std::nullopt;
  case sema::TypeKind::Int:
  case sema::TypeKind::Port:
    if (text.getAsInteger(10, number)) return std::nullopt;
    return Value{number, {}};
  case sema::TypeKind::Duration: return quantity<Duration>(text, millisecondsIn);
  case sema::TypeKind::Bytes: return quantity<Bytes>(text, bytesIn);
  case sema::TypeKind::Percent: return quantity<Percent>(text, percentIn);
  case sema::TypeKind::Cpu: return quantity<Cpu>(text, cpuIn);
  case sema::TypeKind::Rate: return quantity<Rate>(text, rateIn);
  case sema::TypeKind::Version:
    if (!isVersion(text)) return std::nullopt;
    return Value{plan::VersionValue{text.str()}, {}};
  case sema::TypeKind::Enum:
    for (sema::SymbolId value : program.symbols[type.symbol].members)
      if (program.symbols[value].name == text) return Value{eval::EnumCase{value}, {}};
    return std::nullopt;
  default: return Value::ofText(text.str());
  }
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

void Lowering::declareParam(sema::SymbolId id) {
  const sema::Symbol &symbol = program_.symbols[id];
  const ast::Decl &decl = program_.module(symbol.module).tree->declarations[symbol.declaration];
  const auto &declaration = std::get<ast::ParamDecl>(decl.node);
  plan::Param param{symbol.name, evaluator_.lateType(symbol.type), {}, decl.doc, symbol.span};
  Value value = Value::error();
  const auto given = options_.params.find(symbol.name);
  if (given != options_.params.end()) {
    if (auto read = readParam(program_, symbol.type, given->second))
      value = evaluator_.checked(std::move(*read), symbol.type, symbol.span);
    else
      reporter_.report(symbol.span, diag::BadParam, given->second, sema::toText(program_, symbol.type));
  } else if (declaration.defaultValue) {
    const Place place{symbol.module, *declaration.defaultValue};
    value = evaluator_.evaluate(place);
    if (!refuseLate(value, evaluator_.exprAt(place).span, "the default of `" + symbol.name + "`",
                    "make the type optional (`?`), and say where it is used what holds for `none`"))
      value = Value::error();
  } else if (!lateParams_) {
    reporter_.report(symbol.span, diag::MissingParam, symbol.name)
        .note("give it: `--param " + symbol.name + "=…`, or a default: `= …`");
  }
  if (!value.isError()) param.defaultValue = eval::toPlan(program_, value);
  paramValues_[id] = std::move(value);
  params_[id] = plan_.params.add(std::move(param));
}

Value Lowering::paramValue(sema::SymbolId symbol) {
  const plan::Param &param = plan_.params[params_[symbol]];
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
