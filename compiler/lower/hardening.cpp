// What is judged when a plan is complete: what scripts do with the variables they were given, and what a pull
// request would be given.
#include "compiler/lower/github_words.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/script_flows.h"
#include "compiler/plan/graph.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

namespace {

bool isPullRequest(llvm::StringRef event) {
  return event == "pull_request" || event == "pull_request_review";
}

const std::string *keyOf(const plan::Expr &expr) {
  const auto *context = std::get_if<plan::ContextRef>(&expr.node);
  return context ? &context->key : nullptr;
}

const std::string *textOf(const plan::Expr &expr) {
  const auto *literal = std::get_if<plan::Literal>(&expr.node);
  return literal ? std::get_if<std::string>(&literal->value.node) : nullptr;
}

/// The truth of `condition` in a run that `event` starts; empty: other things decide.
std::optional<bool> truthOn(const plan::Plan &plan, plan::ExprId condition, llvm::StringRef event) {
  const auto &node = plan.exprs[condition].node;
  auto quantified = [&](const std::vector<plan::ExprId> &operands, bool decisive) -> std::optional<bool> {
    bool open = false;
    for (plan::ExprId operand : operands) {
      std::optional<bool> known = truthOn(plan, operand, event);
      if (known && *known == decisive) return decisive;
      open |= !known;
    }
    return open ? std::nullopt : std::optional(!decisive);
  };
  if (const auto *all = std::get_if<plan::AllOf>(&node)) return quantified(all->operands, false);
  if (const auto *any = std::get_if<plan::AnyOf>(&node)) return quantified(any->operands, true);
  if (const auto *negation = std::get_if<plan::Not>(&node)) {
    std::optional<bool> inner = truthOn(plan, negation->operand, event);
    return inner ? std::optional(!*inner) : std::nullopt;
  }
  const auto *compare = std::get_if<plan::Compare>(&node);
  if (!compare) return std::nullopt;
  const std::string *key = keyOf(plan.exprs[compare->left]), *text = textOf(plan.exprs[compare->right]);
  if (!key || !text || *key != "event.name") return std::nullopt;
  if (compare->op == plan::CompareOp::Equal) return event == *text;
  if (compare->op == plan::CompareOp::NotEqual) return event != *text;
  return std::nullopt;
}

/// `git.branch == "main"`: a pull request's branch is `12/merge`, its ref `refs/pull/12/merge`, its tag
/// empty.
bool isForOthers(const plan::Plan &plan, const plan::Compare &compare) {
  const std::string *key = keyOf(plan.exprs[compare.left]);
  const std::string *text = textOf(plan.exprs[compare.right]);
  if (!key || !text) return false;
  bool same = compare.op == plan::CompareOp::Equal, other = compare.op == plan::CompareOp::NotEqual;
  if (*key == "event.name") return (same && !isPullRequest(*text)) || (other && isPullRequest(*text));
  if (*key == "git.branch") return same && !text->empty() && !llvm::StringRef(*text).endswith("/merge");
  if (*key == "git.ref") return same && !llvm::StringRef(*text).startswith("refs/pull/");
  if (*key == "git.tag") return (same && !text->empty()) || (other && text->empty());
  return false;
}

} // namespace

bool mayBeIn(const plan::Plan &plan, plan::ExprId condition, bool holds, llvm::ArrayRef<std::string> events) {
  return events.empty() || llvm::any_of(events, [&](const std::string &event) {
           return truthOn(plan, condition, event).value_or(holds) == holds;
         });
}

/// Whether `condition` never holds in a run of a pull request.
bool excludesPullRequests(const plan::Plan &plan, plan::ExprId condition) {
  const auto &node = plan.exprs[condition].node;
  auto excludes = [&](plan::ExprId id) { return excludesPullRequests(plan, id); };
  if (const auto *all = std::get_if<plan::AllOf>(&node)) return llvm::any_of(all->operands, excludes);
  if (const auto *any = std::get_if<plan::AnyOf>(&node))
    return !any->operands.empty() && llvm::all_of(any->operands, excludes);
  if (const auto *compare = std::get_if<plan::Compare>(&node)) return isForOthers(plan, *compare);
  const auto *apply = std::get_if<plan::Apply>(&node);
  if (!apply || apply->function != "starts_with" || apply->arguments.size() != 2) return false;
  const std::string *key = keyOf(plan.exprs[apply->arguments[0]]);
  const std::string *prefix = textOf(plan.exprs[apply->arguments[1]]);
  return key && prefix && *key == "git.ref" &&
         (llvm::StringRef(*prefix).startswith("refs/heads/") ||
          llvm::StringRef(*prefix).startswith("refs/tags/"));
}

