// Jobs: settings, steps, services, outputs.
#include "compiler/lower/lowering.h"
#include "compiler/lower/paths.h"
#include "compiler/plan/evaluate.h"

namespace pipelang::lowering {

/// Ours, shown in every target: never a target's own six hours.
static constexpr Duration defaultTimeout = Duration::fromMinutes(30);
static constexpr const char *defaultRunner = "ubuntu-24.04";

void Lowering::lowerJob(plan::NodeId node, const ast::JobStmt &job) {
  auto *plain = std::get_if<plan::Job>(&plan_.nodes[node].node);
  if (!plain) plain = &plan_.nodes[node].node.emplace<plan::Job>();
  plain->timeout = defaultTimeout;
  plain->runner = defaultRunner;
  context_.job = plain;
  lowerJobSettings(*plain, job.body);
  lowerJobBody(job.body);
  labelFiles(*plain);
  context_.job = nullptr;
}

/// What a result kept in the cache depends on, and what a job may see here.
void Lowering::lowerCacheSetting(plan::Job &job, const std::string &name, const Value &value, Span span) {
  if (const bool *pure = value.as<bool>(); pure && name == "pure") job.pure = *pure;
  if (const bool *sandbox = value.as<bool>(); sandbox && name == "sandbox") job.sandbox = *sandbox;
  const auto *globs = value.as<eval::List>();
  if (!globs || name != "inputs") return;
  for (const Value &glob : *globs->elements) {
    if (!glob.is<eval::Text>()) continue;
    if (leavesWorkspace(glob.text())) reporter_.report(span, diag::PathOutside, glob.text());
    job.sources.push_back(glob.text());
  }
}

/// Settings first: the environment decides which secrets may be named in the rest.
void Lowering::lowerJobSettings(plan::Job &job, const ast::Body &body) {
  Span inputs;
  for (ast::StmtId id : body) {
    const auto *setting = std::get_if<ast::SettingStmt>(&tree().statements[id].node);
    if (!setting) continue;
    if (setting->name.text == "environment") {
      context_.environment = job.environment = environmentOf(setting->value);
      continue;
    }
    Value value = evaluate(setting->value);
    const std::string &name = setting->name.text;
    Span span = spanOf(setting->value);
    if (name == "container" && !refuseUntrusted(value, {module_, setting->value}, span, "an image name"))
      continue;
    if (!refuseLate(value, span, name)) continue;
    if (const auto *timeout = value.as<Duration>(); timeout && name == "timeout") {
      job.timeout = *timeout;
      if (timeout->milliseconds == 0) reporter_.report(span, diag::NoTime, name);
    } else if (name == "retries") {
      job.retry = retryOf(value, span);
    } else if (name == "permissions") {
      for (plan::Permission &permission : permissionsOf(value, plan_.nodes[context_.node].name, span))
        job.permissions.push_back(std::move(permission));
    } else if (value.is<eval::Text>() && name == "runs_on") {
      job.runner = value.text();
      judgeMachine(job.runner, {module_, setting->value});
    } else if (name == "container") {
      if (value.is<eval::Text>()) job.container = pinnedImage(value.text(), span);
    } else {
      lowerCacheSetting(job, name, value, span);
      if (name == "inputs") inputs = span;
    }
  }
  if (inputs.valid() && !job.pure)
    reporter_.report(inputs, diag::InputsOfImpureJob, plan_.nodes[context_.node].name)
        .note("write `pure = true` too if the same inputs always give the same outputs");
}

void Lowering::lowerJobBody(const ast::Body &body) {
  for (ast::StmtId id : body)
    lowerJobStatement(tree().statements[id], id);
}

void Lowering::lowerJobStatement(const ast::Stmt &statement, ast::StmtId id) {
  sema::SymbolId symbol = program_.module(module_).statementSymbols[id.index()];
  if (const auto *let = std::get_if<ast::LetStmt>(&statement.node)) {
    evaluator_.bind(symbol, evaluate(let->value));
  } else if (const auto *env = std::get_if<ast::EnvStmt>(&statement.node)) {
    context_.job->env.push_back(envBinding(*env));
  } else if (const auto *step = std::get_if<ast::ExprStmt>(&statement.node)) {
    lowerStep(*step, statement.header);
  } else if (const auto *out = std::get_if<ast::OutStmt>(&statement.node)) {
    lowerOutput(*out, statement);
  } else if (const auto *service = std::get_if<ast::ServiceStmt>(&statement.node)) {
    if (std::optional<plan::ServiceId> made = lowerService(*service, id))
      context_.job->services.push_back(*made);
  } else if (const auto *after = std::get_if<ast::AfterStmt>(&statement.node)) {
    lowerAfter(*after);
  } else if (const auto *choice = std::get_if<ast::IfStmt>(&statement.node)) {
    lowerIf(*choice);
  } else if (const auto *raw = std::get_if<ast::RawStmt>(&statement.node)) {
    lowerRaw(*raw, statement.header, context_.job->raw);
  }
}

/// A condition known now chooses and disappears; a late one becomes the steps' `when`.
void Lowering::lowerIf(const ast::IfStmt &statement) {
  Value value = evaluate(statement.condition);
  Span span = spanOf(statement.condition);
  if (const bool *known = value.as<bool>()) {
    lowerJobBody(*known ? statement.thenBody : statement.elseBody);
    const ast::Body &dead = *known ? statement.elseBody : statement.thenBody;
    sawDeadCode_ |= !dead.empty();
    if (judging_) lowerJobBody(dead);
    return;
  }
  if (!value.isLate() || !refuseSecret(value, span, "a condition")) return;
  plan::ExprId holds = value.as<eval::Late>()->expr;
  context_.conditions.push_back(holds);
  lowerJobBody(statement.thenBody);
  context_.conditions.pop_back();
  if (statement.elseBody.empty()) return;
  context_.conditions.push_back(negated(holds, value.labels, span));
  lowerJobBody(statement.elseBody);
  context_.conditions.pop_back();
}

void Lowering::addStep(ActionSink &sink, plan::Step step) {
  std::string task = std::exchange(context_.stepName, {});
  if (sink.empty()) return;
  if (step.name.empty()) step.name = std::move(task);
  std::vector<plan::ExprId> conditions = context_.conditions;
  if (step.when) conditions.push_back(*step.when);
  step.when = allOf(std::move(conditions), step.origin);
  std::sort(sink.permissions.begin(), sink.permissions.end());
  sink.permissions.erase(std::unique(sink.permissions.begin(), sink.permissions.end()),
                         sink.permissions.end());
  step.permissions = std::move(sink.permissions);
  step.bodies = sink.take();
  plan::StepId id = plan_.steps.add(std::move(step));
  if (context_.job) context_.job->steps.push_back(id);
}

/// A statement that is a step: a script, `exec`, or a task's call.
void Lowering::lowerStep(const ast::ExprStmt &statement, Span origin) {
  Place place{module_, statement.value};
  plan::Step step;
  step.origin = origin;
  if (statement.when) {
    std::size_t errors = reporter_.errorCount();
    Value holds = evaluate(*statement.when);
    if (const bool *known = holds.as<bool>(); known && !*known) return;
    if (holds.isLate() && refuseSecret(holds, spanOf(*statement.when), "a condition"))
      step.when = holds.as<eval::Late>()->expr;
    if (reporter_.errorCount() > errors) return;
  }
  const ast::Expr &expr = evaluator_.exprAt(place);
  bool isScript = std::holds_alternative<ast::ScriptExpr>(expr.node);
  bool isExec =
      std::holds_alternative<ast::ExecExpr>(expr.node) || std::holds_alternative<ast::UsesExpr>(expr.node);
  ActionSink sink;
  ActionSink *outer = std::exchange(context_.sink, &sink);
  if (step.when) enterCondition(*step.when, true);
  if (isScript || isExec) {
    step.name = spelled(place);
    addAction(place, statement.block, origin);
  } else {
    evaluator_.evaluate(place); // the call of a task adds its actions; its step is made there
  }
  if (step.when) leaveCondition();
  context_.sink = outer;
  StepSettings settings = stepSettings(statement.block);
  refuseSettings(settings, sink.since({}), false);
  applyRetry(settings, sink.since({}));
  if (settings.name) step.name = *settings.name;
  step.timeout = settings.retry.times > 0 ? std::nullopt : settings.timeout; // else each attempt's
  step.raw = settings.raw;
  step.directory = settings.directory;
  step.continueOnError = settings.continueOnError;
  applyStepBlock(step, statement.block, isScript);
  addStep(sink, std::move(step));
}

/// Settings and env of a step's block. A script's env is the script's own.
void Lowering::applyStepBlock(plan::Step &step, const ast::Body &block, bool isScript) {
  for (ast::StmtId id : block)
    if (const auto *env = std::get_if<ast::EnvStmt>(&tree().statements[id].node); env && !isScript)
      step.env.push_back(envBinding(*env));
}

/// `{ times = 2; on = [failure]; pause = 5s }`
plan::Retry Lowering::retryOf(const Value &record, Span span) {
  plan::Retry retry;
  const auto *known = record.as<eval::Record>();
  if (!known) return retry;
  if (const Value *times = known->data->find("times"))
    if (const auto *number = times->as<std::int64_t>()) retry.times = static_cast<int>(*number);
  if (const Value *pause = known->data->find("pause"))
    if (const auto *duration = pause->as<Duration>()) retry.pause = *duration;
  const Value *on = known->data->find("on");
  const auto *outcomes = on ? on->as<eval::List>() : nullptr;
  for (const Value &element : outcomes ? *outcomes->elements : eval::Values{}) {
    const auto *outcome = element.as<eval::OutcomeCase>();
    if (!outcome) continue;
    if (outcome->outcome == plan::Outcome::Failure || outcome->outcome == plan::Outcome::TimedOut)
      retry.on.insert(outcome->outcome);
    else
      reporter_.report(span, diag::RetryOutcome, plan::toText(outcome->outcome))
          .note("`failure` and `timed_out` can");
  }
  if (retry.on.empty()) retry.times = 0;
  return retry;
}

/// A step that is tried again is one script or program; its timeout is then that of an attempt.
void Lowering::applyRetry(const StepSettings &settings, const ActionSink::Added &added) {
  auto given = settings.givenAt.find("retries");
  if (given == settings.givenAt.end()) return;
  if (settings.retry.on.count(plan::Outcome::TimedOut) && !settings.timeout)
    reporter_.report(given->second, diag::RetryOutcome, "timed_out")
        .note("an attempt times out where the step has a `timeout`");
  for (const auto &[target, actions] : added) {
    bool isScript = actions.size() == 1 && (std::holds_alternative<plan::Script>(actions[0]->node) ||
                                            std::holds_alternative<plan::Exec>(actions[0]->node));
    if (!isScript) {
      reporter_
          .report(given->second, diag::SettingNotHere, "retries", "a step that is not one script or program")
          .note("say it of the script that fails now and then, or of the whole job");
      return;
    }
    actions[0]->retry = settings.retry;
    actions[0]->timeout = settings.timeout;
  }
}

StepSettings Lowering::stepSettings(const ast::Body &block) {
  StepSettings settings;
  for (ast::StmtId id : block) {
    if (const auto *raw = std::get_if<ast::RawStmt>(&tree().statements[id].node))
      lowerRaw(*raw, tree().statements[id].header, settings.raw);
    const auto *setting = std::get_if<ast::SettingStmt>(&tree().statements[id].node);
    if (!setting) continue;
    Value value = evaluate(setting->value);
    const std::string &name = setting->name.text;
    settings.givenAt[name] = setting->name.span;
    if (name == "name" && !refuseSecret(value, spanOf(setting->value), "the name of a step")) continue;
    if (!refuseLate(value, spanOf(setting->value), name)) continue;
    if (const auto *timeout = value.as<Duration>(); timeout && name == "timeout") {
      settings.timeout = *timeout;
      if (timeout->milliseconds == 0) reporter_.report(spanOf(setting->value), diag::NoTime, name);
    }
    if (name == "retries") settings.retry = retryOf(value, spanOf(setting->value));
    if (value.is<eval::Text>() && name == "name") settings.name = value.text();
    if (value.is<eval::Text>() && name == "directory") {
      settings.directory = value.text();
      if (leavesWorkspace(value.text()))
        reporter_.report(spanOf(setting->value), diag::PathOutside, value.text());
    }
    if (const bool *goOn = value.as<bool>(); goOn && name == "continue_on_error")
      settings.continueOnError = *goOn;
  }
  return settings;
}

plan::EnvBinding Lowering::envBinding(const ast::EnvStmt &env) {
  Value value = evaluate(env.value);
  Span span = spanOf(env.value);
  noteUntrusted(value);
  bool hasText = value.isLate() || eval::toText(program_, value); // else it has been reported
  if (options_.notes) eval::note(*options_.notes, plan_, "env", env.name.text, env.name.span, value);
  if (!hasText) value = Value::ofText("");
  return {env.name.text, evaluator_.toLate(value, plan::ValueType::String, span).value_or(plan::ExprId())};
}

void Lowering::lowerOutput(const ast::OutStmt &out, const ast::Stmt &statement) {
  // A task called for its result is a step of its own.
  ActionSink sink;
  ActionSink *outer = std::exchange(context_.sink, &sink);
  Value value = evaluate(out.value);
  context_.sink = outer;
  plan::Step step;
  step.origin = statement.header;
  addStep(sink, std::move(step));
  if (value.isError() || value.is<eval::Nothing>()) return; // the checker has reported it
  if (options_.notes)
    eval::note(*options_.notes, plan_, "out", plan_.nodes[context_.node].name + "." + out.name.text,
               out.name.span, value);
  plan::Output output;
  output.name = out.name.text;
  output.job = context_.node;
  output.origin = statement.header;
  Labels labels = eval::allLabels(value);
  Span span = spanOf(out.value);
  if (!refuseSecret(value, span, "an output")) return;
  auto inside = [&](const std::string &path) {
    if (leavesWorkspace(path)) reporter_.report(span, diag::PathOutside, path);
  };
  if (const auto *file = value.as<eval::TextFile>()) {
    output.node = plan::TextFileOutput{file->path};
    inside(file->path);
  } else if (const auto *report = value.as<eval::Report>()) {
    output.node = plan::ReportOutput{report->reader, report->path};
    inside(report->path);
  } else if (const auto *files = value.as<eval::Files>()) {
    output.node = plan::FilesOutput{*files->paths};
    for (const std::string &path : *files->paths)
      inside(path);
  } else {
    std::optional<plan::ExprId> id = evaluator_.toLate(value, plan::ValueType::String, span);
    if (!id) return;
    output.node = plan::ValueOutput{*id};
  }
  output.untrusted = labels.untrusted; // of files: see labelFiles
  plan::OutputId id = plan_.outputs.add(std::move(output));
  context_.job->outputs.push_back(id);
  state(context_.node).outputs[out.name.text] = id;
}

} // namespace pipelang::lowering
