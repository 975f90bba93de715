// Where labelled values must not get, and the facts of a run with their labels.
#include "compiler/lower/lowering.h"
#include "compiler/plan/context.h"

namespace pipelang::lowering {

/// Whether nothing with this code has been reported at the place: targets and cells repeat a mistake.
bool Lowering::isNew(Span span, const char *code) {
  Span place = reporter_.userPlace(span);
  return refused_.insert({place.file.valid() ? place.file.index() : 0, place.begin, code}).second;
}

bool Lowering::refuseSecret(const Value &value, Span span, const char *what) {
  Labels labels = eval::allLabels(value);
  if (!labels.secret()) return true;
  if (!isNew(span, diag::SecretSink.code)) return false;
  auto report = reporter_.report(span, diag::SecretSink, what);
  if (labels.secretAt.valid() && reporter_.userPlace(labels.secretAt) != reporter_.userPlace(span))
    report.label(reporter_.userPlace(labels.secretAt), "the secret comes from here");
  report.note("give it to a script in its environment, or write `declassify(x, reason = \"…\")`");
  return false;
}

bool Lowering::refuseLate(const Value &value, Span span, llvm::StringRef what, llvm::StringRef wayOut) {
  if (!eval::lateIn(value)) return true;
  if (isNew(span, diag::LateArgument.code)) eval::reportLate(reporter_, plan_, value, span, what, wayOut);
  return false;
}

/// Numbers, conditions and the like cannot carry what a text can.
static bool isTextual(const plan::Plan &plan, const Value &value) {
  if (const auto *late = value.as<eval::Late>()) {
    plan::ValueType type = plan.exprs[late->expr].type;
    return type == plan::ValueType::String || type == plan::ValueType::Version ||
           type == plan::ValueType::List || type == plan::ValueType::Record;
  }
  return value.is<eval::Text>() || value.is<eval::List>() || value.is<eval::Map>() ||
         value.is<eval::Record>();
}

bool Lowering::refuseUntrusted(const Value &value, const Place &place, Span span, const char *what) {
  Labels labels = eval::allLabels(value);
  if (!labels.untrusted || !isTextual(plan_, value)) return true;
  if (!isNew(span, diag::UntrustedSink.code)) return false;
  auto report = reporter_.report(span, diag::UntrustedSink, what);
  Span source = reporter_.userPlace(labels.untrustedAt);
  if (labels.untrustedAt.valid() && source != reporter_.userPlace(span) &&
      source != reporter_.userPlace(evaluator_.exprAt(place).span) &&
      !(span.begin <= source.begin && source.end <= span.end))
    report.label(source, "somebody outside may have chosen it here");
  report.note("say which texts are fine: `validate(x, r\"[A-Za-z0-9 ._-]+\")` lets only those through");
  Span expr = evaluator_.exprAt(place).span;
  std::string text = spelled(place);
  if (!text.empty() && reporter_.userPlace(expr) == expr)
    report.fix(expr, "validate(" + text + ", r\"[A-Za-z0-9 ._-]+\")", "let only such texts through");
  return false;
}

/// Something untrusted reaches a process of the node: what it writes may hold it.
void Lowering::noteUntrusted(const Value &value) {
  Labels labels = eval::allLabels(value);
  if (!context_.node.valid() || !labels.untrusted || !isTextual(plan_, value)) return;
  if (!state(context_.node).sawUntrusted) state(context_.node).untrustedAt = labels.untrustedAt;
  state(context_.node).sawUntrusted = true;
}

/// The files of a job that something untrusted reached: its steps are known now.
void Lowering::labelFiles(const plan::Job &job) {
  if (!state(context_.node).sawUntrusted) return;
  for (plan::OutputId id : job.outputs) {
    if (std::holds_alternative<plan::ValueOutput>(plan_.outputs[id].node)) continue;
    plan_.outputs[id].untrusted = true;
    if (!options_.notes) continue;
    std::string name = plan_.nodes[context_.node].name + "." + plan_.outputs[id].name;
    for (eval::Binding &binding : options_.notes->bindings) {
      if (binding.name != name || binding.labels.untrusted) continue;
      binding.labels.untrusted = true;
      binding.labels.untrustedAt = state(context_.node).untrustedAt;
    }
  }
}

/// Whether what is being lowered counts in some run that one of `events` starts: the conditions around it
/// say.
bool Lowering::isReachedIn(llvm::ArrayRef<std::string> events) const {
  auto may = [&](plan::ExprId condition) { return mayBeIn(plan_, condition, true, events); };
  if (context_.node.valid() && plan_.nodes[context_.node].when && !may(*plan_.nodes[context_.node].when))
    return false;
  return llvm::all_of(context_.conditions, may) && llvm::all_of(context_.actionConditions, may) &&
         llvm::all_of(context_.guards,
                      [&](const auto &guard) { return mayBeIn(plan_, guard.first, guard.second, events); });
}

Value Lowering::factOf(sema::SymbolId record, llvm::StringRef name, sema::TypeId type, Span span) {
  return contextValue(evaluator_.qualifiedName(record) + "." + name.str(), type, span);
}

/// The fact `key`, or the record of facts below it.
Value Lowering::contextValue(const std::string &key, sema::TypeId type, Span span) {
  bool isHead = key == "git.pull_request.head" || key == "event.run.branch" || key == "event.run.commit";
  if (isHead && context_.node.valid()) state(context_.node).sawHead = span;
  auto known = contexts_.find(key);
  if (known != contexts_.end()) {
    Value value = known->second;
    value.labels.untrustedAt = span; // it came in here, not where it was named first
    return value;
  }
  if (evaluator_.kindOf(type) == sema::TypeKind::Record) {
    auto data = std::make_shared<eval::RecordData>();
    data->record = program_.types[type].symbol;
    const sema::Symbol &symbol = program_.symbols[data->record];
    const sema::Module &module = program_.module(symbol.module);
    const auto &record = std::get<ast::RecordDecl>(module.tree->declarations[symbol.declaration].node);
    for (const ast::FieldDecl &field : record.fields) {
      Value each = contextValue(key + "." + field.name.text, module.types[field.type.index()], span);
      if (each.isError()) return each; // the whole record is of another event
      data->fields.emplace_back(field.name.text, std::move(each));
    }
    return {eval::Record{std::move(data)}, {}};
  }
  const plan::ContextFact *fact = plan::findContext(key);
  bool isThere = !fact || fact->isThere(events_);
  if (!isThere && isReachedIn(events_)) {
    std::string on = fact->onEvents;
    std::replace(on.begin(), on.end(), ',', ' ');
    reporter_.report(span, diag::FactElsewhere, key, on)
        .note("this pipeline is started by other events, whose runs know nothing of it")
        .note("where a task is for several pipelines: `if event.name == \"…\" { … }` around it");
    return Value::error();
  }
  Labels labels;
  labels.untrusted = !fact || fact->untrusted(events_);
  labels.untrustedAt = span;
  plan::Expr expr;
  expr.type = fact ? fact->type : evaluator_.lateType(type);
  expr.node = plan::ContextRef{key};
  Value value = evaluator_.late(std::move(expr), labels, span);
  if (isThere) contexts_[key] = value; // else another use may be reached
  return value;
}

Value Lowering::secretValue(sema::SymbolId symbol, Span span) {
  plan::SecretId id = secrets_[symbol];
  const plan::Secret &secret = plan_.secrets[id];
  bool isHere = secret.environments.empty() ||
                (context_.environment && llvm::is_contained(secret.environments, *context_.environment));
  if (!isHere && context_.node.valid() && !judging_) {
    std::string where = context_.environment
                            ? "environment `" + plan_.environments[*context_.environment].name + "`"
                            : "a job without an environment";
    reporter_.report(span, diag::SecretElsewhere, secret.name, where).label(secret.origin, "declared here");
    return Value::error();
  }
  if (context_.node.valid()) state(context_.node).sawSecret = span;
  Labels labels;
  labels.secrets = {id};
  labels.secretAt = span;
  auto known = secretExprs_.find(id);
  if (known != secretExprs_.end()) return {eval::Late{known->second}, labels};
  plan::Expr expr;
  expr.node = plan::SecretRef{id};
  Value value = evaluator_.late(std::move(expr), labels, span);
  secretExprs_[id] = value.as<eval::Late>()->expr;
  return value;
}

/// `value`, written down where somebody asks what is known when.
Value Lowering::noted(const char *kind, const sema::Symbol &symbol, Value value) {
  if (options_.notes) eval::note(*options_.notes, plan_, kind, symbol.name, symbol.span, value);
  return value;
}

Value Lowering::valueOf(sema::SymbolId id, Span span) {
  const sema::Symbol &symbol = program_.symbols[id];
  switch (symbol.kind) {
  case sema::SymbolKind::Secret: return noted("secret", symbol, secretValue(id, span));
  case sema::SymbolKind::Param: return noted("param", symbol, paramValue(id, span));
  case sema::SymbolKind::Let: return contextValue(evaluator_.qualifiedName(id), symbol.type, span);
  case sema::SymbolKind::Job:
  case sema::SymbolKind::Gate:
  case sema::SymbolKind::Deployment: {
    auto found = nodes_.find(id);
    if (found == nodes_.end() || found->second.empty()) return Value::error();
    if (cellKeys_.count(id)) return {eval::NodeMap{id}, {}};
    return {eval::NodeRef{id, found->second.front()}, {}};
  }
  case sema::SymbolKind::ServiceInstance: {
    auto found = context_.services.find(id);
    return found != context_.services.end() ? found->second : Value::error();
  }
  case sema::SymbolKind::ServicePort: {
    if (!context_.servicePort) return Value::error();
    plan::Expr expr;
    expr.type = plan::ValueType::Int;
    expr.node = plan::ServicePort{context_.servicePort->first, context_.servicePort->second};
    return evaluator_.late(std::move(expr), {}, span);
  }
  default: return Value::error();
  }
}

} // namespace pipelang::lowering
