// Records and environments: fields with defaults, amended copies, overlays.
#include "compiler/eval/evaluator.h"
#include "compiler/sema/agreement.h"

namespace pipelang::eval {

/// The values of `arguments`, which are fields. Error value: one has no value.
Value Evaluator::fields(const Place &place, llvm::ArrayRef<ast::Argument> arguments,
                        std::vector<std::pair<std::string, Value>> &out) {
  for (const ast::Argument &argument : arguments) {
    Value value = evaluate({place.module, argument.value});
    if (argument.name) out.emplace_back(argument.name->text, std::move(value));
  }
  return {Nothing{}, {}};
}

Value Evaluator::makeRecord(sema::SymbolId id, std::vector<std::pair<std::string, Value>> fields, Span span) {
  if (!id.valid() || !spend(span)) return Value::error();
  if (isTooDeep(span)) return Value::error();
  const sema::Symbol &symbol = symbolAt(id);
  const ast::Module &tree = *program_.module(symbol.module).tree;
  if (symbol.declaration >= tree.declarations.size()) return Value::error();
  const auto *declaration = std::get_if<ast::RecordDecl>(&tree.declarations[symbol.declaration].node);
  if (!declaration) return Value::error();
  auto data = std::make_shared<RecordData>();
  data->record = id;
  ++depth_;
  std::vector<Value> previous;
  for (std::size_t i = 0; i < declaration->fields.size() && i < symbol.members.size(); ++i) {
    const ast::FieldDecl &field = declaration->fields[i];
    auto given = std::find_if(fields.begin(), fields.end(),
                              [&](auto &entry) { return entry.first == field.name.text; });
    Value value = given != fields.end() ? given->second
                  : field.defaultValue  ? evaluate({symbol.module, *field.defaultValue})
                  : sema::isOptional(program_, symbolAt(symbol.members[i]).type)
                      ? Value{plan::NoneValue{}, {}}
                      : Value::error();
    data->fields.emplace_back(field.name.text, value);
    previous.push_back(bind(symbol.members[i], std::move(value)));
  }
  for (std::size_t i = previous.size(); i-- > 0;)
    bind(symbol.members[i], std::move(previous[i]));
  --depth_;
  if (!meets(*data, span)) return Value::error();
  return {Record{data}, {}};
}

/// Whether a record meets the conditions of its declaration; one that it does not meet is reported.
bool Evaluator::meets(const RecordData &data, Span span) {
  const sema::Symbol &symbol = symbolAt(data.record);
  const ast::Module &tree = *program_.module(symbol.module).tree;
  const auto &declared = std::get<ast::RecordDecl>(tree.declarations[symbol.declaration].node);
  if (declared.refinements.empty()) return true;
  std::vector<Value> previous;
  for (std::size_t i = 0; i < data.fields.size(); ++i)
    previous.push_back(bind(symbol.members[i], data.fields[i].second));
  bool good = true;
  for (const auto &[name, field] : data.fields)
    good &= !field.isError();
  for (const ast::Refinement &refinement : declared.refinements)
    good = good && holds(symbol.module, refinement, {Record{std::make_shared<const RecordData>(data)}, {}},
                         symbol.name, span);
  for (std::size_t i = previous.size(); i-- > 0;)
    bind(symbol.members[i], std::move(previous[i]));
  return good;
}

Value Evaluator::record(const Place &place, const ast::RecordExpr &expr) {
  sema::TypeId type = infoAt(place).type;
  sema::TypeKind kind = kindOf(type);
  if (kind == sema::TypeKind::Map) return {Map{std::make_shared<MapData>()}, {}};
  if (kind != sema::TypeKind::Record && kind != sema::TypeKind::Environment) return Value::error();
  std::vector<std::pair<std::string, Value>> values;
  fields(place, expr.fields, values);
  while (program_.types[type].kind != kind)
    type = program_.types[type].element;
  return makeRecord(program_.types[type].symbol, std::move(values), exprAt(place).span);
}

Value Evaluator::amend(const Place &place, const ast::AmendExpr &expr) {
  Place basePlace{place.module, expr.base};
  sema::SymbolId named = infoAt(basePlace).symbol;
  bool constructs = named.valid() && (symbolAt(named).kind == sema::SymbolKind::Record ||
                                      symbolAt(named).kind == sema::SymbolKind::TypeAlias);
  if (constructs) return record(place, ast::RecordExpr{expr.fields});
  Value base = evaluate(basePlace);
  if (base.is<Probe>()) return amendProbe(place, base, expr.fields);
  const Record *record = base.as<Record>();
  if (!record) {
    reportLate(reporter_, plan_, base, exprAt(basePlace).span, "an amended copy");
    return Value::error();
  }
  std::vector<std::pair<std::string, Value>> changes;
  fields(place, expr.fields, changes);
  auto copy = std::make_shared<RecordData>(*record->data);
  copy->environment = {};
  for (auto &[name, value] : changes)
    for (auto &[field, old] : copy->fields)
      if (field == name) old = value;
  if (!meets(*copy, exprAt(place).span)) return Value::error();
  return {Record{copy}, base.labels};
}

Value Evaluator::amendProbe(const Place &place, const Value &base, llvm::ArrayRef<ast::Argument> arguments) {
  std::vector<std::pair<std::string, Value>> changes;
  fields(place, arguments, changes);
  plan::Probe probe = *base.as<Probe>()->probe;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto &[name, value] = changes[i];
    if (i < arguments.size() &&
        reportLate(reporter_, plan_, value, exprAt({place.module, arguments[i].value}).span, name))
      return Value::error();
    const Duration *duration = value.as<Duration>();
    const std::int64_t *number = value.as<std::int64_t>();
    if (name == "every" && duration)
      probe.every = *duration;
    else if (name == "after" && duration)
      probe.after = *duration;
    else if (name == "timeout" && duration)
      probe.timeout = *duration;
    else if (name == "failures" && number)
      probe.failures = static_cast<int>(*number);
    else if (name == "status" && number)
      probe.expectedStatus = static_cast<int>(*number);
  }
  return {Probe{std::make_shared<const plan::Probe>(std::move(probe))}, base.labels};
}

