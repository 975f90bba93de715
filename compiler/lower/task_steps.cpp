// The steps within tasks and local releases: several of them become the actions of one step of a job, so what
// their blocks and conditions say stands at the actions.
#include "compiler/lower/lowering.h"

namespace pipelang::lowering {

void ActionSink::split() {
  isSplit_ = true;
  auto any = bodies_.find(plan::Target::Any);
  if (any == bodies_.end()) return;
  bodies_[plan::Target::Github] = any->second;
  bodies_[plan::Target::Local] = std::move(any->second);
  bodies_.erase(plan::Target::Any);
}

void ActionSink::add(plan::Action action) {
  if (target_ != plan::Target::Any && !isSplit_) split();
  if (!isSplit_) {
    bodies_[plan::Target::Any].push_back(std::move(action));
  } else if (target_ != plan::Target::Any) {
    bodies_[target_].push_back(std::move(action));
  } else {
    bodies_[plan::Target::Github].push_back(action);
    bodies_[plan::Target::Local].push_back(std::move(action));
  }
}

ActionSink::Mark ActionSink::mark() const {
  Mark result;
  for (const auto &[target, actions] : bodies_)
    result[target] = actions.size();
  return result;
}

ActionSink::Added ActionSink::since(const Mark &mark) {
  Added result;
  for (auto &[target, actions] : bodies_) {
    // What was for all targets before has become the beginning of each.
    auto begin = mark.find(target);
    if (begin == mark.end()) begin = mark.find(plan::Target::Any);
    for (std::size_t i = begin == mark.end() ? 0 : begin->second; i < actions.size(); ++i)
      result[target].push_back(&actions[i]);
  }
  return result;
}

plan::ExprId Lowering::negated(plan::ExprId condition, const Labels &labels, Span span) {
  plan::Expr expr;
  expr.type = plan::ValueType::Bool;
  expr.node = plan::Not{condition};
  return evaluator_.late(std::move(expr), labels, span).as<eval::Late>()->expr;
}

/// Conditions as one; none: it always holds.
std::optional<plan::ExprId> Lowering::allOf(std::vector<plan::ExprId> conditions, Span origin) {
  if (conditions.empty()) return std::nullopt;
  if (conditions.size() == 1) return conditions.front();
  plan::Expr all;
  all.type = plan::ValueType::Bool;
  for (plan::ExprId condition : conditions)
    all.untrusted |= plan_.exprs[condition].untrusted;
  all.node = plan::AllOf{std::move(conditions)};
  all.origin = origin;
  return plan_.exprs.add(std::move(all));
}

/// Adds `action` to the step being made, under the conditions around it.
void Lowering::keepAction(plan::Action action) {
  if (!context_.sink) return;
  action.when = allOf(context_.actionConditions, action.origin);
  context_.sink->add(std::move(action));
}

/// True or false where it is known now. A late one is pushed onto the conditions of actions; empty: it was,
/// or it is refused (then nothing is pushed and what it guards may as well be lowered).
std::optional<bool> Lowering::knownCondition(ast::ExprId condition) {
  Value value = evaluate(condition);
  if (const bool *known = value.as<bool>()) return *known;
  if (value.isLate() && refuseSecret(value, spanOf(condition), "a condition"))
    context_.actionConditions.push_back(value.as<eval::Late>()->expr);
  return std::nullopt;
}

/// A step of a task or of a release that is prepared here: a script, `exec`, `uses`, or a task's call.
void Lowering::lowerTaskStep(const ast::ExprStmt &step, Span at) {
  std::vector<plan::ExprId> outer = context_.actionConditions;
  if (step.when && !knownCondition(*step.when).value_or(true)) return;
  ActionSink::Mark begin = context_.sink->mark();
  Place place{module_, step.value};
  const auto &node = evaluator_.exprAt(place).node;
  bool isScript = std::holds_alternative<ast::ScriptExpr>(node);
  bool isAction =
      isScript || std::holds_alternative<ast::ExecExpr>(node) || std::holds_alternative<ast::UsesExpr>(node);
  if (isAction)
    addAction(place, step.block, at);
  else
    evaluator_.evaluate(place);
  context_.actionConditions = std::move(outer);
  applyBlock(begin, step.block, isScript);
}

/// `if` in a task: a condition known now chooses and disappears, a late one stands at the actions.
std::optional<Value> Lowering::lowerTaskIf(const ast::IfStmt &choice, sema::SymbolId task) {
  std::vector<plan::ExprId> outer = context_.actionConditions;
  std::optional<bool> known = knownCondition(choice.condition);
  const ast::Body &dead = known && *known ? choice.elseBody : choice.thenBody;
  sawDeadCode_ |= known && !dead.empty();
  if (known && judging_) lowerTaskBody(dead, task);
  if (known) return lowerTaskBody(*known ? choice.thenBody : choice.elseBody, task);
  if (context_.actionConditions.size() == outer.size()) { // it has been reported
    if (!judging_) return std::nullopt;
    lowerTaskBody(choice.thenBody, task);
    return lowerTaskBody(choice.elseBody, task);
  }
  plan::ExprId holds = context_.actionConditions.back();
  Span span = spanOf(choice.condition);
  Labels labels;
  labels.untrusted = plan_.exprs[holds].untrusted;
  labels.untrustedAt = span;
  std::optional<Value> thenValue = lowerTaskBody(choice.thenBody, task);
  context_.actionConditions = outer;
  context_.actionConditions.push_back(negated(holds, labels, span));
  std::optional<Value> elseValue = lowerTaskBody(choice.elseBody, task);
  context_.actionConditions = std::move(outer);
  return eitherResult(holds, std::move(thenValue), std::move(elseValue), labels, span);
}

/// What a task gives that returns in the branches of a late `if`.
std::optional<Value> Lowering::eitherResult(plan::ExprId condition, std::optional<Value> thenValue,
                                            std::optional<Value> elseValue, const Labels &labels, Span span) {
  if (!thenValue && !elseValue) return std::nullopt;
  if (!thenValue || !elseValue) {
    reporter_.report(span, diag::LateIfInTask)
        .note("both branches must `return`, for which of them runs is known when the pipeline runs");
    return Value::error();
  }
  if (thenValue->isError() || elseValue->isError() || eval::equal(*thenValue, *elseValue)) return thenValue;
  Labels all = labels;
  all.join(eval::allLabels(*thenValue));
  all.join(eval::allLabels(*elseValue));
  std::optional<plan::ExprId> a = evaluator_.toLate(*thenValue, plan::ValueType::String, span);
  std::optional<plan::ExprId> b =
      a ? evaluator_.toLate(*elseValue, plan::ValueType::String, span) : std::nullopt;
  if (!a || !b) return Value::error();
  plan::Expr expr;
  expr.type = plan_.exprs[*a].type;
  expr.node = plan::Conditional{condition, *a, *b};
  return evaluator_.late(std::move(expr), all, span);
}

/// `env` of a whole body: what a step says of the same name stands.
void Lowering::addEnv(const ActionSink::Mark &mark, const std::vector<plan::EnvBinding> &env) {
  if (env.empty()) return;
  for (auto &[target, actions] : context_.sink->since(mark))
    for (plan::Action *action : actions)
      for (const plan::EnvBinding &binding : env) {
        auto same = [&](const plan::EnvBinding &other) { return other.name == binding.name; };
        const auto *script = std::get_if<plan::Script>(&action->node);
        if (llvm::none_of(action->env, same) && !(script && llvm::any_of(script->env, same)))
          action->env.push_back(binding);
      }
}

/// What a block cannot say of these actions. `isCall`: it is the block of a call within a task.
void Lowering::refuseSettings(const StepSettings &settings, const ActionSink::Added &added, bool isCall) {
  auto refuse = [&](const char *name, const char *what, const char *note) {
    auto given = settings.givenAt.find(name);
    if (given != settings.givenAt.end())
      reporter_.report(given->second, diag::SettingNotHere, name, what).note(note);
  };
  if (isCall && llvm::any_of(added, [](const auto &actions) { return actions.second.size() > 1; }))
    for (const char *name : {"name", "timeout", "continue_on_error"})
      refuse(name, "a call that is several steps within a task", "give it to the steps of that task");
  for (const auto &[target, actions] : added)
    for (const plan::Action *action : actions)
      if (std::holds_alternative<plan::Uses>(action->node) ||
          std::holds_alternative<plan::Native>(action->node)) {
        refuse("directory", "a step that is no script or program",
               "an action of GitHub runs in the job's directory; some have an input for a path");
        return;
      }
}

/// The block of a step within a task, for the actions that the step became.
void Lowering::applyBlock(const ActionSink::Mark &mark, const ast::Body &block, bool isScript) {
  if (block.empty()) return;
  StepSettings settings = stepSettings(block);
  std::vector<plan::EnvBinding> env;
  for (ast::StmtId id : block)
    if (const auto *binding = std::get_if<ast::EnvStmt>(&tree().statements[id].node); binding && !isScript)
      env.push_back(envBinding(*binding));
  addEnv(mark, env);
  ActionSink::Added added = context_.sink->since(mark);
  refuseSettings(settings, added, true);
  applyRetry(settings, added);
  for (const plan::Raw &raw : settings.raw)
    reporter_.report(raw.origin, diag::SettingNotHere, "raw", "a step within a task")
        .note("say it at the call, in the job");
  for (auto &[target, actions] : added)
    for (plan::Action *action : actions) {
      if (settings.name) action->title = *settings.name;
      if (settings.timeout) action->timeout = settings.timeout;
      if (settings.directory)
        action->directory = *settings.directory + (action->directory ? "/" + *action->directory : "");
      action->continueOnError |= settings.continueOnError;
    }
}

} // namespace pipelang::lowering
