// Records, made and amended.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

const ast::RecordDecl *Checker::recordOf(SymbolId record) const {
  return std::get_if<ast::RecordDecl>(&declOf(program_.symbols[record]).node);
}

/// The type of field number `field`, resolved where the record is declared.
TypeId Checker::fieldType(SymbolId record, std::size_t field) {
  const ast::RecordDecl *declared = recordOf(record);
  Restore<Place> place(place_, Place{});
  place_.module = program_.symbols[record].module.index();
  return resolve(declared->fields[field].type);
}

TypeId Checker::checkRecord(ast::ExprId id, const ast::RecordExpr &record, TypeId expected) {
  const TypeId target = literalTarget(program_, expected);
  const Type wanted = type(target.valid() ? target : error());
  if (target.valid() && (wanted.kind == TypeKind::Record || wanted.kind == TypeKind::Environment)) {
    checkRecordFields(wanted.symbol, record.fields, expr(id).span, true);
    return target;
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

/// `whole`: fields without a default must be there.
void Checker::checkRecordFields(SymbolId record, const std::vector<ast::Argument> &fields, Span span,
                                bool whole) {
  const ast::RecordDecl *declared = recordOf(record);
  if (!declared) return checkAll(fields);
  std::vector<std::string> names;
  for (const ast::FieldDecl &field : declared->fields)
    names.push_back(field.name.text);
  std::map<std::string, Span> seen;
  bool unknown = false;
  for (const ast::Argument &field : fields) {
    const std::string name = field.name ? field.name->text : std::string();
    const auto found = std::find(names.begin(), names.end(), name);
    if (name.empty() || found == names.end()) {
      check(field.value, error());
      unknown = true;
      if (name.empty()) continue;
      const Suggestion near = suggest(name, names);
      const std::string what = "record `" + program_.symbols[record].name + "`";
      offer(diagnostics_.report(field.name->span, diag::UnknownField, what, name, near.text),
            field.name->span, near);
      continue;
    }
    auto [first, isNew] = seen.try_emplace(name, field.name->span);
    if (!isNew)
      diagnostics_.report(field.name->span, diag::DuplicateArgument, name)
          .label(first->second, "first given here");
    check(field.value, fieldType(record, found - names.begin()));
  }
  if (!whole || unknown) return;
  std::vector<std::string> missing;
  for (const ast::FieldDecl &field : declared->fields)
    if (!field.defaultValue && !seen.count(field.name.text)) missing.push_back(field.name.text);
  if (!missing.empty())
    diagnostics_.report(span, diag::MissingField, "record `" + program_.symbols[record].name + "`",
                        listed(missing));
}

/// `Type { … }` makes a record, `value { … }` is a copy with changes.
TypeId Checker::checkAmend(ast::ExprId id, const ast::AmendExpr &amend) {
  const TypeId base = check(amend.base, {}, Use::Qualifier);
  const SymbolId symbol = has(amend.base) ? info(amend.base).symbol : SymbolId();
  const bool names = kindOf(base) == TypeKind::Void && symbol.valid();
  if (names && program_.symbols[symbol].kind == SymbolKind::Record) {
    checkRecordFields(symbol, amend.fields, expr(amend.base).span, true);
    return program_.symbols[symbol].type;
  }
  const Type known = type(withoutRefinement(program_, base));
  switch (known.kind) {
  case TypeKind::Record:
  case TypeKind::Environment:
    checkRecordFields(known.symbol, amend.fields, expr(id).span, false);
    return types_.named(TypeKind::Record, known.symbol);
  case TypeKind::Probe: checkFieldsBySettings("probe", amend.fields); return base;
  default: break;
  }
  checkAll(amend.fields);
  if (isError(base)) return base;
  diagnostics_.report(expr(amend.base).span, diag::TypeMismatch, "a record",
                      names ? described(symbol) : text(base));
  return error();
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
