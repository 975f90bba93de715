// Pipelines: triggers, jobs, gates, deployments and reactions.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

void Checker::checkPipeline(SymbolId pipeline) {
  const Symbol symbol = program_.symbols[pipeline];
  const auto &declared = std::get<ast::PipelineDecl>(declOf(symbol).node);
  Restore<Place> place(place_, Place{});
  place_.module = symbol.module.index();
  place_.frame = &pipelineFrames_[pipeline];
  place_.body = BodyKind::Pipeline;
  place_.owner = symbol.name;
  // Lets come first: jobs may be checked out of order, and all of them see the pipeline's names.
  for (ast::StmtId id : declared.body)
    if (tree().statements.contains(id))
      if (const auto *let = std::get_if<ast::LetStmt>(&stmt(id).node)) checkLetStmt(id, *let);
  Seen seen;
  for (ast::StmtId id : declared.body) {
    if (!tree().statements.contains(id)) continue;
    const auto &node = stmt(id).node;
    if (std::holds_alternative<ast::ErrorStmt>(node) || std::holds_alternative<ast::LetStmt>(node)) continue;
    if (!checkPlacement(stmt(id))) continue;
    const SymbolId declaredNode = program_.modules[place_.module].statementSymbols[id.index()];
    if (declaredNode.valid())
      define(declaredNode, program_.symbols[declaredNode].span);
    else
      checkStatement(id, "pipeline", seen);
  }
}

void Checker::checkTrigger(const ast::TriggerStmt &trigger) {
  const std::vector<std::string> known = groupsWith("trigger ");
  const std::string &event = trigger.event.text;
  if (std::find(known.begin(), known.end(), event) == known.end()) {
    if (event.empty()) return;
    llvm::StringRef ours = event;
    ours.consume_front("workflow_"); // GitHub's `workflow_dispatch` and `workflow_call`
    const Suggestion near = suggest(ours.str(), known);
    offer(diagnostics_.report(trigger.event.span, diag::UnknownWord, "trigger", event, near.text,
                              listed(known)),
          trigger.event.span, near);
    return;
  }
  const std::string group = "trigger " + event;
  requireSettings(group, checkBody(trigger.filters, BodyKind::Trigger, group), "`on " + event + "`",
                  trigger.event.span);
}

/// The type of a job as a value, and the symbols of its `for`.
TypeId Checker::jobType(SymbolId job, Span use) {
  const Symbol symbol = program_.symbols[job];
  if (!symbol.statement.valid()) return symbol.type;
  const auto &declared = std::get<ast::JobStmt>(treeOf(symbol).statements[symbol.statement].node);
  if (declared.generators.empty()) return symbol.type;
  if (headers_[job].state == State::Done) return headers_[job].type;
  if (headers_[job].state == State::Running) {
    reportCircle(job, use);
    return error();
  }
  headers_[job].state = State::Running;
  running_.push_back(job);
  Restore<Place> place(place_, Place{});
  place_.module = symbol.module.index();
  Frame frame;
  frame.parent = &pipelineFrames_[symbol.owner];
  place_.frame = &frame;
  std::vector<SymbolId> variables;
  for (const ast::Generator &generator : declared.generators)
    for (SymbolId variable : checkGenerator(generator))
      variables.push_back(variable);
  std::vector<TypeId> keys;
  for (SymbolId variable : variables)
    keys.push_back(program_.symbols[variable].type);
  if (keys.empty()) keys.push_back(error());
  running_.pop_back();
  headers_[job] = {State::Done, variables, types_.nodeMap(keys, job)};
  return program_.symbols[job].type = headers_[job].type;
}

void Checker::checkNodeBody(SymbolId node) {
  const Symbol symbol = program_.symbols[node];
  const ast::Stmt &statement = stmt(symbol.statement);
  place_.owner = symbol.name;
  if (const auto *job = std::get_if<ast::JobStmt>(&statement.node)) checkJob(node, *job);
  if (const auto *gate = std::get_if<ast::GateStmt>(&statement.node)) checkGate(statement, *gate);
  if (const auto *deploy = std::get_if<ast::DeployStmt>(&statement.node)) checkDeploy(statement, *deploy);
}

