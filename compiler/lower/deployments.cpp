// Deployments: what is deployed where, the switch, and the release that runs here.
#include "compiler/lower/lowering.h"
#include <initializer_list>

namespace pipelang::lowering {

/// How long it takes until every node of a cluster has seen a change of endpoints.
static constexpr Duration propagation = Duration::fromSeconds(1);

void Lowering::lowerDeployment(plan::NodeId node, const ast::DeployStmt &deploy) {
  plan::Deployment deployment;
  deployment.keepWarm = Duration::fromMinutes(5);
  deployment.drain = Duration::fromSeconds(30);
  deployment.preStop = Duration::fromSeconds(5);
  deployment.longestRequest = Duration::fromSeconds(10);
  deployment.grace = Duration::fromSeconds(30);
  deployment.startTimeout = Duration::fromMinutes(2);
  deployment.live.kind = deployment.ready.kind = plan::Probe::Kind::Tcp;
  plan_.nodes[node].node = deployment;
  // The environment first: it decides which secrets may be named in the rest.
  for (bool environmentFirst : {true, false})
    for (ast::StmtId id : deploy.body) {
      const ast::Stmt &statement = tree().statements[id];
      const auto *setting = std::get_if<ast::SettingStmt>(&statement.node);
      bool isEnvironment = setting && setting->name.text == "environment";
      bool isLocal = std::holds_alternative<ast::OnTargetStmt>(statement.node);
      if (isEnvironment == environmentFirst && !isLocal) lowerDeploymentStatement(deployment, statement, id);
    }
  checkTimings({deployment.grace, deployment.preStop, deployment.longestRequest, deployment.drain},
               plan_.nodes[node].origin);
  for (ast::StmtId id : deploy.body) { // last: what it does not say is the deployment's own
    const ast::Stmt &statement = tree().statements[id];
    const auto *target = std::get_if<ast::OnTargetStmt>(&statement.node);
    if (target && target->target.text == "local") lowerLocal(deployment, target->body, statement.header);
  }
  plan_.nodes[node].node = std::move(deployment);
}

void Lowering::lowerDeploymentStatement(plan::Deployment &deployment, const ast::Stmt &statement,
                                        ast::StmtId id) {
  if (const auto *setting = std::get_if<ast::SettingStmt>(&statement.node)) {
    lowerDeploymentSetting(deployment, *setting);
  } else if (const auto *env = std::get_if<ast::EnvStmt>(&statement.node)) {
    deployment.env.push_back(envBinding(*env));
  } else if (const auto *let = std::get_if<ast::LetStmt>(&statement.node)) {
    evaluator_.bind(program_.module(module_).statementSymbols[id.index()], evaluate(let->value));
  } else if (const auto *after = std::get_if<ast::AfterStmt>(&statement.node)) {
    lowerAfter(*after);
  } else if (const auto *phase = std::get_if<ast::SwitchPhaseStmt>(&statement.node)) {
    lowerPhase(deployment, *phase);
  } else if (const auto *within = std::get_if<ast::SwitchWithinStmt>(&statement.node)) {
    Value limit = evaluate(within->limit);
    if (const auto *known = limit.as<Duration>()) deployment.switchWithin = *known;
    refuseLate(limit, spanOf(within->limit), "within");
  }
}

/// Sets the first of `targets` whose name is `name`; false: none is, or the value is of another kind.
template <typename T>
static bool assignNamed(llvm::StringRef name, const Value &value,
                        std::initializer_list<std::pair<llvm::StringRef, T *>> targets) {
  const T *known = value.as<T>();
  for (const auto &[candidate, target] : targets)
    if (known && candidate == name) {
      *target = *known;
      return true;
    }
  return false;
}

void Lowering::lowerDeploymentSetting(plan::Deployment &deployment, const ast::SettingStmt &setting) {
  const std::string &name = setting.name.text;
  Span span = spanOf(setting.value);
  if (name == "environment") {
    if (std::optional<plan::EnvironmentId> found = environmentOf(setting.value))
      context_.environment = deployment.environment = *found;
    return;
  }
  Value value = evaluate(setting.value);
  if (name == "image") {
    if (!refuseUntrusted(value, {module_, setting.value}, span, "an image name")) return;
    if (!refuseSecret(value, span, "an image name")) return;
    value = deployedImage(value, span);
    deployment.image = evaluator_.toLate(value, plan::ValueType::String, span).value_or(plan::ExprId());
    return;
  }
  if (!refuseLate(value, span, name)) return;
  if (name == "command") deployment.command = texts(value, span, name);
  if (const auto *port = value.as<std::int64_t>(); port && name == "port")
    deployment.port = static_cast<int>(*port);
  if (const auto *probe = value.as<eval::Probe>()) {
    if (name == "live") deployment.live = *probe->probe;
    if (name == "ready") deployment.ready = *probe->probe;
  }
  assignNamed<Duration>(name, value,
                        {{"keep_warm", &deployment.keepWarm},
                         {"drain", &deployment.drain},
                         {"grace", &deployment.grace},
                         {"pre_stop", &deployment.preStop},
                         {"longest_request", &deployment.longestRequest},
                         {"start_timeout", &deployment.startTimeout}});
}

/// `before switch { … }`, `after switch { … }`
void Lowering::lowerPhase(plan::Deployment &deployment, const ast::SwitchPhaseStmt &phase) {
  for (ast::StmtId id : phase.body) {
    const ast::Stmt &statement = tree().statements[id];
    if (const auto *require = std::get_if<ast::RequireStmt>(&statement.node)) {
      if (std::optional<plan::Requirement> requirement = lowerRequirement(*require, statement.header))
        deployment.afterSwitch.push_back(std::move(*requirement));
      continue;
    }
    const auto *check = std::get_if<ast::ExprStmt>(&statement.node);
    if (!check) continue;
    Value value = evaluate(check->value);
    const auto *probe = value.as<eval::Probe>();
    if (!probe) continue;
    plan::HttpCheck result{probe->probe->path, probe->probe->expectedStatus, probe->probe->timeout,
                           statement.header};
    if (check->within) {
      Value within = evaluate(*check->within);
      if (const auto *known = within.as<Duration>()) result.within = *known;
      refuseLate(within, spanOf(*check->within), "within");
    }
    deployment.beforeSwitch.push_back(std::move(result));
  }
}

void Lowering::lowerLocal(plan::Deployment &deployment, const ast::Body &body, Span at) {
  plan::LocalRelease local;
  local.live = deployment.live;
  local.ready = deployment.ready;
  local.keepWarm = deployment.keepWarm;
  local.drain = deployment.drain;
  local.grace = deployment.grace;
  local.preStop = deployment.preStop;
  local.longestRequest = deployment.longestRequest;
  local.startTimeout = deployment.startTimeout;
  ActionSink sink;
  sink.select(plan::Target::Local);
  ActionSink *outer = std::exchange(context_.sink, &sink);
  context_.inputs = &local.inputs;
  for (ast::StmtId id : body)
    lowerLocalStatement(local, tree().statements[id], id);
  context_.inputs = nullptr;
  context_.sink = outer;
  local.prepare = sink.take()[plan::Target::Local];
  checkTimings({local.grace, local.preStop, local.longestRequest, local.drain}, at);
  deployment.local = std::move(local);
}

void Lowering::lowerLocalStatement(plan::LocalRelease &local, const ast::Stmt &statement, ast::StmtId id) {
  if (const auto *setting = std::get_if<ast::SettingStmt>(&statement.node)) {
    lowerLocalSetting(local, *setting);
  } else if (const auto *env = std::get_if<ast::EnvStmt>(&statement.node)) {
    local.env.push_back(envBinding(*env));
  } else if (const auto *service = std::get_if<ast::ServiceStmt>(&statement.node)) {
    if (std::optional<plan::ServiceId> made = lowerService(*service, id)) local.services.push_back(*made);
  } else if (const auto *let = std::get_if<ast::LetStmt>(&statement.node)) {
    evaluator_.bind(program_.module(module_).statementSymbols[id.index()], evaluate(let->value));
  } else if (const auto *step = std::get_if<ast::ExprStmt>(&statement.node)) {
    lowerTaskStep(*step, statement.header);
  }
}

void Lowering::lowerLocalSetting(plan::LocalRelease &local, const ast::SettingStmt &setting) {
  Value value = evaluate(setting.value);
  const std::string &name = setting.name.text;
  if (!refuseLate(value, spanOf(setting.value), name)) return;
  if (const auto *start = value.as<eval::Command>(); start && name == "start") local.start = *start->action;
  if (const auto *port = value.as<std::int64_t>(); port && name == "public_port")
    local.publicPort = static_cast<int>(*port);
  if (const auto *probe = value.as<eval::Probe>()) {
    if (name == "live") local.live = *probe->probe;
    if (name == "ready") local.ready = *probe->probe;
  }
  assignNamed<Duration>(name, value,
                        {{"keep_warm", &local.keepWarm},
                         {"drain", &local.drain},
                         {"grace", &local.grace},
                         {"pre_stop", &local.preStop},
                         {"longest_request", &local.longestRequest},
                         {"start_timeout", &local.startTimeout}});
  const auto *record = value.as<eval::Record>();
  if (name != "traffic" || !record) return;
  plan::Traffic traffic;
  auto field = [&](llvm::StringRef wanted, auto &target) {
    using Target = std::decay_t<decltype(target)>;
    const Value *found = record->data->find(wanted);
    if (const Target *known = found ? found->as<Target>() : nullptr) target = *known;
  };
  field("rate", traffic.rate);
  field("before", traffic.before);
  field("after", traffic.after);
  for (auto [wanted, target] :
       {std::pair("path", &traffic.path), std::pair("identity_header", &traffic.identityHeader)})
    if (const Value *found = record->data->find(wanted); found && found->is<eval::Text>())
      *target = found->text();
  local.traffic = std::move(traffic);
}

/// A deployment's times must add up, or requests are lost.
void Lowering::checkTimings(const Timings &times, Span span) {
  Duration needed{times.preStop.milliseconds + times.longestRequest.milliseconds};
  if (times.grace <= needed)
    reporter_.report(span, diag::GraceTooShort, toText(times.grace))
        .note("grace must be longer than pre_stop + longest_request: " + toText(times.preStop) + " + " +
              toText(times.longestRequest) + " = " + toText(needed))
        .note("a request that begins just before the stop is cut off otherwise");
  if (times.drain < propagation)
    reporter_.report(span, diag::DrainTooShort, toText(times.drain), toText(propagation))
        .note("it takes that long until every node has seen the switch");
  if (times.preStop < propagation)
    reporter_.report(span, diag::PreStopTooShort, toText(times.preStop), toText(propagation))
        .note("requests still arrive until every node has seen that the endpoint left");
}

} // namespace pipelang::lowering
