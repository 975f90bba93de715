// Every name that does not stand in a body: declarations, their members, the nodes of pipelines.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

SymbolId Checker::addSymbol(Symbol symbol) {
  states_.push_back(State::Unchecked);
  return program_.symbols.add(std::move(symbol));
}

static Symbol plainSymbol(SymbolKind kind, std::string name) {
  Symbol symbol;
  symbol.kind = kind;
  symbol.name = std::move(name);
  return symbol;
}

void Checker::declareBuiltins() {
  std::uint32_t index = 0;
  for (const Builtin &builtin : allBuiltins()) {
    Symbol symbol = plainSymbol(SymbolKind::Builtin, builtin.name);
    symbol.index = index++;
    symbol.module = ModuleId(std::size_t(0));
    builtins_[builtin.name] = addSymbol(std::move(symbol));
  }
  anyJob_ = addSymbol(plainSymbol(SymbolKind::Job, "Job"));
  anyGate_ = addSymbol(plainSymbol(SymbolKind::Gate, "Gate"));
  anyDeployment_ = addSymbol(plainSymbol(SymbolKind::Deployment, "Deployment"));
}

namespace {

/// Name and kind of what a declaration declares; null name: nothing by itself.
struct Declared {
  const ast::Name *name = nullptr;
  SymbolKind kind = SymbolKind::Let;
};

Declared declaredBy(const ast::Decl &decl) {
  using namespace ast;
  struct {
    Declared operator()(const ErrorDecl &) { return {}; }
    Declared operator()(const ImportDecl &) { return {}; }
    Declared operator()(const EmitDecl &) { return {}; }
    Declared operator()(const TestDecl &) { return {}; }
    Declared operator()(const LetDecl &d) { return {&d.name, SymbolKind::Let}; }
    Declared operator()(const FnDecl &d) { return {&d.name, SymbolKind::Fn}; }
    Declared operator()(const RecordDecl &d) { return {&d.name, SymbolKind::Record}; }
    Declared operator()(const EnumDecl &d) { return {&d.name, SymbolKind::Enum}; }
    Declared operator()(const UnionDecl &d) { return {&d.name, SymbolKind::Union}; }
    Declared operator()(const TypeDecl &d) { return {&d.name, SymbolKind::TypeAlias}; }
    Declared operator()(const EnvironmentDecl &d) { return {&d.name, SymbolKind::Environment}; }
    Declared operator()(const SecretDecl &d) { return {&d.name, SymbolKind::Secret}; }
    Declared operator()(const ParamDecl &d) { return {&d.name, SymbolKind::Param}; }
    Declared operator()(const TaskDecl &d) { return {&d.name, SymbolKind::Task}; }
    Declared operator()(const ServiceDecl &d) { return {&d.name, SymbolKind::Service}; }
    Declared operator()(const ReaderDecl &d) { return {&d.name, SymbolKind::Reader}; }
    Declared operator()(const PipelineDecl &d) { return {&d.name, SymbolKind::Pipeline}; }
  } which;
  return std::visit(which, decl.node);
}

} // namespace

void Checker::declareModule(std::uint32_t module) {
  Restore<Place> place(place_, Place{});
  place_.module = module;
  for (std::uint32_t i = 0; i < tree().declarations.size(); ++i)
    declareTop(module, i);
}

void Checker::declareTop(std::uint32_t module, std::uint32_t declaration) {
  const ast::Decl &decl = tree().declarations[declaration];
  if (std::holds_alternative<ast::ErrorDecl>(decl.node)) incompleteModules_[module] = true;
  if (std::holds_alternative<ast::ImportDecl>(decl.node)) return declareImport(module, declaration);
  const Declared declared = declaredBy(decl);
  if (!declared.name || declared.name->text.empty()) return;
  Symbol symbol = plainSymbol(declared.kind, declared.name->text);
  symbol.module = ModuleId(module);
  symbol.span = declared.name->span;
  symbol.declaration = declaration;
  symbol.isPrivate = decl.isPrivate;
  const SymbolId id = addSymbol(std::move(symbol));
  declarationSymbols_[{module, declaration}] = id;
  bind(id);
  declareMembers(id);
}

