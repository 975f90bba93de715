#include "compiler/lower/lowering.h"

namespace pipelang {

plan::Plan lower(const sema::Program &program, const LowerOptions &options, Diagnostics &diagnostics,
                 std::vector<Test> *tests) {
  lowering::Lowering lowering(program, options, diagnostics);
  plan::Plan plan = lowering.run(tests);
  if (lowering.leftCodeOut()) {
    LowerOptions unnoted = options;
    unnoted.notes = nullptr;
    lowering::Lowering(program, unnoted, diagnostics).judgeAll();
  }
  return plan;
}

namespace lowering {

Lowering::Lowering(const sema::Program &program, const LowerOptions &options, Diagnostics &diagnostics)
    : program_(program), options_(options), reporter_(program, diagnostics),
      evaluator_(program, plan_, reporter_, *this) {
  evaluator_.setNotes(options.notes);
}

plan::Plan Lowering::run(std::vector<Test> *tests) {
  plan_.name = options_.name;
  plan_.files = options_.files;
  plan_.library = PIPELANG_VERSION;
  plan_.tools = options_.tools;
  for (const LockEntry &entry : options_.lock)
    if (entry.digest.size() == 40) plan_.pins.push_back({entry.name, entry.version, entry.digest});
  llvm::sort(plan_.pins, [](const auto &a, const auto &b) { return a.name < b.name; });
  declareSecrets(); // an environment may try to use one
  declareEnvironments();
  placeSecrets();
  declareParams();
  for (std::size_t i = 0; i < program_.symbols.size(); ++i) {
    sema::SymbolId id(i);
    const sema::Symbol &symbol = program_.symbols[id];
    if (symbol.kind == sema::SymbolKind::Pipeline && symbol.module.index() == 0) lowerPipeline(id);
  }
  if (judging_) judgeUncalled();
  judgePipelines();
  evaluator_.forgetLets();
  events_.clear();
  evaluateLets();
  lowerEmits();
  if (tests && !reporter_.hasErrors()) lowerTests(*tests);
  return std::move(plan_);
}

/// Also those that nobody uses have their mistakes reported.
void Lowering::evaluateLets() {
  context_ = {};
  for (std::size_t i = 0; i < program_.symbols.size(); ++i) {
    const sema::Symbol &symbol = program_.symbols[sema::SymbolId(i)];
    if (symbol.kind != sema::SymbolKind::Let || program_.module(symbol.module).isLibrary) continue;
    evaluator_.valueOfLet(sema::SymbolId(i), symbol.span);
  }
}

void Lowering::declareEnvironments() {
  for (std::size_t i = 0; i < program_.symbols.size(); ++i) {
    const sema::Symbol &symbol = program_.symbols[sema::SymbolId(i)];
    if (symbol.kind != sema::SymbolKind::Environment) continue;
    plan::Environment environment;
    environment.name = symbol.name;
    environment.origin = symbol.span;
    fillEnvironment(environment, evaluator_.environmentRecord(sema::SymbolId(i)));
    environments_[sema::SymbolId(i)] = plan_.environments.add(std::move(environment));
  }
}

template <typename T> static void assign(T &target, const Value *value) {
  if (value)
    if (const T *known = value->as<T>()) target = *known;
}
static void assign(std::string &target, const Value *value) {
  if (value && value->is<eval::Text>()) target = value->text();
}
static void assign(int &target, const Value *value) {
  if (value)
    if (const std::int64_t *known = value->as<std::int64_t>()) target = static_cast<int>(*known);
}
static const Value *field(const Value *record, llvm::StringRef name) {
  const eval::Record *data = record ? record->as<eval::Record>() : nullptr;
  return data ? data->data->find(name) : nullptr;
}

/// The declared environment that `value` names, by whatever name.
std::optional<plan::EnvironmentId> Lowering::environmentOf(ast::ExprId id) {
  Value value = evaluate(id);
  const auto *record = value.as<eval::Record>();
  if (!record) return std::nullopt; // reported
  auto found = environments_.find(record->data->environment);
  if (found != environments_.end()) return found->second;
  reporter_.report(spanOf(id), diag::NoEnvironment)
      .note("declare it: `environment name from other { … }`, and name that one");
  return std::nullopt;
}

/// Reports what an environment says that is known only when a pipeline runs.
void Lowering::checkEnvironmentIsKnown(const plan::Environment &environment, const Value &value) {
  // Fields of the user's own are used where they are named, and may be late there.
  for (llvm::StringRef name :
       {"cluster", "namespace", "replicas", "resources", "autoscale", "approvals", "config", "url"}) {
    const Value *known = field(&value, name);
    std::optional<plan::ExprId> late = known ? eval::lateIn(*known) : std::nullopt;
    if (!late) continue;
    Labels labels = eval::allLabels(*known);
    Span at = labels.secretAt.valid() ? reporter_.userPlace(labels.secretAt) : plan_.exprs[*late].origin;
    if (!at.valid()) at = environment.origin;
    if (refuseSecret(*known, at,
                     name == "config" ? "a ConfigMap" : "a file: environments are written into them"))
      refuseLate(*known, at, name,
                 "an environment is written into files: give what is late to the job or deployment itself");
  }
}

void Lowering::fillEnvironment(plan::Environment &environment, const Value &value) {
  checkEnvironmentIsKnown(environment, value);
  assign(environment.cluster, field(&value, "cluster"));
  assign(environment.namespaceName, field(&value, "namespace"));
  assign(environment.replicas, field(&value, "replicas"));
  assign(environment.approvals, field(&value, "approvals"));
  assign(environment.url, field(&value, "url"));
  const Value *resources = field(&value, "resources");
  assign(environment.resources.cpu, field(resources, "cpu"));
  assign(environment.resources.memory, field(resources, "memory"));
  const Value *autoscale = field(&value, "autoscale");
  if (autoscale && autoscale->is<eval::Record>()) {
    environment.autoscale.emplace();
    assign(environment.autoscale->min, field(autoscale, "min"));
    assign(environment.autoscale->max, field(autoscale, "max"));
    assign(environment.autoscale->cpu, field(autoscale, "cpu"));
  }
  const Value *config = field(&value, "config");
  const eval::Map *entries = config ? config->as<eval::Map>() : nullptr;
  if (!entries) return;
  for (const auto &[key, entry] : entries->data->entries) {
    std::optional<std::string> text = eval::toText(program_, entry);
    if (text) environment.config[eval::toText(program_, key).value_or("")] = *text;
  }
}

void Lowering::declareSecrets() {
  for (std::size_t i = 0; i < program_.symbols.size(); ++i) {
    const sema::Symbol &symbol = program_.symbols[sema::SymbolId(i)];
    if (symbol.kind != sema::SymbolKind::Secret) continue;
    secrets_[sema::SymbolId(i)] = plan_.secrets.add({symbol.name, {}, symbol.span});
  }
}

/// The environments each secret is for.
void Lowering::placeSecrets() {
  for (const auto &[id, secret] : secrets_) {
    const sema::Symbol &symbol = program_.symbols[id];
    const sema::Module &module = program_.module(symbol.module);
    const auto &declaration = std::get<ast::SecretDecl>(module.tree->declarations[symbol.declaration].node);
    std::vector<plan::EnvironmentId> &places = plan_.secrets[secret].environments;
    for (const ast::Name &name : declaration.environments) {
      auto found = module.scope.find(name.text);
      if (found == module.scope.end()) continue;
      auto environment = environments_.find(found->second);
      if (environment != environments_.end()) places.push_back(environment->second);
    }
    llvm::sort(places);
  }
}

/// The text of setting `name` of an `emit`, or `fallback`.
std::string Lowering::emitSetting(const ast::EmitDecl &emit, llvm::StringRef name, std::string fallback) {
  for (ast::StmtId id : emit.settings) {
    const auto *setting = std::get_if<ast::SettingStmt>(&tree().statements[id].node);
    if (!setting || setting->name.text != name) continue;
    Value value = evaluate(setting->value);
    refuseLate(value, spanOf(setting->value), name, "files are written before anything runs");
    return value.is<eval::Text>() ? value.text() : fallback;
  }
  return fallback;
}

void Lowering::lowerEmits() {
  module_ = sema::ModuleId(0);
  for (const ast::Decl &decl : tree().declarations)
    if (const auto *emit = std::get_if<ast::EmitDecl>(&decl.node)) lowerEmit(decl, *emit);
}

void Lowering::lowerEmit(const ast::Decl &decl, const ast::EmitDecl &emit) {
  if (emit.target.text == "file") return lowerFileEmit(emit, decl.header);
  if (!emit.what) return;
  sema::SymbolId symbol = program_.modules[0].of(*emit.what).symbol;
  if (!symbol.valid()) return;
  const std::string &name = program_.symbols[symbol].name;
  if (auto pipeline = pipelines_.find(symbol); emit.target.text == "github" && pipeline != pipelines_.end())
    plan_.emits.push_back(
        {plan::EmitGithub{pipeline->second, emitSetting(emit, "path", ".github/workflows/" + name + ".yml")},
         decl.header});
  if (auto found = environments_.find(symbol);
      emit.target.text == "kubernetes" && found != environments_.end())
    plan_.emits.push_back(
        {plan::EmitKubernetes{found->second,
                              emitSetting(emit, "directory", "infrastructure/kubernetes/" + name)},
         decl.header});
}

void Lowering::lowerFileEmit(const ast::EmitDecl &emit, Span origin) {
  if (!emit.what || !emit.value) return;
  Value path = evaluate(*emit.what);
  Value value = evaluate(*emit.value);
  if (!path.is<eval::Text>() || !value.is<eval::DocumentValue>()) {
    refuseLate(path, spanOf(*emit.what), "the path of a file", "files are written before anything runs");
    return;
  }
  llvm::StringRef name = path.text();
  if (name.startswith("/") || name == ".." || name.startswith("../") || name.contains("/../") ||
      name.endswith("/.."))
    reporter_.report(spanOf(*emit.what), diag::PathOutside, name);
  const auto &document = std::get<eval::DocumentValue>(value.node);
  plan_.emits.push_back({plan::EmitFile{path.text(), document.format, *document.document}, origin});
}

} // namespace lowering
} // namespace pipelang
