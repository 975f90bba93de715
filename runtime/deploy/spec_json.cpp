#include "runtime/deploy/spec_json.h"

namespace pipelang::deploy {
namespace json = llvm::json;

static json::Value textsToJson(const std::vector<std::string> &texts) {
  json::Array array;
  for (const auto &text : texts)
    array.push_back(json::isUTF8(text) ? text : json::fixUTF8(text));
  return array;
}

static json::Value commandToJson(const services::Command &command) {
  json::Object environ;
  for (const auto &[name, value] : command.environ)
    environ[json::isUTF8(name) ? name : json::fixUTF8(name)] =
        json::isUTF8(value) ? value : json::fixUTF8(value);
  json::Object object{{"argv", textsToJson(command.argv)}, {"environ", std::move(environ)}};
  if (!command.directory.empty()) object["directory"] = command.directory;
  if (command.timeout) object["timeout"] = command.timeout->milliseconds;
  if (command.continueOnError) object["continue_on_error"] = true;
  if (!command.title.empty()) object["title"] = command.title;
  return object;
}

static json::Value commandsToJson(const std::vector<services::Command> &commands) {
  json::Array array;
  for (const auto &command : commands)
    array.push_back(commandToJson(command));
  return array;
}

json::Value toJson(const services::ProcessSpec &spec) {
  const plan::Probe &probe = spec.ready;
  json::Object ready{{"kind", static_cast<int>(probe.kind)},  {"path", probe.path},
                     {"command", textsToJson(probe.command)}, {"status", probe.expectedStatus},
                     {"every", probe.every.milliseconds},     {"after", probe.after.milliseconds},
                     {"timeout", probe.timeout.milliseconds}, {"failures", probe.failures}};
  json::Object object{{"name", spec.name},
                      {"prepare", commandsToJson(spec.prepare)},
                      {"start", commandToJson(spec.start)},
                      {"ready", std::move(ready)},
                      {"after_ready", commandsToJson(spec.afterReady)},
                      {"start_timeout", spec.startTimeout.milliseconds},
                      {"grace", spec.grace.milliseconds},
                      {"directory", spec.directory},
                      {"port", spec.port}};
  if (spec.user) object["user"] = static_cast<std::int64_t>(*spec.user);
  return object;
}

static bool read(const json::Value &value, std::vector<std::string> &texts, json::Path path) {
  return json::fromJSON(value, texts, path);
}

static bool read(const json::Value &value, services::Command &command, json::Path path) {
  const json::Object *object = value.getAsObject();
  if (!object || !object->get("argv") || !object->getObject("environ")) {
    path.report("expected a command");
    return false;
  }
  for (const auto &[name, text] : *object->getObject("environ"))
    if (const auto value = text.getAsString()) command.environ[llvm::StringRef(name).str()] = value->str();
  if (const auto directory = object->getString("directory")) command.directory = directory->str();
  if (const auto timeout = object->getInteger("timeout")) command.timeout = Duration{*timeout};
  if (const auto goesOn = object->getBoolean("continue_on_error")) command.continueOnError = *goesOn;
  if (const auto title = object->getString("title")) command.title = title->str();
  return read(*object->get("argv"), command.argv, path.field("argv"));
}

static bool read(const json::Value &value, std::vector<services::Command> &commands, json::Path path) {
  const json::Array *array = value.getAsArray();
  if (!array) {
    path.report("expected an array");
    return false;
  }
  for (const auto &element : *array)
    if (!read(element, commands.emplace_back(), path.index(commands.size()))) return false;
  return true;
}

static bool read(const json::Value &value, plan::Probe &probe, json::Path path) {
  json::ObjectMapper map(value, path);
  int kind = 0;
  const bool ok = map && map.map("kind", kind) && map.map("path", probe.path) &&
                  map.map("command", probe.command) && map.map("status", probe.expectedStatus) &&
                  map.map("every", probe.every.milliseconds) && map.map("after", probe.after.milliseconds) &&
                  map.map("timeout", probe.timeout.milliseconds) && map.map("failures", probe.failures);
  if (ok && (kind < 0 || kind > static_cast<int>(plan::Probe::Kind::Exec))) {
    path.field("kind").report("unknown kind");
    return false;
  }
  probe.kind = static_cast<plan::Probe::Kind>(kind);
  return ok;
}

llvm::Expected<services::ProcessSpec> specFromJson(const json::Value &value) {
  services::ProcessSpec spec;
  json::Path::Root root("spec");
  json::Path path = root;
  json::ObjectMapper map(value, path);
  const json::Object *object = value.getAsObject();
  const auto part = [&](const char *name, auto &into) {
    if (const json::Value *found = object->get(name)) return read(*found, into, path.field(name));
    path.field(name).report("missing value");
    return false;
  };
  if (!map || !map.map("name", spec.name) || !map.map("start_timeout", spec.startTimeout.milliseconds) ||
      !map.map("grace", spec.grace.milliseconds) || !map.map("directory", spec.directory) ||
      !map.map("port", spec.port) || !part("prepare", spec.prepare) || !part("start", spec.start) ||
      !part("ready", spec.ready) || !part("after_ready", spec.afterReady))
    return root.getError();
  if (const auto user = object->getInteger("user")) spec.user = static_cast<uid_t>(*user);
  return spec;
}

} // namespace pipelang::deploy