void Checker::checkJob(SymbolId symbol, const ast::JobStmt &job) {
  jobType(symbol, job.name.span);
  Frame frame;
  frame.parent = place_.frame;
  Restore<Frame *> current(place_.frame, &frame);
  for (SymbolId variable : headers_[symbol].variables)
    frame.names.try_emplace(program_.symbols[variable].name, variable);
  if (job.when) check(*job.when, types_.of(TypeKind::Bool));
  place_.steps = true;
  checkBody(job.body, BodyKind::Job, "job");
}

void Checker::checkGate(const ast::Stmt &statement, const ast::GateStmt &gate) {
  if (gate.when) check(*gate.when, types_.of(TypeKind::Bool));
  checkBody(gate.body, BodyKind::Gate, "gate");
  const bool bounded = std::any_of(gate.body.begin(), gate.body.end(), [&](ast::StmtId id) {
    return tree().statements.contains(id) && (std::holds_alternative<ast::RequireStmt>(stmt(id).node) ||
                                              std::holds_alternative<ast::ErrorStmt>(stmt(id).node));
  });
  if (!bounded)
    diagnostics_.report(statement.header, diag::MissingSetting, "gate `" + gate.name.text + "`",
                        "a bound: `require value >= bound`");
}

void Checker::checkDeploy(const ast::Stmt &statement, const ast::DeployStmt &deploy) {
  const std::string &strategy = deploy.strategy.text;
  if (strategy != "blue_green" && !strategy.empty()) {
    const Suggestion near = suggest(strategy, {"blue_green"});
    offer(diagnostics_.report(deploy.strategy.span, diag::UnknownWord, "strategy", strategy, near.text,
                              "`blue_green`"),
          deploy.strategy.span, near);
  }
  if (deploy.when) check(*deploy.when, types_.of(TypeKind::Bool));
  const auto seen = checkBody(deploy.body, BodyKind::Deploy, "deployment");
  requireSettings("deployment", seen, "deployment `" + deploy.name.text + "`", statement.header);
}

void Checker::checkOut(ast::StmtId id, const ast::OutStmt &out) {
  const TypeId declared = out.type ? resolve(*out.type) : TypeId();
  const TypeId found = check(out.value, declared);
  const SymbolId symbol = program_.modules[place_.module].statementSymbols[id.index()];
  if (symbol.valid()) program_.symbols[symbol].type = declared.valid() ? declared : found;
  if (isError(found) || !has(out.value)) return;
  const TypeKind kind = plainKind(found);
  const bool ofJob = place_.body != BodyKind::Pipeline; // who calls a pipeline is given texts
  const bool kept =
      hasText(program_, found) ||
      (ofJob && (kind == TypeKind::Files || kind == TypeKind::Record || kind == TypeKind::Optional));
  if (!kept && !ofJob)
    diagnostics_.report(expr(out.value).span, diag::NoText, text(found));
  else if (!kept)
    diagnostics_.report(expr(out.value).span, diag::TypeMismatch, "a text, report or files", text(found));
}

void Checker::checkAfter(const ast::AfterStmt &after) {
  for (ast::ExprId id : after.nodes) {
    if (!has(id)) continue;
    const auto *name = std::get_if<ast::NameExpr>(&expr(id).node);
    bool incomplete = false;
    if (name && !lookup(name->name, incomplete).valid()) {
      if (!incomplete && !name->name.empty()) reportUnknownNode(name->name, expr(id).span);
      info(id).type = error();
      continue;
    }
    const TypeId found = check(id, {}, Use::Qualifier);
    const TypeKind kind = kindOf(found);
    const bool list = kind == TypeKind::List && kindOf(type(found).element) == TypeKind::Node;
    if (kind == TypeKind::Node || kind == TypeKind::NodeMap || kind == TypeKind::Error || list) continue;
    const SymbolId symbol = info(id).symbol;
    std::string what = symbol.valid() ? described(symbol) : text(found);
    what.erase(std::remove(what.begin(), what.end(), '`'), what.end()); // the message quotes all of it
    diagnostics_.report(expr(id).span, diag::NotANode, "after", what);
  }
}

void Checker::reportUnknownNode(const std::string &name, Span span) {
  std::vector<std::string> nodes;
  for (const Frame *frame = place_.frame; frame; frame = frame->parent)
    for (const auto &[known, id] : frame->names) {
      const SymbolKind kind = program_.symbols[id].kind;
      if (kind == SymbolKind::Job || kind == SymbolKind::Gate || kind == SymbolKind::Deployment)
        if (known != place_.owner) nodes.push_back(known);
    }
  const Suggestion near = suggest(name, nodes);
  offer(diagnostics_.report(span, diag::UnknownNode, place_.owner, name, near.text), span, near);
}

