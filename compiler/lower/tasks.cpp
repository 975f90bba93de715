// Tasks: a call unfolds into the actions of one step, for all targets or for each its own.
#include "compiler/lower/github_words.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/paths.h"
#include "compiler/plan/context.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipelang::lowering {

/// Tasks within tasks that are gone through.
static constexpr int deepestTask = 100;

Value Lowering::call(const Place &call, sema::SymbolId callee) {
  const sema::Symbol &symbol = program_.symbols[callee];
  switch (symbol.kind) {
  case sema::SymbolKind::Task: return callTask(call, callee);
  case sema::SymbolKind::Reader: return callReader(call, callee);
  case sema::SymbolKind::Fn: return callNativeFn(call, callee);
  case sema::SymbolKind::Builtin:
    if (symbol.name == "native") return callNative(call);
    if (symbol.name == "artifact") return callArtifact(call);
    if (symbol.name == "read") return callRead(call);
    if (symbol.name == "emitted" || symbol.name == "snapshot") return callTestFile(call, symbol.name);
    return Value::error();
  default: return Value::error();
  }
}

/// A task's call: its actions go to the step being made. Outside of one (a `let` of a job), to a step of its
/// own.
Value Lowering::callTask(const Place &call, sema::SymbolId callee) {
  const sema::Symbol &symbol = program_.symbols[callee];
  Span span = evaluator_.exprAt(call).span;
  ActionSink own;
  ActionSink *outer = context_.sink;
  if (!outer) context_.sink = &own;
  const auto *task =
      std::get_if<ast::TaskDecl>(&program_.module(symbol.module).tree->declarations[symbol.declaration].node);
  if (!task) return Value::error();
  called_.insert(callee);
  if (context_.taskDepth > deepestTask) return Value::error(); // a circle, which the checker has reported
  std::string name = evaluator_.qualifiedName(callee);
  eval::Evaluator::Bound bound = evaluator_.bindArguments(call, callee);
  sema::ModuleId outerModule = std::exchange(module_, symbol.module);
  Value result;
  {
    eval::TrailScope trail(reporter_, {"in task " + name + ", called here", span});
    if (context_.taskDepth++ == 0) context_.stepName = name;
    result = lowerTaskBodies(tree(), task->body, span, callee);
    --context_.taskDepth;
  }
  module_ = outerModule;
  evaluator_.restore(bound);
  context_.sink = outer;
  if (outer) return result;
  plan::Step step;
  step.origin = origin(span);
  addStep(own, std::move(step));
  return result;
}

/// `on` blocks for the targets asked for, or the one body for all.
Value Lowering::lowerTaskBodies(const ast::Module &tree, const ast::Body &body, Span span,
                                sema::SymbolId task) {
  bool hasTargets = llvm::any_of(body, [&](ast::StmtId id) {
    return std::holds_alternative<ast::OnTargetStmt>(tree.statements[id].node);
  });
  if (!hasTargets) return lowerTaskBody(body, task).value_or(Value{eval::Nothing{}, {}});
  plan::Target wanted = context_.sink->target();
  std::map<plan::Target, Value> results;
  for (ast::StmtId id : body) {
    const auto *block = std::get_if<ast::OnTargetStmt>(&tree.statements[id].node);
    if (!block) continue;
    plan::Target target = block->target.text == "github" ? plan::Target::Github : plan::Target::Local;
    if (wanted != plan::Target::Any && wanted != target) continue;
    context_.sink->select(target);
    results[target] = lowerTaskBody(block->body, task).value_or(Value{eval::Nothing{}, {}});
    context_.sink->select(wanted);
  }
  if (results.empty()) return {eval::Nothing{}, {}};
  if (results.size() == 1) return results.begin()->second;
  return joinResults(results[plan::Target::Github], results[plan::Target::Local], span);
}

