#include "compiler/plan/evaluate.h"
#include "compiler/eval/evaluator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipelang::eval {

Evaluator::Evaluator(const sema::Program &program, plan::Plan &plan, Reporter &reporter, Host &host,
                     Limits limits)
    : program_(program), plan_(plan), reporter_(reporter), host_(host), limits_(limits),
      stepsLeft_(limits.steps) {
  bindings_.resize(program.symbols.size());
  for (const sema::Module &module : program.modules)
    limits_.steps += limits.stepsPerExpression * static_cast<std::int64_t>(module.expressions.size());
  stepsLeft_ = limits_.steps;
}

/// One step of work; false: there is none left.
bool Evaluator::spend(Span span) {
  if (stepsLeft_-- > 0) return true;
  if (exhausted_) return false;
  exhausted_ = true;
  Span place = generators_.empty() ? span : generators_.front();
  reporter_.report(place, diag::OutOfFuel, limits_.steps)
      .note("the language is for configuration: compute less here");
  return false;
}

/// A text of this size is about to be made; false: it is too much.
bool Evaluator::spendBytes(std::size_t bytes, Span span) {
  bytesMade_ += bytes;
  if (bytes <= limits_.textBytes && bytesMade_ <= limits_.totalBytes) return true;
  if (!exhausted_) {
    if (bytes > limits_.textBytes)
      reporter_.report(span, diag::TextTooLarge, limits_.textBytes);
    else
      reporter_.report(span, diag::TextsTooLarge, limits_.totalBytes);
  }
  exhausted_ = true;
  stepsLeft_ = 0;
  return false;
}

/// Calls, records and cases within each other, by their defaults too: no circle, for those are the checker's.
bool Evaluator::isTooDeep(Span span) {
  if (depth_ < limits_.depth) return false;
  if (!tooDeep_ && !reporter_.hasErrors())
    reporter_.report(span, diag::ChainTooLong, std::int64_t(limits_.depth));
  tooDeep_ = true;
  return true;
}

/// What fits on a stack of 8 MiB several times over.
static constexpr int mostNested = 1500;

Value Evaluator::evaluate(const Place &place) {
  if (!place.expr.valid()) return Value::error();
  if (!spend(exprAt(place).span)) return Value::error();
  if (nesting_ >= mostNested) {
    if (!tooDeep_) reporter_.report(exprAt(place).span, diag::ChainTooLong, std::int64_t(mostNested));
    tooDeep_ = true;
    return Value::error();
  }
  ++nesting_;
  Value value = visit(place);
  --nesting_;
  if (!weigh(value, exprAt(place).span)) return Value::error();
  sema::TypeId checkedAs = infoAt(place).checkedAs;
  if (!checkedAs.valid() || value.isError()) return value;
  return checked(std::move(value), checkedAs, exprAt(place).span);
}

/// Dispatches on the kind of expression.
struct Visitor {
  Evaluator &evaluator;
  const Place &place;

  Value operator()(const ast::ErrorExpr &) { return Value::error(); }
  Value operator()(const ast::NumberExpr &expr) { return evaluator.number(place, expr); }
  Value operator()(const ast::StringExpr &expr) { return evaluator.text(place, expr); }
  Value operator()(const ast::BoolExpr &expr) { return {expr.value, {}}; }
  Value operator()(const ast::NoneExpr &) { return {plan::NoneValue{}, {}}; }
  Value operator()(const ast::NameExpr &) {
    return evaluator.name(place, evaluator.infoAt(place).symbol, evaluator.exprAt(place).span);
  }
  Value operator()(const ast::MemberExpr &expr) { return evaluator.member(place, expr); }
  Value operator()(const ast::IndexExpr &expr) { return evaluator.index(place, expr); }
  Value operator()(const ast::CallExpr &expr) { return evaluator.call(place, expr); }
  Value operator()(const ast::ListExpr &expr) { return evaluator.list(place, expr); }
  Value operator()(const ast::ListForExpr &expr) { return evaluator.listFor(place, expr); }
  Value operator()(const ast::RecordExpr &expr) { return evaluator.record(place, expr); }
  Value operator()(const ast::MapExpr &expr) { return evaluator.map(place, expr.entries); }
  Value operator()(const ast::MapForExpr &expr) { return evaluator.mapFor(place, expr); }
  Value operator()(const ast::AmendExpr &expr) { return evaluator.amend(place, expr); }
  Value operator()(const ast::UnaryExpr &expr) { return evaluator.unary(place, expr); }
  Value operator()(const ast::BinaryExpr &expr) { return evaluator.binary(place, expr); }
  Value operator()(const ast::IsExpr &expr) { return evaluator.is(place, expr); }
  Value operator()(const ast::IfExpr &expr) { return evaluator.conditional(place, expr); }
  Value operator()(const ast::MatchExpr &expr) { return evaluator.match(place, expr); }
  Value operator()(const ast::ScriptExpr &) { return evaluator.host_.action(place); }
  Value operator()(const ast::ExecExpr &) { return evaluator.host_.action(place); }
  Value operator()(const ast::UsesExpr &) { return evaluator.host_.action(place); }
};

