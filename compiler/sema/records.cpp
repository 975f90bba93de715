// Records, made and amended.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

const ast::RecordDecl *Checker::recordOf(SymbolId record) const {
  return std::get_if<ast::RecordDecl>(&declOf(program_.symbols[record]).node);
}

/// The type of field number `field` of a Record or Environment, resolved where the record is declared.
TypeId Checker::fieldType(TypeId record, std::size_t field) {
  const SymbolId symbol = type(record).symbol;
  const ast::RecordDecl *declared = recordOf(symbol);
  TypeId found;
  {
    Restore<Place> place(place_, Place{});
    place_.module = program_.symbols[symbol].module.index();
    Frame frame;
    place_.frame = &frame;
    bindTypeParameters(symbol);
    found = resolve(declared->fields[field].type);
  }
  return mentionsVariables(found) ? instantiate(found, boundBy(record, symbol)) : found;
}

bool Checker::mayLack(const ast::RecordDecl &declared, TypeId record, std::size_t field) {
  return declared.fields[field].defaultValue || isOptional(program_, fieldType(record, field));
}

TypeId Checker::checkRecord(ast::ExprId id, const ast::RecordExpr &record, TypeId expected) {
  const TypeId target = aim(expected);
  const Type wanted = type(target.valid() ? target : error());
  if (target.valid() && (wanted.kind == TypeKind::Record || wanted.kind == TypeKind::Environment)) {
    const TypeId made = checkRecordFields(target, record.fields, expr(id).span, true);
    return wanted.kind == TypeKind::Environment ? target : made;
  }
  if (wanted.kind == TypeKind::Map && target.valid()) {
    if (record.fields.empty()) return target;
    auto builder = diagnostics_.report(expr(id).span, diag::TypeMismatch, text(target), "a record");
    builder.note("the keys of a map stand in brackets: `[\"key\"] = value`");
    for (const ast::Argument &field : record.fields) {
      check(field.value, wanted.element);
      if (field.name)
        builder.fix(field.name->span, "[\"" + field.name->text + "\"]", "write the key in brackets");
    }
    return error();
  }
  if (wanted.kind == TypeKind::Any && target.valid()) {
    for (const ast::Argument &field : record.fields)
      check(field.value, target);
    return target;
  }
  checkAll(record.fields);
  if (target.valid() && wanted.kind == TypeKind::Error) return error();
  if (target.valid())
    diagnostics_.report(expr(id).span, diag::TypeMismatch, text(target), "a record");
  else
    diagnostics_.report(expr(id).span, diag::NeedsType, "record").note("say which it is: `Name { … }`");
  return error();
}

/// `whole`: fields without a default must be there, and type parameters are what the fields say.
TypeId Checker::checkRecordFields(TypeId record, const std::vector<ast::Argument> &fields, Span span,
                                  bool whole) {
  const SymbolId symbol = type(record).symbol;
  const ast::RecordDecl *declared = recordOf(symbol);
  if (!declared || (whole && !define(symbol, span))) {
    checkAll(fields);
    return error();
  }
  const SymbolId open = whole ? symbol : SymbolId();
  Bound bound = boundBy(record, symbol);
  const TypeId pattern = whole ? program_.symbols[symbol].type : record;
  std::vector<std::string> names;
  for (const ast::FieldDecl &field : declared->fields)
    names.push_back(field.name.text);
  Seen seen;
  bool unknown = false;
  for (const ast::Argument &field : fields) {
    const std::string name = field.name ? field.name->text : std::string();
    const auto found = std::find(names.begin(), names.end(), name);
    if (name.empty() || found == names.end()) {
      check(field.value, error());
      unknown = true;
      if (name.empty()) continue;
      const Suggestion near = suggest(name, names);
      const std::string what = "record `" + program_.symbols[symbol].name + "`";
      auto builder = diagnostics_.report(field.name->span, diag::UnknownField, what, name, near.text);
      offer(builder, field.name->span, near);
      labelDeclared(builder, symbol, "declared here");
      continue;
    }
    auto [first, isNew] = seen.try_emplace(name, field.name->span);
    if (!isNew)
      diagnostics_.report(field.name->span, diag::DuplicateArgument, name)
          .label(first->second, "first given here");
    const std::size_t index = found - names.begin();
    noteDeprecated(declared->fields[index].annotations, "field `" + name + "`", field.name->span);
    Restore<Reason> reason(reason_, Reason{field.value, program_.symbols[symbol].members[index]});
    checkAgainst(field.value, fieldType(pattern, index), open, bound);
  }
  if (!whole) return record;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < declared->fields.size(); ++i) {
    const std::string &name = declared->fields[i].name.text;
    if (!mayLack(*declared, pattern, i) && !seen.count(name)) missing.push_back(name);
  }
  if (!unknown && !missing.empty()) {
    auto builder = diagnostics_.report(span, diag::MissingField,
                                       "record `" + program_.symbols[symbol].name + "`", listed(missing));
    explainMissing(builder, symbol, missing);
  }
  return unknown || !missing.empty() ? instantiate(pattern, bound) : settled(pattern, symbol, bound, span);
}

