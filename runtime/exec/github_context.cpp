#include "compiler/plan/context.h"
#include "compiler/support/bounded_json.h"
#include "runtime/exec/context.h"
#include "llvm/Support/JSON.h"

namespace pipelang::exec {
namespace {

namespace json = llvm::json;

std::string variable(const host::Host &host, const char *name) {
  const auto found = host.environ.find(name);
  return found == host.environ.end() ? "" : found->second;
}

/// The event as GitHub tells it; an empty object where it cannot be read.
json::Object readEvent(host::Host &host) {
  llvm::Expected<std::string> text = host.files.read(variable(host, "GITHUB_EVENT_PATH"));
  if (!text) {
    llvm::consumeError(text.takeError());
    return {};
  }
  llvm::Expected<json::Value> event = parseBoundedJson(*text);
  if (!event) {
    llvm::consumeError(event.takeError());
    return {};
  }
  json::Object *object = event->getAsObject();
  return object ? std::move(*object) : json::Object{};
}

std::int64_t number(const std::string &text) {
  std::int64_t value = 0;
  return llvm::StringRef(text).getAsInteger(10, value) ? 0 : value;
}

} // namespace

std::map<std::string, plan::Value> readGithubContext(host::Host &host) {
  std::map<std::string, plan::Value> context;
  for (const plan::ContextFact &fact : plan::contextFacts())
    context[fact.key] = fact.absent();
  const auto set = [&](const char *key, const char *name) {
    context[key] = plan::Value{variable(host, name)};
  };
  set("git.commit", "GITHUB_SHA");
  set("git.ref", "GITHUB_REF");
  set("git.repository", "GITHUB_REPOSITORY");
  set("git.actor", "GITHUB_ACTOR");
  set("git.pull_request.head", "GITHUB_HEAD_REF");
  set("git.pull_request.base", "GITHUB_BASE_REF");
  set("event.name", "GITHUB_EVENT_NAME");
  set("run.id", "GITHUB_RUN_ID");
  set(variable(host, "GITHUB_REF_TYPE") == "tag" ? "git.tag" : "git.branch", "GITHUB_REF_NAME");
  context["run.number"] = plan::Value{number(variable(host, "GITHUB_RUN_NUMBER"))};
  context["run.attempt"] = plan::Value{number(variable(host, "GITHUB_RUN_ATTEMPT"))};
  const json::Object event = readEvent(host);
  if (const json::Object *request = event.getObject("pull_request")) {
    if (const auto value = request->getInteger("number"))
      context["git.pull_request.number"] = plan::Value{*value};
    for (const char *key : {"title", "body"})
      if (const auto text = request->getString(key))
        context["git.pull_request." + std::string(key)] = plan::Value{text->str()};
  }
  return context;
}

std::map<std::string, std::string> readGithubInputs(host::Host &host) {
  std::map<std::string, std::string> inputs;
  const json::Object event = readEvent(host);
  const json::Object *given = event.getObject("inputs");
  if (!given) return inputs;
  for (const auto &[key, value] : *given) {
    const std::string name = llvm::StringRef(key).str();
    if (const auto text = value.getAsString())
      inputs[name] = text->str();
    else if (const auto flag = value.getAsBoolean())
      inputs[name] = *flag ? "true" : "false";
    else if (const auto whole = value.getAsInteger())
      inputs[name] = std::to_string(*whole);
  }
  return inputs;
}

} // namespace pipelang::exec
