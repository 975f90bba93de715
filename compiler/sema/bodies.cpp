// Bodies and the statements that several kinds of them share.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

/// Checks a body in a frame of its own; gives the names of its settings.
std::set<std::string> Checker::checkBody(const ast::Body &body, BodyKind kind, const std::string &group) {
  Frame frame;
  frame.parent = place_.frame;
  Restore<Frame *> current(place_.frame, &frame);
  Restore<BodyKind> inside(place_.body, kind);
  std::map<std::string, Span> seen;
  for (ast::StmtId id : body) {
    if (!tree().statements.contains(id)) continue;
    if (std::holds_alternative<ast::ErrorStmt>(stmt(id).node))
      frame.incomplete = true;
    else if (checkPlacement(stmt(id)))
      checkStatement(id, group, seen);
  }
  std::set<std::string> settings;
  for (const auto &entry : seen)
    settings.insert(entry.first);
  if (frame.incomplete) settings.insert(""); // what is missing may be what could not be read
  return settings;
}

void Checker::checkStatement(ast::StmtId id, const std::string &group, Seen &seen) {
  const ast::Stmt &statement = stmt(id);
  const auto &node = statement.node;
  if (const auto *let = std::get_if<ast::LetStmt>(&node)) return checkLetStmt(id, *let);
  if (const auto *setting = std::get_if<ast::SettingStmt>(&node)) return checkSetting(*setting, group, seen);
  if (const auto *env = std::get_if<ast::EnvStmt>(&node)) return checkEnv(*env, seen);
  if (const auto *step = std::get_if<ast::ExprStmt>(&node))
    return place_.body == BodyKind::BeforeSwitch ? checkProbeStatement(*step) : checkStep(statement, *step);
  if (const auto *out = std::get_if<ast::OutStmt>(&node)) {
    if (place_.body == BodyKind::Pipeline) once(seen, "out " + out->name.text, out->name);
    return checkOut(id, *out);
  }
  if (const auto *given = std::get_if<ast::ReturnStmt>(&node)) return checkReturn(*given);
  if (const auto *service = std::get_if<ast::ServiceStmt>(&node)) return checkServiceStmt(id, *service);
  if (const auto *after = std::get_if<ast::AfterStmt>(&node)) return checkAfter(*after);
  if (const auto *choice = std::get_if<ast::IfStmt>(&node)) return checkIfStmt(*choice, group);
  if (const auto *require = std::get_if<ast::RequireStmt>(&node)) return checkRequire(*require);
  if (const auto *on = std::get_if<ast::OnTargetStmt>(&node)) return checkOnTarget(*on);
  if (const auto *trigger = std::get_if<ast::TriggerStmt>(&node)) return checkTrigger(*trigger);
  if (const auto *raw = std::get_if<ast::RawStmt>(&node)) return checkRaw(statement, *raw);
  if (const auto *budget = std::get_if<ast::BudgetStmt>(&node)) {
    checkBody(budget->limits, BodyKind::Budget, "budget");
    return;
  }
  if (const auto *phase = std::get_if<ast::SwitchPhaseStmt>(&node)) {
    checkBody(phase->body, phase->before ? BodyKind::BeforeSwitch : BodyKind::AfterSwitch, "");
    return;
  }
  if (const auto *limit = std::get_if<ast::SwitchWithinStmt>(&node))
    check(limit->limit, types_.of(TypeKind::Duration));
  if (const auto *outcome = std::get_if<ast::OutcomeStmt>(&node)) checkOutcome(*outcome);
}

void Checker::checkLetStmt(ast::StmtId id, const ast::LetStmt &let) {
  TypeId known = let.type ? resolve(*let.type) : TypeId();
  const TypeId found = check(let.value, known);
  if (!known.valid()) known = found;
  declareLocal(SymbolKind::LocalLet, let.name, known, id);
}

/// Notes that `key` is given; a second time is a diagnostic.
void Checker::once(Seen &seen, const std::string &key, const ast::Name &name) {
  auto [first, isNew] = seen.try_emplace(key, name.span);
  if (!isNew && !name.text.empty())
    diagnostics_.report(name.span, diag::DuplicateArgument, name.text)
        .label(first->second, "first given here");
}

void Checker::checkSetting(const ast::SettingStmt &setting, const std::string &group, Seen &seen) {
  const std::string &name = setting.name.text;
  const Setting *known = findSetting(group, name);
  if (known && !name.empty()) {
    once(seen, name, setting.name);
    check(setting.value, fromPattern(parsePattern(known->type), {}));
    return;
  }
  check(setting.value, error());
  seen.try_emplace("", setting.name.span); // a misspelt setting is no missing one
  if (name.empty()) return;
  const std::vector<std::string> names = settingNames(group);
  const Suggestion near = suggest(name, names);
  const std::string where = place_.body == BodyKind::Trigger || place_.body == BodyKind::Emit
                                ? "`" + group + "`"
                                : describe(place_.body);
  auto builder = diagnostics_.report(setting.name.span, diag::UnknownSetting, where, name, near.text);
  offerOf(names, builder, setting.name.span, near);
}

void Checker::checkEnv(const ast::EnvStmt &env, Seen &seen) {
  once(seen, "env " + env.name.text, env.name);
  requireText(env.value, check(env.value));
}

