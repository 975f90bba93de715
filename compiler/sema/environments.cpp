// Environments with their overlays, secrets, and what is emitted.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

SymbolId Checker::environmentNamed(const ast::Name &name) {
  if (name.text.empty()) return {};
  bool incomplete = false;
  const SymbolId found = lookup(name.text, incomplete);
  if (found.valid() && program_.symbols[found].kind == SymbolKind::Environment) return found;
  if (incomplete && !found.valid()) return {};
  std::vector<std::string> candidates;
  for (const auto &[known, id] : program_.modules[place_.module].scope)
    if (program_.symbols[id].kind == SymbolKind::Environment) candidates.push_back(known);
  const Suggestion near = suggest(name.text, candidates);
  offer(diagnostics_.report(name.span, diag::UnknownEnvironment, name.text, near.text), name.span, near);
  return {};
}

void Checker::checkSecret(const ast::SecretDecl &secret) {
  for (const ast::Name &name : secret.environments)
    environmentNamed(name);
}

void Checker::checkEnvironment(SymbolId symbol, const ast::EnvironmentDecl &environment) {
  SymbolId record = program_.environmentRecord;
  bool known = true;
  if (environment.type) {
    const TypeId declared = resolve(*environment.type);
    known = kindOf(declared) == TypeKind::Record;
    record = known ? type(declared).symbol : SymbolId();
    if (!known && !isError(declared))
      diagnostics_.report(tree().types[*environment.type].span, diag::TypeMismatch, "a record",
                          text(declared));
  }
  if (environment.base) {
    const SymbolId base = environmentNamed(*environment.base);
    const TypeId baseType = base.valid() ? typeOf(base, environment.base->span) : error();
    if (kindOf(baseType) != TypeKind::Environment) known = false;
    if (known && !environment.type) record = type(baseType).symbol;
  }
  program_.symbols[symbol].type = record.valid() ? types_.named(TypeKind::Environment, record) : error();
  checkEnvironmentFields(symbol, environment, record);
  if (known && record.valid()) return;
  if (environment.base)
    program_.symbols[symbol].type = record.valid() ? program_.symbols[symbol].type : error();
}

/// A body of settings is a record written as statements.
void Checker::checkEnvironmentFields(SymbolId symbol, const ast::EnvironmentDecl &environment,
                                     SymbolId record) {
  const ast::RecordDecl *fields = record.valid() ? recordOf(record) : nullptr;
  std::map<std::string, Span> seen;
  std::vector<std::string> names;
  if (fields)
    for (const ast::FieldDecl &field : fields->fields)
      names.push_back(field.name.text);
  bool unknown = false;
  for (ast::StmtId id : environment.body) {
    if (!tree().statements.contains(id)) continue;
    const auto *setting = std::get_if<ast::SettingStmt>(&stmt(id).node);
    if (!setting) {
      Restore<BodyKind> body(place_.body, BodyKind::Environment);
      unknown |= !checkPlacement(stmt(id)) || std::holds_alternative<ast::ErrorStmt>(stmt(id).node);
      continue;
    }
    const ast::Name &name = setting->name;
    auto [first, isNew] = seen.try_emplace(name.text, name.span);
    if (!isNew)
      diagnostics_.report(name.span, diag::DuplicateName, name.text).label(first->second, "first set here");
    const auto found = std::find(names.begin(), names.end(), name.text);
    if (found == names.end()) {
      check(setting->value, error());
      unknown = true;
      if (!fields || name.text.empty()) continue;
      const Suggestion near = suggest(name.text, names);
      offer(diagnostics_.report(name.span, diag::UnknownSetting, "an environment", name.text, near.text),
            name.span, near);
      continue;
    }
    const std::size_t index = found - names.begin();
    const ast::FieldDecl &field = fields->fields[index];
    if (environment.base && !field.open) {
      auto builder = diagnostics_.report(name.span, diag::FieldNotOpen, name.text);
      if (!program_.module(program_.symbols[record].module).isLibrary)
        builder.label(field.name.span, "declared here");
    }
    noteDeprecated(field.annotations, "field `" + name.text + "`", name.span);
    Restore<Reason> reason(reason_, Reason{setting->value, program_.symbols[record].members[index]});
    check(setting->value, fieldType(program_.symbols[record].type, index));
  }
  if (environment.base || unknown || !fields) return;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < fields->fields.size(); ++i) {
    const ast::FieldDecl &field = fields->fields[i];
    const bool mayLack =
        field.defaultValue || isOptional(program_, fieldType(program_.symbols[record].type, i));
    if (!mayLack && !seen.count(field.name.text)) missing.push_back(field.name.text);
  }
  if (!missing.empty())
    diagnostics_.report(environment.name.span, diag::MissingSetting,
                        "environment `" + program_.symbols[symbol].name + "`", listed(missing));
}

void Checker::checkEmit(const ast::Decl &decl, const ast::EmitDecl &emit) {
  const std::string &target = emit.target.text;
  const std::vector<std::string> known = groupsWith("emit ");
  const bool isKnown = std::find(known.begin(), known.end(), target) != known.end();
  if (!isKnown && !target.empty()) {
    const Suggestion near = suggest(target, known);
    offer(
        diagnostics_.report(emit.target.span, diag::UnknownWord, "target", target, near.text, listed(known)),
        emit.target.span, near);
  }
  place_.owner = target;
  const bool compares = emit.what && !emit.value && has(*emit.what) &&
                        std::holds_alternative<ast::BinaryExpr>(expr(*emit.what).node);
  if (target == "file" && compares) {
    // `emit file "a" == yaml(b)`: what it lacks says it all
  } else if (target == "file") {
    if (emit.what) check(*emit.what, types_.of(TypeKind::Path));
    if (emit.value) check(*emit.value, types_.of(TypeKind::Document));
  } else {
    if (emit.value) check(*emit.value, error());
    if (emit.what) checkEmitted(*emit.what, isKnown ? target : std::string());
  }
  const bool lacks = isKnown && (!emit.what || (target == "file" && !emit.value));
  if (lacks) diagnostics_.report(decl.header, diag::MissingArgument, "emit " + target, emitNeeds(target));
  if (isKnown) checkBody(emit.settings, BodyKind::Emit, "emit " + target);
}

std::string Checker::emitNeeds(const std::string &target) {
  if (target == "github") return "the name of a pipeline";
  if (target == "kubernetes") return "the name of an environment";
  return "a path and, after `=`, a document: `yaml(…)`, `json(…)`, `text(…)`";
}

/// The pipeline or environment that is emitted; empty `target`: any name will do.
void Checker::checkEmitted(ast::ExprId what, const std::string &target) {
  check(what, {}, Use::Qualifier);
  const SymbolId symbol = has(what) ? info(what).symbol : SymbolId();
  if (!symbol.valid() || target.empty()) {
    if (has(what) && !symbol.valid() && !isError(info(what).type) && !target.empty())
      diagnostics_.report(expr(what).span, diag::MissingArgument, "emit " + target, emitNeeds(target));
    return;
  }
  const SymbolKind wanted = target == "github" ? SymbolKind::Pipeline : SymbolKind::Environment;
  const SymbolKind found = program_.symbols[symbol].kind;
  if (found != wanted)
    diagnostics_.report(expr(what).span, diag::MissingArgument, "emit " + target, emitNeeds(target));
}

} // namespace pipelang::sema