Value Evaluator::visit(const Place &place) {
  return std::visit(Visitor{*this, place}, exprAt(place).node);
}

static Value outcomeNamed(llvm::StringRef name) {
  std::optional<plan::Outcome> outcome = plan::outcomeFromText(name);
  return outcome ? Value{OutcomeCase{*outcome}, {}} : Value::error();
}

Value Evaluator::name(const Place &place, sema::SymbolId id, Span span) {
  if (!id.valid()) {
    const auto *name = std::get_if<ast::NameExpr>(&exprAt(place).node);
    if (name && name->name == "nothing") return {Nothing{}, {}};
    return name ? outcomeNamed(name->name) : Value::error();
  }
  const sema::Symbol &symbol = symbolAt(id);
  switch (symbol.kind) {
  case sema::SymbolKind::Let: return valueOfLet(id, span);
  case sema::SymbolKind::Fn: return {Function{id}, {}};
  case sema::SymbolKind::EnumValue: return {EnumCase{id}, {}};
  case sema::SymbolKind::UnionCase: return makeCase(place, id);
  case sema::SymbolKind::Environment: return environmentRecord(id);
  case sema::SymbolKind::Parameter:
  case sema::SymbolKind::LocalLet:
  case sema::SymbolKind::LoopVariable:
  case sema::SymbolKind::Field:
  case sema::SymbolKind::Binding:
  case sema::SymbolKind::It: return bindings_[id.index()];
  case sema::SymbolKind::Secret:
  case sema::SymbolKind::Param:
  case sema::SymbolKind::Job:
  case sema::SymbolKind::Gate:
  case sema::SymbolKind::Deployment:
  case sema::SymbolKind::ServiceInstance:
  case sema::SymbolKind::ServicePort: return host_.valueOf(id, span);
  case sema::SymbolKind::Builtin:
    if (symbol.name == "nothing") return {Nothing{}, {}};
    return outcomeNamed(symbol.name);
  case sema::SymbolKind::Output:
  case sema::SymbolKind::Module:
  case sema::SymbolKind::Record:
  case sema::SymbolKind::Enum:
  case sema::SymbolKind::Union:
  case sema::SymbolKind::TypeParameter:
  case sema::SymbolKind::TypeAlias:
  case sema::SymbolKind::Task:
  case sema::SymbolKind::Service:
  case sema::SymbolKind::Reader:
  case sema::SymbolKind::Pipeline:
  case sema::SymbolKind::Test: return Value::error();
  }
  llvm_unreachable("all kinds of symbols are handled");
}

Value Evaluator::valueOfLet(sema::SymbolId id, Span use) {
  auto found = lets_.find(id);
  if (found != lets_.end()) return found->second;
  const sema::Symbol &symbol = symbolAt(id);
  const ast::Module &tree = *program_.module(symbol.module).tree;
  const auto *let = std::get_if<ast::LetDecl>(&tree.declarations[symbol.declaration].node);
  if (!let || !letsInProgress_.insert(id).second) return Value::error(); // sema has reported the circle
  Value value;
  if (let->native) {
    value = host_.valueOf(id, use);
  } else if (let->value) {
    TrailScope trail(reporter_, {"`" + symbol.name + "` is used here", use});
    value = evaluate({symbol.module, *let->value});
  } else {
    value = Value::error();
  }
  letsInProgress_.erase(id);
  if (notes_ && !let->native) noteBinding(id, value);
  if (!value.labels.secret()) lets_[id] = value; // each use of a secret is checked against its place
  return value;
}