void Checker::checkOutcome(const ast::OutcomeStmt &outcome) {
  const auto *name = has(outcome.subject) ? std::get_if<ast::NameExpr>(&expr(outcome.subject).node) : nullptr;
  bool incomplete = false;
  TypeId subject = error();
  if (name && !lookup(name->name, incomplete).valid()) {
    Restore<std::string> owner(place_.owner, "on outcome");
    if (!incomplete && !name->name.empty()) reportUnknownNode(name->name, expr(outcome.subject).span);
    info(outcome.subject).type = error();
  } else {
    subject = check(outcome.subject);
  }
  if (!isError(subject) && kindOf(subject) != TypeKind::Node)
    diagnostics_.report(expr(outcome.subject).span, diag::NotANode, "on outcome of", text(subject));
  std::set<std::string> handled;
  for (const ast::OutcomeArm &arm : outcome.arms)
    checkOutcomeArm(arm, handled);
  if (handled.count("") || !has(outcome.subject)) return;
  Seen seen;
  for (const std::string &name : handled)
    seen.emplace(name, Span{});
  checkExhaustive(expr(outcome.subject).span, types_.of(TypeKind::Outcome), seen);
}

void Checker::checkOutcomeArm(const ast::OutcomeArm &arm, std::set<std::string> &handled) {
  const std::vector<std::string> known = caseNames(types_.of(TypeKind::Outcome));
  for (const ast::Name &name : arm.outcomes) {
    if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      handled.insert(""); // a misspelt outcome is no missing one
      if (name.text.empty()) continue;
      const Suggestion near = suggest(name.text, known);
      offer(diagnostics_.report(name.span, diag::UnknownWord, "outcome", name.text, near.text, listed(known)),
            name.span, near);
    } else if (!handled.insert(name.text).second) {
      diagnostics_.report(name.span, diag::DuplicateCase, name.text);
    }
  }
  Restore<bool> steps(place_.steps, true);
  checkBody({arm.action}, BodyKind::Reaction, "reaction");
}

/// `raw github """…"""`
void Checker::checkRaw(const ast::Stmt &, const ast::RawStmt &raw) {
  const std::string &target = raw.target.text;
  check(raw.text, types_.of(TypeKind::String));
  if (target == "github" || target.empty()) return;
  const Suggestion near = suggest(target, {"github"});
  offer(diagnostics_.report(raw.target.span, diag::UnknownWord, "target", target, near.text, "`github`"),
        raw.target.span, near);
}

void Checker::checkOnTarget(const ast::OnTargetStmt &on) {
  static const std::vector<std::string> targets{"github", "local"};
  const std::string &target = on.target.text;
  const bool known = target == "github" || target == "local";
  if (!known && !target.empty()) {
    const Suggestion near = suggest(target, targets);
    offer(
        diagnostics_.report(on.target.span, diag::UnknownWord, "target", target, near.text, listed(targets)),
        on.target.span, near);
  }
  const bool local = target != "github";
  switch (place_.body) {
  case BodyKind::Task:
    checkBody(on.body, local ? BodyKind::TaskLocal : BodyKind::TaskGithub,
              local ? "task on local" : "task on github");
    return;
  case BodyKind::Service: {
    const std::string group = local ? "service on local" : "service on github";
    const auto seen = checkBody(on.body, local ? BodyKind::ServiceLocal : BodyKind::ServiceGithub, group);
    if (known)
      requireSettings(group, seen, "`on " + target + "` of service `" + place_.owner + "`", on.target.span);
    return;
  }
  default: break;
  }
  if (known && !local) {
    diagnostics_.report(on.target.span, diag::WrongBody, "`on github`", describe(place_.body))
        .note("a deployment is run by piperun, on GitHub too: it has settings, and `on local` for this "
              "machine");
    return;
  }
  Restore<bool> steps(place_.steps, true);
  const auto seen = checkBody(on.body, BodyKind::DeployLocal, "deployment on local");
  if (known)
    requireSettings("deployment on local", seen, "`on local` of deployment `" + place_.owner + "`",
                    on.target.span);
}

} // namespace pipelang::sema