/// One value for each target, or the one they agree on.
Value Lowering::joinResults(const Value &github, const Value &local, Span span) {
  if (github.isError() || local.isError()) return Value::error();
  Labels labels = eval::allLabels(github);
  labels.join(eval::allLabels(local));
  if (github.is<eval::Nothing>() || eval::equal(github, local)) {
    Value value = github;
    value.labels = labels;
    return value;
  }
  std::optional<plan::ExprId> a = evaluator_.toLate(github, plan::ValueType::String, span);
  std::optional<plan::ExprId> b = a ? evaluator_.toLate(local, plan::ValueType::String, span) : std::nullopt;
  if (!a || !b) return Value::error();
  plan::Expr expr;
  expr.type = plan_.exprs[*a].type;
  expr.node = plan::ByTarget{*a, *b};
  return evaluator_.late(std::move(expr), labels, span);
}

/// The statements of a body, its `env` for all of them; the value of its `return`, if it has one.
std::optional<Value> Lowering::lowerTaskBody(const ast::Body &body, sema::SymbolId task) {
  std::optional<Value> result;
  ActionSink::Mark begin = context_.sink->mark();
  std::vector<plan::EnvBinding> env;
  for (ast::StmtId id : body) {
    const ast::Stmt &statement = tree().statements[id];
    if (const auto *binding = std::get_if<ast::EnvStmt>(&statement.node))
      env.push_back(envBinding(*binding));
    else if (std::optional<Value> value = lowerTaskStatement(statement, id, task))
      result = std::move(value);
  }
  addEnv(begin, env);
  return result;
}

std::optional<Value> Lowering::lowerTaskStatement(const ast::Stmt &statement, ast::StmtId id,
                                                  sema::SymbolId task) {
  sema::SymbolId symbol = program_.module(module_).statementSymbols[id.index()];
  if (const auto *let = std::get_if<ast::LetStmt>(&statement.node)) {
    evaluator_.bind(symbol, evaluate(let->value));
  } else if (const auto *result = std::get_if<ast::ReturnStmt>(&statement.node)) {
    return evaluate(result->value);
  } else if (const auto *setting = std::get_if<ast::SettingStmt>(&statement.node)) {
    if (setting->name.text == "permissions")
      llvm::append_range(
          context_.sink->permissions,
          permissionsOf(evaluate(setting->value), evaluator_.qualifiedName(task), spanOf(setting->value)));
  } else if (const auto *choice = std::get_if<ast::IfStmt>(&statement.node)) {
    return lowerTaskIf(*choice, task);
  } else if (const auto *step = std::get_if<ast::ExprStmt>(&statement.node)) {
    lowerTaskStep(*step, statement.header);
  }
  return std::nullopt;
}

/// `["contents: read"]`, as `reason` asks for it.
std::vector<plan::Permission> Lowering::permissionsOf(const Value &value, const std::string &reason,
                                                      Span span) {
  std::vector<plan::Permission> permissions;
  for (const std::string &text : texts(value, span, "permissions")) {
    auto [scope, access] = llvm::StringRef(text).split(':');
    scope = scope.trim();
    access = access.trim();
    if (scope.empty() || (access != "read" && access != "write")) {
      reporter_.report(span, diag::BadPermission, text);
      continue;
    }
    if (!llvm::is_contained(permissionScopes(), scope.str())) {
      reportUnknownScope(scope, span);
      continue;
    }
    permissions.push_back({scope.str(), access == "write", reason});
  }
  return permissions;
}

/// `native("git.checkout", depth = 1)`
Value Lowering::callNative(const Place &call) {
  const auto &expr = std::get<ast::CallExpr>(evaluator_.exprAt(call).node);
  plan::Action action;
  action.origin = origin(evaluator_.exprAt(call).span);
  plan::Native native;
  for (const ast::Argument &argument : expr.arguments) {
    Value value = evaluator_.evaluate({call.module, argument.value});
    if (!argument.name) {
      if (value.is<eval::Text>()) native.name = value.text();
      continue;
    }
    std::optional<plan::ExprId> id = evaluator_.toLate(value, plan::ValueType::String, argument.span);
    if (id) native.arguments.push_back({argument.name->text, *id});
  }
  action.title = native.name;
  action.node = std::move(native);
  keepAction(std::move(action));
  return {eval::Nothing{}, {}};
}