void Checker::declareImport(std::uint32_t module, std::uint32_t declaration) {
  const ast::Decl &decl = tree().declarations[declaration];
  const auto &import = std::get<ast::ImportDecl>(decl.node);
  const ast::Name *name = import.alias ? &*import.alias : import.path.empty() ? nullptr : &import.path.back();
  if (!name || name->text.empty()) return;
  Symbol symbol = plainSymbol(SymbolKind::Module, name->text);
  auto loaded = imports_.find({ModuleId(module), declaration});
  if (loaded != imports_.end()) symbol.module = loaded->second;
  symbol.span = name->span;
  symbol.declaration = declaration;
  bind(addSymbol(std::move(symbol)));
}

SymbolId Checker::declareMember(SymbolKind kind, const ast::Name &name, SymbolId owner) {
  const Symbol &of = program_.symbols[owner];
  Symbol symbol = plainSymbol(kind, name.text);
  symbol.module = of.module;
  symbol.span = name.span;
  symbol.owner = owner;
  symbol.declaration = of.declaration;
  const bool isType = kind == SymbolKind::TypeParameter;
  symbol.index = static_cast<std::uint32_t>(isType ? of.typeParameters.size() : of.members.size());
  const SymbolId member = addSymbol(std::move(symbol));
  auto &list = isType ? program_.symbols[owner].typeParameters : program_.symbols[owner].members;
  list.push_back(member);
  return member;
}

/// Parameters, fields, enum values, cases, and the nodes of a pipeline.
void Checker::declareMembers(SymbolId id) {
  const auto types = [&](const std::vector<ast::Name> &names) {
    for (const ast::Name &name : names)
      declareMember(SymbolKind::TypeParameter, name, id);
  };
  const auto parameters = [&](const std::vector<ast::Parameter> &list) {
    for (const ast::Parameter &parameter : list)
      declareMember(SymbolKind::Parameter, parameter.name, id);
  };
  const ast::Decl &decl = declOf(program_.symbols[id]);
  if (const auto *fn = std::get_if<ast::FnDecl>(&decl.node))
    types(fn->typeParameters), parameters(fn->parameters);
  if (const auto *task = std::get_if<ast::TaskDecl>(&decl.node)) parameters(task->parameters);
  if (const auto *service = std::get_if<ast::ServiceDecl>(&decl.node)) parameters(service->parameters);
  if (const auto *reader = std::get_if<ast::ReaderDecl>(&decl.node)) parameters(reader->parameters);
  if (const auto *record = std::get_if<ast::RecordDecl>(&decl.node)) {
    types(record->typeParameters);
    for (const ast::FieldDecl &field : record->fields)
      declareMember(SymbolKind::Field, field.name, id);
    program_.symbols[id].type = genericType(TypeKind::Record, id);
  }
  if (const auto *declared = std::get_if<ast::EnumDecl>(&decl.node)) {
    const TypeId type = program_.symbols[id].type = types_.named(TypeKind::Enum, id);
    for (const ast::Name &value : declared->values)
      program_.symbols[declareMember(SymbolKind::EnumValue, value, id)].type = type;
  }
  if (const auto *declared = std::get_if<ast::UnionDecl>(&decl.node)) {
    types(declared->typeParameters);
    declareUnion(id, *declared);
  }
  if (const auto *pipeline = std::get_if<ast::PipelineDecl>(&decl.node)) declareNodes(id, pipeline->body);
}