namespace {

/// Judges the nodes of one pipeline.
class Judge {
public:
  Judge(const plan::Plan &plan, eval::Reporter &reporter) : plan_(plan), reporter_(reporter) {}

  void judge(const plan::Pipeline &pipeline) {
    for (const plan::Trigger &trigger : pipeline.triggers)
      onPullRequest_ |= isPullRequest(trigger.event);
    for (plan::NodeId id : plan::topologicalOrder(plan_, pipeline))
      if (isExcluded(plan_.nodes[id])) excluded_.insert(id);
    for (plan::NodeId id : pipeline.nodes)
      judgeNode(id);
  }

  void judgeNode(plan::NodeId id) {
    const plan::Node &node = plan_.nodes[id];
    bool excluded = !onPullRequest_ || excluded_.count(id) > 0;
    if (const plan::Job *job = node.asJob()) {
      if (!excluded) judgeEnv(job->env, node.origin);
      for (plan::StepId step : job->steps)
        judgeStep(plan_.steps[step], job->env, excluded);
    } else if (const plan::Deployment *deployment = node.asDeployment()) {
      judgeDeployment(*deployment);
    } else if (const plan::Reaction *reaction = node.asReaction()) {
      for (const plan::ReactionArm &arm : reaction->arms)
        if (arm.step) judgeStep(plan_.steps[*arm.step], {}, excluded);
    }
  }

private:
  using Env = std::vector<plan::EnvBinding>;

  /// Never runs for a pull request: its own condition says so, or that of a node it needs. Those are decided.
  bool isExcluded(const plan::Node &node) const {
    if (node.when && excludesPullRequests(plan_, *node.when)) return true;
    // A reaction runs although its subject was skipped.
    return !node.asReaction() &&
           llvm::any_of(node.needs, [&](plan::NodeId need) { return excluded_.count(need) > 0; });
  }

  void judgeDeployment(const plan::Deployment &deployment) {
    if (!deployment.local) return;
    for (const plan::Action &action : deployment.local->prepare)
      judgeAction(action, {&deployment.local->env});
    judgeAction(deployment.local->start, {&deployment.local->env});
  }

  void judgeStep(const plan::Step &step, const Env &jobEnv, bool excluded) {
    excluded |= step.when && excludesPullRequests(plan_, *step.when);
    for (const auto &[target, actions] : step.bodies)
      for (const plan::Action &action : actions) {
        judgeAction(action, {&jobEnv, &step.env});
        if (excluded || target == plan::Target::Local) continue;
        if (const auto *script = std::get_if<plan::Script>(&action.node))
          judgeEnv(script->env, action.origin);
        if (const auto *uses = std::get_if<plan::Uses>(&action.node)) judgeEnv(uses->inputs, action.origin);
      }
    if (!excluded) judgeEnv(step.env, step.origin);
  }

  /// Where in `around` the value comes from, if it was written there; else all of it.
  Span placeOf(plan::ExprId value, Span around) const {
    Span own = plan_.exprs[value].origin;
    bool inside = own.valid() && around.valid() && own.file == around.file && around.begin <= own.begin &&
                  own.end <= around.end;
    return inside ? own : around;
  }

  /// The secrets of an environment that a pull request's run is given.
  void judgeEnv(const Env &env, Span around) {
    for (const plan::EnvBinding &binding : env)
      if (binding.value.valid() && plan_.exprs[binding.value].secret) judgeSecret(binding.value, around);
  }

  void judgeSecret(plan::ExprId value, Span around) {
    const plan::SecretRef *secret = nullptr;
    plan::forEachExpr(plan_, value, [&](plan::ExprId, const plan::Expr &expr) {
      if (!secret) secret = std::get_if<plan::SecretRef>(&expr.node);
    });
    Span place = placeOf(value, around);
    if (!secret || !reported_.insert({place.file.index(), place.begin}).second) return;
    reporter_.report(place, diag::SecretInPullRequest, plan_.secrets[secret->secret].name)
        .note("what is pushed to a branch of your own would be given it before anybody has looked at it")
        .note("run this where it is merged: `when git.branch == \"main\"`, or in a pipeline of its own");
  }

