// Services: a container for targets that have them, processes here, and the record that users see.
#include "compiler/lower/lowering.h"

namespace pipelang::lowering {

/// The texts of a list that `what` needs; what is late is reported.
std::vector<std::string> Lowering::texts(const Value &value, Span span, llvm::StringRef what) {
  std::vector<std::string> result;
  const auto *list = value.as<eval::List>();
  if (!refuseLate(value, span, what) || !list) return result;
  for (const Value &element : *list->elements) {
    if (std::optional<std::string> text = eval::toText(program_, element)) result.push_back(std::move(*text));
  }
  return result;
}

/// The actions of a command, or of a list of them.
std::vector<plan::Action> Lowering::commands(const Value &value) {
  std::vector<plan::Action> result;
  if (const auto *command = value.as<eval::Command>()) result.push_back(*command->action);
  if (const auto *list = value.as<eval::List>())
    for (const Value &element : *list->elements)
      for (plan::Action &action : commands(element))
        result.push_back(std::move(action));
  return result;
}

std::optional<plan::ServiceId> Lowering::lowerService(const ast::ServiceStmt &statement, ast::StmtId id) {
  Place call{module_, statement.value};
  sema::SymbolId callee = program_.module(module_).of(statement.value).symbol;
  if (!callee.valid() || program_.symbols[callee].kind != sema::SymbolKind::Service) return std::nullopt;
  const sema::Symbol &symbol = program_.symbols[callee];
  const ast::Module &declared = *program_.module(symbol.module).tree;
  const auto &declaration = std::get<ast::ServiceDecl>(declared.declarations[symbol.declaration].node);
  Span span = spanOf(statement.value);
  plan::Service service;
  service.name = statement.name.text;
  service.kind = symbol.name;
  service.origin = origin(span);
  plan::ServiceId serviceId = plan_.services.add(std::move(service));
  eval::Evaluator::Bound bound = evaluator_.bindArguments(call, callee);
  auto outerPort = std::exchange(context_.servicePort, std::make_pair(serviceId, 0));
  sema::ModuleId outerModule = std::exchange(module_, symbol.module);
  Value result = Value::error();
  {
    eval::TrailScope trail(reporter_, {"in service " + symbol.name + ", started here", span});
    for (ast::StmtId body : declaration.body) {
      const auto &node = tree().statements[body].node;
      if (const auto *target = std::get_if<ast::OnTargetStmt>(&node)) {
        if (target->target.text == "github") lowerServiceGithub(plan_.services[serviceId], target->body);
        if (target->target.text == "local") lowerServiceLocal(plan_.services[serviceId], target->body);
      } else if (const auto *returned = std::get_if<ast::ReturnStmt>(&node)) {
        result = evaluate(returned->value);
      } else if (const auto *let = std::get_if<ast::LetStmt>(&node)) {
        evaluator_.bind(program_.module(module_).statementSymbols[body.index()], evaluate(let->value));
      }
    }
  }
  module_ = outerModule;
  context_.servicePort = outerPort;
  evaluator_.restore(bound);
  context_.services[program_.module(module_).statementSymbols[id.index()]] = std::move(result);
  return serviceId;
}

void Lowering::lowerServiceGithub(plan::Service &service, const ast::Body &body) {
  plan::ServiceContainer container;
  for (ast::StmtId id : body) {
    const auto &node = tree().statements[id].node;
    if (const auto *let = std::get_if<ast::LetStmt>(&node))
      evaluator_.bind(program_.module(module_).statementSymbols[id.index()], evaluate(let->value));
    if (const auto *env = std::get_if<ast::EnvStmt>(&node)) {
      container.env.push_back(envBinding(*env));
      continue;
    }
    const auto *setting = std::get_if<ast::SettingStmt>(&node);
    if (!setting) continue;
    Value value = evaluate(setting->value);
    Span span = spanOf(setting->value);
    const std::string &name = setting->name.text;
    if (name == "image") {
      if (!refuseUntrusted(value, {module_, setting->value}, span, "an image name")) continue;
      if (refuseLate(value, span, name) && value.is<eval::Text>())
        container.image = pinnedImage(value.text(), span);
    } else if (name == "health") {
      container.healthCommand = texts(value, span, name);
    } else if (const auto *ports = value.as<eval::List>();
               refuseLate(value, span, name) && ports && name == "ports") {
      for (const Value &port : *ports->elements)
        if (const std::int64_t *number = port.as<std::int64_t>())
          container.ports.push_back(static_cast<int>(*number));
    }
  }
  if (!container.ports.empty()) context_.servicePort->second = container.ports.front();
  service.container = std::move(container);
}

void Lowering::lowerServiceLocal(plan::Service &service, const ast::Body &body) {
  plan::ServiceProcess process;
  std::vector<plan::EnvBinding> environ;
  for (ast::StmtId id : body) {
    const auto &node = tree().statements[id].node;
    if (const auto *let = std::get_if<ast::LetStmt>(&node))
      evaluator_.bind(program_.module(module_).statementSymbols[id.index()], evaluate(let->value));
    if (const auto *env = std::get_if<ast::EnvStmt>(&node)) environ.push_back(envBinding(*env));
    const auto *setting = std::get_if<ast::SettingStmt>(&node);
    if (!setting) continue;
    Value value = evaluate(setting->value);
    const std::string &name = setting->name.text;
    if (!refuseLate(value, spanOf(setting->value), name)) continue;
    if (name == "prepare") process.prepare = commands(value);
    if (name == "after_ready") process.afterReady = commands(value);
    if (const auto *start = value.as<eval::Command>(); start && name == "start")
      process.start = *start->action;
    if (const auto *ready = value.as<eval::Probe>(); ready && name == "ready") process.ready = *ready->probe;
    if (const auto *timeout = value.as<Duration>(); timeout && name == "start_timeout")
      process.startTimeout = *timeout;
  }
  process.start.env = environ;
  for (std::vector<plan::Action> *actions : {&process.prepare, &process.afterReady})
    for (plan::Action &action : *actions)
      action.env = environ;
  service.process = std::move(process);
}

} // namespace pipelang::lowering