/// `artifact(job.files, to = "dir")`: an input of the job or of the local release.
Value Lowering::callArtifact(const Place &call) {
  const std::vector<ast::ExprId> &arguments = evaluator_.infoAt(call).arguments;
  if (arguments.empty() || !arguments[0].valid()) return Value::error();
  Value output = evaluator_.evaluate({call.module, arguments[0]});
  if (!output.isLate()) return Value::error();
  const auto *reference = std::get_if<plan::OutputRef>(&plan_.exprs[output.as<eval::Late>()->expr].node);
  Span span = evaluator_.exprAt(call).span;
  if (!reference) { // `if … then a.files else b.files`
    refuseLate(output, evaluator_.exprAt({call.module, arguments[0]}).span, "artifact",
               "give each its own `artifact(…)`, in jobs with a `when`");
    return Value::error();
  }
  if (!plan_.outputs[reference->output].isArtifact()) return Value::error(); // reported
  plan::ArtifactInput input{reference->output, "."};
  if (arguments.size() > 1 && arguments[1].valid()) {
    Value to = evaluator_.evaluate({call.module, arguments[1]});
    if (!refuseUntrusted(to, {call.module, arguments[1]}, span, "a path")) return Value::error();
    if (!refuseLate(to, evaluator_.exprAt({call.module, arguments[1]}).span, "to",
                    "put the files in a folder whose name is known, and move them in a step"))
      return Value::error();
    if (to.is<eval::Text>()) input.directory = to.text();
  }
  if (leavesWorkspace(input.directory)) reporter_.report(span, diag::PathOutside, input.directory);
  noteUntrusted(output);
  if (context_.inputs)
    context_.inputs->push_back(std::move(input));
  else if (context_.job)
    context_.job->inputs.push_back(std::move(input));
  return {eval::Nothing{}, {}};
}

/// `slo.p95(api)`: a metric of the deployment.
Value Lowering::callNativeFn(const Place &call, sema::SymbolId callee) {
  const std::vector<ast::ExprId> &arguments = evaluator_.infoAt(call).arguments;
  Value subject = arguments.empty() ? Value::error() : evaluator_.evaluate({call.module, arguments[0]});
  const auto *node = subject.as<eval::NodeRef>();
  Span span = evaluator_.exprAt(call).span;
  if (!node) return Value::error(); // the checker has reported it
  if (node->node != context_.node && !need(node->node, span)) return Value::error();
  plan::Expr expr;
  expr.type = evaluator_.lateType(evaluator_.infoAt(call).type);
  expr.node = plan::Metric{node->node, program_.symbols[callee].name};
  return evaluator_.late(std::move(expr), {}, span);
}

Value Lowering::callReader(const Place &call, sema::SymbolId callee) {
  eval::Evaluator::Bound bound = evaluator_.bindArguments(call, callee);
  Value file = bound.values.empty() ? Value::error() : bound.values.front();
  evaluator_.restore(bound);
  Span span = evaluator_.exprAt(call).span;
  refuseLate(file, span, evaluator_.qualifiedName(callee),
             "copy the report to a path that is known, in a step");
  if (!file.is<eval::Text>()) return Value::error();
  return {eval::Report{program_.symbols[callee].name, file.text()}, file.labels};
}

/// `read("x")`: a file of the project, now.
Value Lowering::callRead(const Place &call) {
  const std::vector<ast::ExprId> &arguments = evaluator_.infoAt(call).arguments;
  Value path = arguments.empty() ? Value::error() : evaluator_.evaluate({call.module, arguments[0]});
  Span span = evaluator_.exprAt(call).span;
  refuseLate(path, span, "read", "a file of the project is read when the pipeline is compiled");
  if (!path.is<eval::Text>()) return Value::error();
  if (leavesWorkspace(path.text())) {
    reporter_.report(span, diag::PathOutside, path.text());
    return Value::error();
  }
  if (!options_.read) return Value::error();
  llvm::Expected<std::string> text = options_.read(path.text());
  if (text) return Value::ofText(std::move(*text));
  reporter_.report(span, diag::CannotRead, path.text(), llvm::toString(text.takeError()));
  return Value::error();
}

} // namespace pipelang::lowering