  void judgeAction(const plan::Action &action, llvm::ArrayRef<const Env *> around) {
    const auto *script = std::get_if<plan::Script>(&action.node);
    if (!script || (script->language != "sh" && script->language != "bash")) return;
    for (const auto &[command, instead] : goneCommands())
      if (llvm::StringRef(script->text).contains(command))
        reporter_.report(action.origin, diag::GoneCommand, command).note(instead.str());
    WatchedVariables watched;
    std::map<std::string, plan::ExprId> values;
    auto watch = [&](const Env &env) {
      for (const plan::EnvBinding &binding : env) {
        if (!binding.value.valid()) continue;
        const plan::Expr &value = plan_.exprs[binding.value];
        values[binding.name] = binding.value;
        watched.secret.erase(binding.name); // the inner one counts
        watched.untrusted.erase(binding.name);
        if (value.secret) watched.secret.insert(binding.name);
        if (value.untrusted) watched.untrusted.insert(binding.name);
      }
    };
    for (const Env *env : around)
      watch(*env);
    watch(script->env);
    for (const VariableFlow &flow : variableFlows(script->text, watched))
      reportFlow(flow, placeOf(values[flow.variable], action.origin));
  }

  void reportFlow(const VariableFlow &flow, Span place) {
    if (!reported_.insert({place.file.index(), place.begin}).second) return;
    std::string variable = "`$" + flow.variable + "`";
    switch (flow.sink) {
    case VariableFlow::Sink::Printed:
      reporter_.report(place, diag::SecretSink, "the log")
          .note("give it to the program that needs it: in its environment, by a pipe or a file");
      return;
    case VariableFlow::Sink::Traced:
      reporter_.report(place, diag::SecretSink, "the log, for `set -x` prints every command")
          .note("write `set +x` before " + variable + " is used");
      return;
    case VariableFlow::Sink::Executed:
      reporter_.report(place, diag::UntrustedSink, "code that the script executes")
          .note(variable +
                " is taken for code here: give it as an argument, `sh -c '… \"$1\"' name \"$TITLE\"`");
      return;
    case VariableFlow::Sink::EnvironmentFile:
      reporter_.report(place, diag::UntrustedSink, "the environment of every later step")
          .note("a line of " + variable + " could set `PATH` or `LD_PRELOAD` for them");
    }
  }

  const plan::Plan &plan_;
  eval::Reporter &reporter_;
  bool onPullRequest_ = false;
  std::set<plan::NodeId> excluded_;
  std::set<std::pair<std::size_t, std::uint32_t>> reported_; ///< Places: one is enough for all cells.
};

} // namespace

void Lowering::judgePipelines() {
  for (std::size_t i = 0; i < plan_.pipelines.size(); ++i)
    Judge(plan_, reporter_).judge(plan_.pipelines[Id<plan::Pipeline>(i)]);
}

void Lowering::reportUnknownScope(llvm::StringRef scope, Span span) {
  std::string nearest = nearestName(scope, permissionScopes());
  reporter_.report(span, diag::UnknownWord, "permission", scope,
                   nearest.empty() ? "" : "; did you mean `" + nearest + "`?",
                   llvm::join(permissionScopes(), ", "));
}

/// The machine a job asks for: one that there is, and that no stranger's code runs on.
void Lowering::judgeMachine(const std::string &runner, const Place &place) {
  Span span = evaluator_.exprAt(place).span;
  if (isUnknownMachine(runner)) {
    std::string nearest = nearestName(runner, machines());
    auto report = reporter_.report(span, diag::UnknownMachine, runner,
                                   nearest.empty() ? "" : "; did you mean `" + nearest + "`?");
    if (!nearest.empty()) report.fix(span, "\"" + nearest + "\"", "change it to `" + nearest + "`");
  }
  bool isOwn = llvm::StringRef(runner).startswith("self-hosted");
  const auto *call = std::get_if<ast::CallExpr>(&evaluator_.exprAt(place).node);
  const auto *callee =
      call ? std::get_if<ast::NameExpr>(&evaluator_.exprAt({place.module, call->callee}).node) : nullptr;
  bool vouched = callee && callee->name == "declassify";
  const std::optional<plan::ExprId> &when = plan_.nodes[context_.node].when;
  if (!isOwn || vouched || llvm::none_of(events_, isPullRequest)) return;
  if (when && excludesPullRequests(plan_, *when)) return;
  reporter_.report(span, diag::OwnMachine, runner)
      .note("what it leaves there, the next job finds: use a machine of GitHub's for pull requests")
      .note("where only colleagues open them: `declassify(\"" + runner + "\", reason = \"…\")`");
}

} // namespace pipelang::lowering