/// Names of the user's own files; the library's are its own affair.
void Evaluator::noteBinding(sema::SymbolId id, const Value &value) {
  const sema::Symbol &symbol = symbolAt(id);
  if (program_.module(symbol.module).isLibrary) return;
  const char *kind = symbol.kind == sema::SymbolKind::LoopVariable ? "for"
                     : symbol.kind == sema::SymbolKind::Parameter  ? "parameter"
                                                                   : "let";
  note(*notes_, plan_, kind, symbol.name, symbol.span, value);
}

Value Evaluator::bind(sema::SymbolId symbol, Value value) {
  if (!symbol.valid()) return Value::error();
  if (notes_) noteBinding(symbol, value);
  return std::exchange(bindings_[symbol.index()], std::move(value));
}

bool Evaluator::isNativeLet(sema::SymbolId id) const {
  const sema::Symbol &symbol = symbolAt(id);
  if (symbol.kind != sema::SymbolKind::Let) return false;
  const ast::Module &tree = *program_.module(symbol.module).tree;
  const auto *let = std::get_if<ast::LetDecl>(&tree.declarations[symbol.declaration].node);
  return let && let->native;
}

Value Evaluator::member(const Place &place, const ast::MemberExpr &expr) {
  sema::SymbolId id = infoAt(place).symbol;
  if (id.valid() && symbolAt(id).kind != sema::SymbolKind::Output) return name(place, id, exprAt(place).span);
  const sema::SymbolId owner = infoAt({place.module, expr.object}).symbol;
  if (owner.valid() && isNativeLet(owner))
    return host_.factOf(owner, expr.member.text, infoAt(place).type, exprAt(place).span);
  Value object = evaluate({place.module, expr.object});
  if (object.is<plan::NoneValue>()) return object; // `a?.b`
  return memberOfValue(object, expr.member.text, place);
}

Value Evaluator::memberOfValue(const Value &object, llvm::StringRef member, const Place &place) {
  if (object.isError()) return object;
  if (const Record *record = object.as<Record>()) {
    const Value *field = record->data->find(member);
    if (!field) return Value::error();
    Value value = *field;
    value.labels.join(object.labels);
    return value;
  }
  if (object.isLate()) return memberOfLate(object, member, place);
  if (const List *list = object.as<List>()) { // `unit.all.coverage`: of each
    Values all;
    for (const Value &element : *list->elements)
      all.push_back(memberOfValue(element, member, place));
    if (llvm::any_of(all, [](const Value &value) { return value.isError(); })) return Value::error();
    return Value::ofList(std::move(all));
  }
  return host_.memberOf(object, member, exprAt(place).span);
}

Value Evaluator::memberOfLate(const Value &object, llvm::StringRef member, const Place &place) {
  plan::Expr field;
  field.type = lateType(infoAt(place).type);
  field.node = plan::FieldOf{object.as<Late>()->expr, member.str()};
  return late(std::move(field), object.labels, exprAt(place).span);
}

Value Evaluator::index(const Place &place, const ast::IndexExpr &expr) {
  Value object = evaluate({place.module, expr.object});
  Value key = evaluate({place.module, expr.index});
  if (!expr.more.empty()) {
    Values keys = {std::move(key)};
    for (ast::ExprId more : expr.more)
      keys.push_back(evaluate({place.module, more}));
    bool wrong = llvm::any_of(keys, [](const Value &value) { return value.isError(); });
    key = wrong ? Value::error() : Value::ofList(std::move(keys));
  }
  if (object.isError() || key.isError()) return Value::error();
  Span span = exprAt({place.module, expr.index}).span;
  if (object.is<NodeMap>()) return host_.cellOf(object, key, span);
  if (key.isLate() || object.isLate()) {
    reporter_.report(span, diag::LateIndex)
        .note("choose among them: `match` or `if … then … else` over the late value");
    return Value::error();
  }
  Labels labels = object.labels;
  labels.join(key.labels);
  auto withLabels = [&](Value value) {
    value.labels.join(labels);
    return value;
  };
  if (const List *list = object.as<List>()) {
    const std::int64_t *at = key.as<std::int64_t>();
    if (at && *at >= 0 && static_cast<std::size_t>(*at) < list->elements->size())
      return withLabels((*list->elements)[static_cast<std::size_t>(*at)]);
    reporter_.report(span, diag::IndexOutOfRange, at ? *at : 0,
                     static_cast<std::int64_t>(list->elements->size()));
  } else if (const Map *map = object.as<Map>()) {
    for (const auto &[candidate, value] : map->data->entries)
      if (equal(candidate, key)) return withLabels(value);
    reporter_.report(span, diag::UnknownKey, toText(program_, key).value_or("?"));
  }
  return Value::error();
}

