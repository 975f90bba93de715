// Definitions, each checked once: when it is first used, or when its module's turn comes.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

/// How deep definitions may lean on each other before their types are known.
static constexpr int deepestChain = 9000;

TypeId Checker::typeOf(SymbolId id, Span use) {
  const Symbol &symbol = program_.symbols[id];
  switch (symbol.kind) {
  case SymbolKind::Job: return jobType(id, use);
  case SymbolKind::Gate:
  case SymbolKind::Deployment: return symbol.type;
  case SymbolKind::Output: {
    const SymbolId job = symbol.owner;
    if (!define(job, use)) return error();
    break;
  }
  case SymbolKind::Let:
  case SymbolKind::Fn:
  case SymbolKind::Task:
  case SymbolKind::Service:
  case SymbolKind::Environment:
  case SymbolKind::Param:
  case SymbolKind::Secret:
  case SymbolKind::Reader:
    if (!define(id, use) && !program_.symbols[id].type.valid()) return error();
    break;
  default: break;
  }
  const TypeId known = program_.symbols[id].type;
  return known.valid() ? known : error();
}

/// False: `symbol` is just being defined, and leads to itself; that has been reported.
bool Checker::define(SymbolId symbol, Span use) {
  if (states_[symbol.index()] == State::Done) return true;
  if (states_[symbol.index()] == State::Running) {
    reportCircle(symbol, use);
    return false;
  }
  if (depth_ > deepestChain) {
    if (!reportedDepth_) diagnostics_.report(use, diag::ChainTooLong, std::int64_t(running_.size()));
    reportedDepth_ = true;
    return false;
  }
  states_[symbol.index()] = State::Running;
  running_.push_back(symbol);
  depth_ += 4;
  defineNow(symbol);
  depth_ -= 4;
  running_.pop_back();
  states_[symbol.index()] = State::Done;
  return true;
}

void Checker::defineNow(SymbolId id) {
  const Symbol symbol = program_.symbols[id];
  Restore<Place> place(place_, Place{});
  Restore<Reason> reason(reason_, Reason{});
  place_.module = symbol.module.index();
  place_.owner = symbol.name;
  if (symbol.statement.valid()) {
    place_.frame = &pipelineFrames_[symbol.owner];
    place_.body = BodyKind::Pipeline;
    return checkNodeBody(id);
  }
  const auto &node = declOf(symbol).node;
  if (const auto *let = std::get_if<ast::LetDecl>(&node)) checkLet(id, *let);
  if (const auto *fn = std::get_if<ast::FnDecl>(&node)) checkFn(id, *fn);
  if (const auto *task = std::get_if<ast::TaskDecl>(&node)) checkTask(id, *task);
  if (const auto *service = std::get_if<ast::ServiceDecl>(&node)) checkService(id, *service);
  if (const auto *environment = std::get_if<ast::EnvironmentDecl>(&node)) checkEnvironment(id, *environment);
  if (std::holds_alternative<ast::SecretDecl>(node)) program_.symbols[id].type = types_.of(TypeKind::String);
  if (const auto *param = std::get_if<ast::ParamDecl>(&node)) checkParam(id, *param);
  if (const auto *record = std::get_if<ast::RecordDecl>(&node)) checkFields(id, *record);
  if (const auto *declared = std::get_if<ast::UnionDecl>(&node)) checkUnion(id, *declared);
  if (const auto *reader = std::get_if<ast::ReaderDecl>(&node)) {
    refuseNative(true, reader->name, "`reader`");
    program_.symbols[id].type = resolve(reader->result);
    checkParameters(id, reader->parameters);
  }
}

/// `symbol` is being defined and has just been used again: names the circle, once.
void Checker::reportCircle(SymbolId symbol, Span use) {
  std::string circle;
  bool inside = false;
  bool calls = false;
  std::vector<SymbolId> members;
  for (SymbolId id : running_) {
    inside |= id == symbol;
    if (!inside) continue;
    members.push_back(id);
    const SymbolKind kind = program_.symbols[id].kind;
    calls |= kind == SymbolKind::Fn || kind == SymbolKind::Task;
    circle += program_.symbols[id].name + " -> ";
  }
  const std::string &name = program_.symbols[symbol].name;
  circle += name;
  auto builder = calls ? diagnostics_.report(use, diag::Recursion, name, circle)
                       : diagnostics_.report(use, diag::CircularDefinition, name, circle);
  for (SymbolId id : members)
    builder.label(program_.symbols[id].span, "`" + program_.symbols[id].name + "` is here");
}