/// `Type { … }` makes a record, `value { … }` is a copy with changes.
TypeId Checker::checkAmend(ast::ExprId id, const ast::AmendExpr &amend, TypeId expected) {
  const TypeId base = check(amend.base, {}, Use::Qualifier);
  const SymbolId symbol = has(amend.base) ? info(amend.base).symbol : SymbolId();
  const bool names = kindOf(base) == TypeKind::Void && symbol.valid();
  if (names) {
    const TypeId target = aim(expected);
    const bool told = target.valid() && type(target).symbol == symbol && kindOf(target) == TypeKind::Record;
    TypeId made = told ? target : program_.symbols[symbol].type;
    if (program_.symbols[symbol].kind == SymbolKind::TypeAlias)
      made = aim(aliasType(symbol, expr(amend.base).span)); // its condition is checked below
    if (kindOf(made) == TypeKind::Record) {
      made = checkRecordFields(made, amend.fields, expr(amend.base).span, true);
      return program_.symbols[symbol].kind == SymbolKind::TypeAlias && !isError(made)
                 ? madeOfAlias(id, symbol, made)
                 : made;
    }
  }
  const Type known = type(bare(base));
  switch (known.kind) {
  case TypeKind::Record:
  case TypeKind::Environment: {
    const TypeId record = types_.named(TypeKind::Record, known.symbol, known.parameters);
    checkRecordFields(record, amend.fields, expr(id).span, false);
    return record;
  }
  case TypeKind::Probe: checkFieldsBySettings("probe", amend.fields); return base;
  default: break;
  }
  checkAll(amend.fields);
  if (isError(base)) return base;
  diagnostics_.report(expr(amend.base).span, diag::TypeMismatch, "a record",
                      names ? described(symbol) : text(base));
  return error();
}

/// A record written as `Alias { … }`: it must meet the alias's condition.
TypeId Checker::madeOfAlias(ast::ExprId id, SymbolId alias, TypeId made) {
  const TypeId whole = aliasType(alias, expr(id).span);
  const bool foreign = kindOf(whole) == TypeKind::Opaque && bare(whole) == whole;
  if (foreign) {
    reportMismatch(id, made, whole);
    return error();
  }
  if (whole != made) info(id).checkedAs = whole;
  return whole;
}

void Checker::checkFieldsBySettings(const char *group, const std::vector<ast::Argument> &fields) {
  std::map<std::string, Span> seen;
  for (const ast::Argument &field : fields) {
    const std::string name = field.name ? field.name->text : std::string();
    const Setting *setting = findSetting(group, name);
    if (name.empty() || !setting) {
      check(field.value, error());
      if (name.empty()) continue;
      const Suggestion near = suggest(name, settingNames(group));
      offer(diagnostics_.report(field.name->span, diag::UnknownField, std::string("a ") + group, name,
                                near.text),
            field.name->span, near);
      continue;
    }
    auto [first, isNew] = seen.try_emplace(name, field.name->span);
    if (!isNew)
      diagnostics_.report(field.name->span, diag::DuplicateArgument, name)
          .label(first->second, "first given here");
    check(field.value, fromPattern(parsePattern(setting->type), {}));
  }
}

} // namespace pipelang::sema