Value Evaluator::list(const Place &place, const ast::ListExpr &expr) {
  Values elements;
  elements.reserve(expr.elements.size());
  for (ast::ExprId element : expr.elements)
    elements.push_back(evaluate({place.module, element}));
  return Value::ofList(std::move(elements));
}

Value Evaluator::listFor(const Place &place, const ast::ListForExpr &expr) {
  Values elements;
  forEach(place.module, expr.generators, [&] { elements.push_back(evaluate({place.module, expr.element})); });
  return Value::ofList(std::move(elements));
}

void Evaluator::addEntry(MapData &map, const Place &place, const ast::MapEntry &entry) {
  Value key = evaluate({place.module, entry.key});
  Value value = evaluate({place.module, entry.value});
  if (key.isError()) return;
  if (key.isLate()) {
    reporter_.report(exprAt({place.module, entry.key}).span, diag::LateKey)
        .note("let the late value be what stands under a key that is known");
    return;
  }
  map.entries.emplace_back(std::move(key), std::move(value));
}

/// Reports keys that come twice; linear for scalars, which is what keys are.
static void reportRepeatedKeys(Evaluator &evaluator, const MapData &map, Span span) {
  std::set<std::string> seen;
  for (const auto &[key, value] : map.entries) {
    std::string text = toText(evaluator.program(), key).value_or("");
    if (!seen.insert(text).second) evaluator.reporter().report(span, diag::RepeatedKey, text);
  }
}

Value Evaluator::map(const Place &place, llvm::ArrayRef<ast::MapEntry> entries) {
  auto data = std::make_shared<MapData>();
  for (const ast::MapEntry &entry : entries)
    addEntry(*data, place, entry);
  if (!reporter_.hasErrors())
    reportRepeatedKeys(*this, *data, exprAt(place).span); // literal keys are the checker's
  return {Map{data}, {}};
}

Value Evaluator::mapFor(const Place &place, const ast::MapForExpr &expr) {
  auto data = std::make_shared<MapData>();
  forEach(place.module, expr.generators, [&] { addEntry(*data, place, expr.entry); });
  reportRepeatedKeys(*this, *data, exprAt(place).span);
  return {Map{data}, {}};
}

void Evaluator::forEach(sema::ModuleId module, llvm::ArrayRef<ast::Generator> generators,
                        llvm::function_ref<void()> body) {
  generators_.push_back(generators.empty() ? Span{} : generators.front().span);
  round(module, generators, body);
  generators_.pop_back();
}

/// The rounds of the first generator, each with those of the rest; false: give up.
bool Evaluator::round(sema::ModuleId module, llvm::ArrayRef<ast::Generator> generators,
                      llvm::function_ref<void()> body) {
  if (generators.empty()) {
    body();
    return !exhausted_;
  }
  const ast::Generator &generator = generators.front();
  Place sourcePlace{module, generator.source};
  Value source = evaluate(sourcePlace);
  if (source.isLate()) {
    reporter_.report(exprAt(sourcePlace).span, diag::LateSource)
        .note("go through a list that is known, and ask for the late value in a `when` or an `if`");
    return true;
  }
  if (!affordable(module, generators, source)) return false;
  llvm::ArrayRef<sema::SymbolId> variables = infoAt(sourcePlace).binds;
  auto one = [&](const Value &first, const Value *second) {
    if (!spend(generator.span)) return false;
    if (!variables.empty()) bind(variables[0], first);
    if (second && variables.size() > 1) bind(variables[1], *second);
    if (generator.condition) {
      Value holds = evaluate({module, *generator.condition});
      if (holds.isLate())
        reporter_.report(exprAt({module, *generator.condition}).span, diag::LateSource)
            .note("keep the element, and choose what it becomes: `if … then … else`");
      if (!holds.is<bool>() || !*holds.as<bool>()) return !exhausted_;
    }
    return round(module, generators.drop_front(), body);
  };
  if (const List *list = source.as<List>()) {
    for (const Value &element : *list->elements)
      if (!one(element, nullptr)) return false;
  } else if (const Map *map = source.as<Map>()) {
    for (const auto &[key, value] : map->data->entries)
      if (!one(key, &value)) return false;
  } else if (source.is<NodeMap>()) {
    for (const auto &[key, value] : host_.cellsOf(source))
      if (!one(key, &value)) return false;
  }
  return true;
}

} // namespace pipelang::eval