bool Checker::refuseNative(bool native, const ast::Name &name, const char *what) {
  if (!native || program_.modules[place_.module].isLibrary) return false;
  diagnostics_.report(name.span, diag::LibraryOnly, what);
  return true;
}

void Checker::checkLet(SymbolId symbol, const ast::LetDecl &let) {
  refuseNative(let.native, let.name);
  TypeId declared = let.type ? resolve(*let.type) : TypeId();
  if (declared.valid()) program_.symbols[symbol].type = declared;
  const TypeId found = let.value ? check(*let.value, declared) : error();
  if (!declared.valid()) program_.symbols[symbol].type = found;
}

/// Types and defaults; the parameters' names are bound in the current frame, each after its default, which
/// may use those before it.
void Checker::checkParameters(SymbolId owner, const std::vector<ast::Parameter> &parameters) {
  const std::vector<SymbolId> symbols = program_.symbols[owner].members;
  std::vector<std::string> names;
  for (const ast::Parameter &parameter : parameters)
    names.push_back(parameter.name.text);
  for (std::size_t i = 0; i < parameters.size() && i < symbols.size(); ++i) {
    const TypeId wanted = resolve(parameters[i].type);
    program_.symbols[symbols[i]].type = wanted;
    Restore<bool> steps(place_.steps, false);
    if (parameters[i].defaultValue) check(*parameters[i].defaultValue, wanted);
    checkAnnotations(parameters[i].annotations, names);
    if (place_.frame) bind(symbols[i]);
  }
}

void Checker::checkFn(SymbolId symbol, const ast::FnDecl &fn) {
  refuseNative(fn.native, fn.name);
  Frame frame;
  place_.frame = &frame;
  Type made;
  made.kind = TypeKind::Fn;
  bindTypeParameters(symbol);
  checkParameters(symbol, fn.parameters);
  for (SymbolId parameter : program_.symbols[symbol].members)
    made.parameters.push_back(program_.symbols[parameter].type);
  if (fn.result) {
    made.element = resolve(*fn.result);
    program_.symbols[symbol].type = types_.intern(made);
  }
  const TypeId found = fn.body ? check(*fn.body, made.element) : error();
  if (fn.result) return;
  made.element = found;
  program_.symbols[symbol].type = types_.intern(made);
}

/// Whether `body` is split into `on TARGET` blocks, and the first statement beside them, if any.
static std::pair<bool, ast::StmtId> splitByTarget(const ast::Module &tree, const ast::Body &body) {
  bool split = false;
  ast::StmtId other;
  for (ast::StmtId id : body) {
    if (!tree.statements.contains(id)) continue;
    const bool on = std::holds_alternative<ast::OnTargetStmt>(tree.statements[id].node);
    split |= on;
    if (!on && !other.valid()) other = id;
  }
  return {split, other};
}

static bool hasReturn(const ast::Module &tree, const ast::Body &body) {
  for (ast::StmtId id : body)
    if (tree.statements.contains(id)) {
      const auto &node = tree.statements[id].node;
      const auto *choice = std::get_if<ast::IfStmt>(&node);
      if (std::holds_alternative<ast::ReturnStmt>(node) || std::holds_alternative<ast::ErrorStmt>(node) ||
          (choice && hasReturn(tree, choice->thenBody) && hasReturn(tree, choice->elseBody)))
        return true;
    }
  return false;
}

void Checker::checkTask(SymbolId symbol, const ast::TaskDecl &task) {
  refuseNative(task.native, task.name);
  Frame frame;
  place_.frame = &frame;
  place_.result = task.result ? resolve(*task.result) : TypeId();
  program_.symbols[symbol].type = task.result ? place_.result : types_.of(TypeKind::Void);
  checkParameters(symbol, task.parameters);
  place_.steps = true;
  const auto [split, other] = splitByTarget(tree(), task.body);
  if (split && other.valid()) diagnostics_.report(stmt(other).header, diag::MixedBody, "a task");
  checkBody(task.body, BodyKind::Task, "task");
  if (!task.result || task.native) return;
  const auto missing = [&](const ast::Body &body, Span span) {
    if (!hasReturn(tree(), body))
      diagnostics_.report(span, diag::MissingReturn, task.name.text, text(place_.result))
          .note("end the body with `return …`");
  };
  if (!split) return missing(task.body, task.name.span);
  for (ast::StmtId id : task.body)
    if (const auto *on =
            tree().statements.contains(id) ? std::get_if<ast::OnTargetStmt>(&stmt(id).node) : nullptr)
      missing(on->body, on->target.span);
}