Value Evaluator::environmentRecord(sema::SymbolId id) {
  auto found = lets_.find(id);
  if (found != lets_.end()) return found->second;
  if (!letsInProgress_.insert(id).second) return Value::error();
  const sema::Symbol &symbol = symbolAt(id);
  const sema::Module &module = program_.module(symbol.module);
  const auto &declaration =
      std::get<ast::EnvironmentDecl>(module.tree->declarations[symbol.declaration].node);
  std::vector<std::pair<std::string, Value>> fields;
  sema::SymbolId record = program_.environmentRecord;
  if (declaration.base) {
    auto base = module.scope.find(declaration.base->text);
    if (base != module.scope.end() && symbolAt(base->second).kind == sema::SymbolKind::Environment) {
      Value value = environmentRecord(base->second);
      if (const Record *data = value.as<Record>()) {
        fields = data->data->fields;
        record = data->data->record;
      }
    }
  } else if (symbol.type.valid() && program_.types[symbol.type].symbol.valid() &&
             symbolAt(program_.types[symbol.type].symbol).kind == sema::SymbolKind::Record) {
    record = program_.types[symbol.type].symbol;
  }
  for (ast::StmtId statement : declaration.body) {
    const auto *setting = std::get_if<ast::SettingStmt>(&module.tree->statements[statement].node);
    if (!setting) continue;
    Value value = evaluate({symbol.module, setting->value});
    auto old = std::find_if(fields.begin(), fields.end(),
                            [&](auto &entry) { return entry.first == setting->name.text; });
    if (old != fields.end())
      old->second = std::move(value);
    else
      fields.emplace_back(setting->name.text, std::move(value));
  }
  Value value = makeRecord(record, std::move(fields), symbol.span);
  if (const Record *made = value.as<Record>()) {
    auto own = std::make_shared<RecordData>(*made->data);
    own->environment = id;
    value.node = Record{std::move(own)};
  }
  letsInProgress_.erase(id);
  lets_[id] = value;
  return value;
}

} // namespace pipelang::eval