/// A script, an action or a task: what makes a step. Everything else has no effect.
void Checker::checkStep(const ast::Stmt &statement, const ast::ExprStmt &step) {
  const bool hadSteps = place_.steps;
  const TypeId found = check(step.value);
  place_.steps = hadSteps;
  if (step.when) check(*step.when, types_.of(TypeKind::Bool));
  if (step.within) {
    check(*step.within, types_.of(TypeKind::Duration));
    diagnostics_.report(expr(*step.within).span, diag::WrongBody, "`within`", describe(place_.body))
        .note("a step has a `timeout`: `sh \"…\" { timeout = 1min }`");
  }
  if (!step.block.empty()) {
    Restore<bool> plain(place_.steps, false);
    checkBody(step.block, BodyKind::StepBlock, "step");
  }
  if (isError(found) || !has(step.value)) return;
  const TypeKind kind = kindOf(found);
  const bool makesStep = kind == TypeKind::Command || kind == TypeKind::UsesResult ||
                         kind == TypeKind::Void || isTaskCall(step.value);
  if (makesStep) return;
  diagnostics_.report(statement.header, diag::NoEffect, "it is a `" + text(found) + "`, not a step")
      .note("a step is a script (`sh \"…\"`), a program (`exec […]`) or a task");
}

bool Checker::isTaskCall(ast::ExprId id) {
  if (!std::holds_alternative<ast::CallExpr>(expr(id).node)) return false;
  const SymbolId callee = info(id).symbol;
  return callee.valid() && program_.symbols[callee].kind == SymbolKind::Task;
}

/// `http("/health") is 200 within 5s`, before a switch.
void Checker::checkProbeStatement(const ast::ExprStmt &probe) {
  const TypeId found = check(probe.value);
  if (probe.within) check(*probe.within, types_.of(TypeKind::Duration));
  const auto refuse = [&](Span span, const char *what) {
    diagnostics_.report(span, diag::WrongBody, what, describe(place_.body))
        .note("a check before the switch is always made; it may say `within 5s`");
  };
  if (probe.when) {
    check(*probe.when, types_.of(TypeKind::Bool));
    refuse(expr(*probe.when).span, "`when`");
  }
  if (!probe.block.empty()) {
    checkBody(probe.block, BodyKind::StepBlock, "step");
    refuse(stmt(probe.block.front()).header, "a block of settings");
  }
  if (isError(found) || !has(probe.value)) return;
  if (kindOf(found) != TypeKind::Probe)
    diagnostics_.report(expr(probe.value).span, diag::NoEffect, "it asks nothing of the new version")
        .note("write a check: `http(\"/health\") is 200 within 5s`");
}

void Checker::checkIfStmt(const ast::IfStmt &choice, const std::string &group) {
  check(choice.condition, types_.of(TypeKind::Bool));
  const BodyKind inside = place_.body == BodyKind::Job ? BodyKind::Steps : place_.body;
  checkBody(choice.thenBody, inside, group);
  checkBody(choice.elseBody, inside, group);
}

void Checker::checkReturn(const ast::ReturnStmt &given) {
  if (place_.result.valid()) {
    check(given.value, place_.result);
    return;
  }
  check(given.value, error());
  if (has(given.value))
    diagnostics_.report(expr(given.value).span, diag::NoEffect, "`" + place_.owner + "` gives nothing")
        .note("say what it gives: `-> Type` after its parameters");
}

void Checker::checkServiceStmt(ast::StmtId id, const ast::ServiceStmt &service) {
  TypeId found;
  {
    Restore<bool> callable(place_.service, true);
    found = check(service.value);
  }
  if (kindOf(found) != TypeKind::Service && !isError(found) && has(service.value)) {
    diagnostics_.report(expr(service.value).span, diag::TypeMismatch, "a service", text(found));
    found = error();
  }
  declareLocal(SymbolKind::ServiceInstance, service.name, found, id);
}

/// `require subject op bound target aim for time`
void Checker::checkRequire(const ast::RequireStmt &require) {
  if (require.duration) check(*require.duration, types_.of(TypeKind::Duration));
  const auto *binary =
      has(require.condition) ? std::get_if<ast::BinaryExpr>(&expr(require.condition).node) : nullptr;
  const bool compares =
      binary && binary->op >= ast::BinaryOp::Equal && binary->op <= ast::BinaryOp::GreaterEqual;
  if (!compares) {
    const TypeId found = check(require.condition);
    if (require.target) check(*require.target, error());
    if (has(require.condition) && !isError(found))
      diagnostics_.report(expr(require.condition).span, diag::NotARequirement)
          .note("write `require value >= bound`");
    return;
  }
  checkComparison(*binary, true);
  info(require.condition).type = types_.of(TypeKind::Bool);
  if (!require.target) return;
  TypeId subject = has(binary->left) ? info(binary->left).type : error();
  if (kindOf(subject) == TypeKind::Optional) subject = type(subject).element;
  check(*require.target, subject.valid() ? subject : error());
}

void Checker::requireSettings(const std::string &group, const std::set<std::string> &seen,
                              const std::string &what, Span span) {
  if (seen.count("")) return;
  std::vector<std::string> missing;
  for (const Setting &setting : allSettings())
    if (group == setting.group && setting.required && !seen.count(setting.name))
      missing.push_back(setting.name);
  if (!missing.empty()) diagnostics_.report(span, diag::MissingSetting, what, listed(missing));
}

} // namespace pipelang::sema