void Checker::checkService(SymbolId symbol, const ast::ServiceDecl &service) {
  Frame frame;
  place_.frame = &frame;
  place_.result = service.result ? resolve(*service.result) : TypeId();
  program_.symbols[symbol].type = service.result ? place_.result : types_.of(TypeKind::Void);
  checkParameters(symbol, service.parameters);
  const SymbolId port =
      declareLocal(SymbolKind::ServicePort, {"port", service.name.span}, types_.of(TypeKind::Int));
  program_.symbols[port].owner = symbol;
  checkBody(service.body, BodyKind::Service, "service");
  if (service.result && !hasReturn(tree(), service.body))
    diagnostics_.report(service.name.span, diag::MissingReturn, service.name.text, text(place_.result))
        .note("end the body with `return …`");
}

void Checker::checkModule(std::uint32_t module) {
  Restore<Place> place(place_, Place{});
  place_.module = module;
  for (std::uint32_t i = 0; i < tree().declarations.size(); ++i)
    checkDeclaration(module, i);
  checkTests();
  checkRefinements(module);
}

void Checker::checkDeclaration(std::uint32_t module, std::uint32_t declaration) {
  const ast::Decl &decl = tree().declarations[declaration];
  if (const auto *emit = std::get_if<ast::EmitDecl>(&decl.node)) checkEmit(decl, *emit);
  if (const auto *secret = std::get_if<ast::SecretDecl>(&decl.node)) checkSecret(*secret);
  if (!decl.annotations.empty()) {
    std::vector<std::string> siblings;
    for (const auto &entry : program_.modules[module].scope)
      siblings.push_back(entry.first);
    checkAnnotations(decl.annotations, siblings);
  }
  auto declared = declarationSymbols_.find({module, declaration});
  if (declared == declarationSymbols_.end()) return;
  const SymbolId id = declared->second;
  switch (program_.symbols[id].kind) {
  case SymbolKind::Enum: break;
  case SymbolKind::TypeAlias: aliasType(id, program_.symbols[id].span); break;
  case SymbolKind::Pipeline: checkPipeline(id); break;
  default: define(id, program_.symbols[id].span);
  }
}

/// The fields see those before them, the conditions all of them.
void Checker::checkFields(SymbolId symbol, const ast::RecordDecl &record) {
  Frame frame;
  place_.frame = &frame;
  bindTypeParameters(symbol);
  const std::vector<SymbolId> members = program_.symbols[symbol].members;
  std::vector<std::string> names;
  for (const ast::FieldDecl &field : record.fields)
    names.push_back(field.name.text);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const ast::FieldDecl &field = record.fields[i];
    const TypeId wanted = program_.symbols[members[i]].type = resolve(field.type);
    if (field.defaultValue) check(*field.defaultValue, wanted);
    checkAnnotations(field.annotations, names);
    bind(members[i]);
  }
  for (const ast::Refinement &refinement : record.refinements) {
    check(refinement.condition, types_.of(TypeKind::Bool));
    checkMessage(refinement);
  }
}

void Checker::checkUnion(SymbolId symbol, const ast::UnionDecl &declared) {
  const std::vector<SymbolId> cases = program_.symbols[symbol].members;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Frame frame;
    place_.frame = &frame;
    bindTypeParameters(symbol);
    checkParameters(cases[i], declared.cases[i].fields);
  }
  place_.frame = nullptr;
}

/// What can stand on a command line: one plain value.
static bool isPlainValue(const Program &program, TypeId type) {
  const Type &known = program.types[type];
  const bool covered =
      known.kind == TypeKind::Optional || known.kind == TypeKind::Refined || known.kind == TypeKind::Opaque;
  if (covered) return isPlainValue(program, known.element);
  return known.kind != TypeKind::Outcome && hasText(program, type);
}

void Checker::checkParam(SymbolId symbol, const ast::ParamDecl &param) {
  const TypeId wanted = program_.symbols[symbol].type = resolve(param.type);
  if (param.defaultValue) check(*param.defaultValue, wanted);
  if (!isPlainValue(program_, wanted))
    diagnostics_.report(tree().types[param.type].span, diag::ParamType, param.name.text, text(wanted))
        .note("it is written as `--param " + param.name.text + "=…`: one text, number, quantity or name");
}

} // namespace pipelang::sema