void Checker::declareUnion(SymbolId id, const ast::UnionDecl &decl) {
  const TypeId type = program_.symbols[id].type = genericType(TypeKind::Union, id);
  Seen seen;
  for (const ast::UnionCase &one : decl.cases) {
    const SymbolId declared = declareMember(SymbolKind::UnionCase, one.name, id);
    program_.symbols[declared].type = type;
    for (const ast::Parameter &field : one.fields)
      declareMember(SymbolKind::Field, field.name, declared);
    if (auto [first, isNew] = seen.try_emplace(one.name.text, one.name.span); !isNew)
      diagnostics_.report(one.name.span, diag::DuplicateName, one.name.text)
          .label(first->second, "first declared here");
  }
}

void Checker::declareNodes(SymbolId pipeline, const ast::Body &body) {
  Frame &frame = pipelineFrames_[pipeline];
  Restore<Frame *> current(place_.frame, &frame);
  for (ast::StmtId id : body) {
    if (!tree().statements.contains(id)) continue;
    if (std::holds_alternative<ast::ErrorStmt>(stmt(id).node)) frame.incomplete = true;
    declareNode(pipeline, id);
  }
}

void Checker::declareNode(SymbolId pipeline, ast::StmtId statement) {
  const auto &node = stmt(statement).node;
  const ast::Name *name = nullptr;
  SymbolKind kind = SymbolKind::Job;
  if (const auto *job = std::get_if<ast::JobStmt>(&node)) name = &job->name;
  if (const auto *gate = std::get_if<ast::GateStmt>(&node)) name = &gate->name, kind = SymbolKind::Gate;
  if (const auto *deploy = std::get_if<ast::DeployStmt>(&node))
    name = &deploy->name, kind = SymbolKind::Deployment;
  if (!name) return;
  const SymbolId id = declareLocal(kind, *name, {}, statement);
  program_.symbols[id].owner = pipeline;
  program_.symbols[id].type = types_.named(TypeKind::Node, id);
  program_.symbols[pipeline].members.push_back(id);
  if (const auto *job = std::get_if<ast::JobStmt>(&node)) declareOutputs(id, job->body);
}

void Checker::declareOutputs(SymbolId job, const ast::Body &body) {
  std::map<std::string, Span> seen;
  for (ast::StmtId id : body) {
    if (!tree().statements.contains(id)) continue;
    const auto *out = std::get_if<ast::OutStmt>(&stmt(id).node);
    if (!out || out->name.text.empty()) continue;
    Symbol symbol = plainSymbol(SymbolKind::Output, out->name.text);
    symbol.module = ModuleId(place_.module);
    symbol.span = out->name.span;
    symbol.statement = id;
    symbol.owner = job;
    const SymbolId output = addSymbol(std::move(symbol));
    program_.modules[place_.module].statementSymbols[id.index()] = output;
    program_.symbols[job].members.push_back(output);
    auto [first, isNew] = seen.try_emplace(out->name.text, out->name.span);
    if (!isNew)
      diagnostics_.report(out->name.span, diag::DuplicateName, out->name.text)
          .label(first->second, "first declared here");
  }
}

void Checker::bind(SymbolId id) {
  const Symbol &symbol = program_.symbols[id];
  if (symbol.name.empty()) return;
  auto &names = place_.frame ? place_.frame->names : program_.modules[place_.module].scope;
  auto [first, isNew] = names.try_emplace(symbol.name, id);
  if (isNew) return;
  diagnostics_.report(symbol.span, diag::DuplicateName, symbol.name)
      .label(program_.symbols[first->second].span, "first declared here");
}

SymbolId Checker::declareLocal(SymbolKind kind, const ast::Name &name, TypeId type, ast::StmtId statement) {
  Symbol symbol = plainSymbol(kind, name.text);
  symbol.module = ModuleId(place_.module);
  symbol.span = name.span;
  symbol.type = type;
  symbol.statement = statement;
  const SymbolId id = addSymbol(std::move(symbol));
  if (statement.valid()) program_.modules[place_.module].statementSymbols[statement.index()] = id;
  bind(id);
  return id;
}

} // namespace pipelang::sema
