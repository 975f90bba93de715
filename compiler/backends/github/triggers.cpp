#include "compiler/backends/github/triggers.h"
#include "compiler/backends/github/expression.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

namespace pipelang::backends::github {

namespace {

struct Event {
  llvm::StringLiteral name;
  llvm::StringLiteral filters;
  llvm::StringLiteral types;
};
constexpr Event events[] = {
#define GITHUB_EVENT(NAME, FILTERS, TYPES) {NAME, FILTERS, TYPES},
#include "compiler/backends/github/events.def"
#undef GITHUB_EVENT
};

const Event *findEvent(llvm::StringRef name) {
  const Event *found = llvm::find_if(events, [&](const Event &event) { return event.name == name; });
  return found == std::end(events) ? nullptr : found;
}

/// GitHub spells its filters with `-`, the language with `_`.
std::string filterName(llvm::StringRef name) {
  std::string spelled = name.str();
  std::replace(spelled.begin(), spelled.end(), '_', '-');
  return spelled;
}

Document textList(const std::vector<std::string> &texts) {
  Document list = Document::list();
  for (const std::string &text : texts)
    list.push(text);
  return list;
}

/// Activities that the event does not have; GitHub would start nothing for them, without a word.
void checkTypes(const Scope &scope, const plan::Trigger &trigger, const Event &event,
                const std::vector<std::string> &given) {
  llvm::SmallVector<llvm::StringRef> known;
  llvm::StringRef(event.types).split(known, ' ', -1, /*KeepEmpty=*/false);
  for (const std::string &type : given)
    if (!llvm::is_contained(known, type) && event.types != "*")
      scope.diagnostics
          .report(trigger.origin, diag::GithubTrigger, trigger.event,
                  "has no activity `" + type + "` on GitHub")
          .note("it has " + llvm::join(known, ", "));
}

Document filters(const Scope &scope, const plan::Trigger &trigger, const Event &event) {
  llvm::SmallVector<llvm::StringRef> known;
  llvm::StringRef(event.filters).split(known, ' ', -1, /*KeepEmpty=*/false);
  Document document = Document::map();
  for (const auto &[name, values] : trigger.filters) {
    std::string spelled = filterName(name);
    if (spelled == "unsafe") { // why it is wanted all the same; for readers
      document.commented("unsafe: " + llvm::join(values, " "));
      continue;
    }
    if (spelled == "types") checkTypes(scope, trigger, event, values);
    if (!llvm::is_contained(known, spelled))
      scope.diagnostics.report(trigger.origin, diag::GithubTrigger, trigger.event,
                               "has no filter `" + name + "` on GitHub");
    if (document.find(spelled + "-ignore") || (llvm::StringRef(spelled).endswith("-ignore") &&
                                               document.find(llvm::StringRef(spelled).drop_back(7))))
      scope.diagnostics.report(trigger.origin, diag::GithubTrigger, trigger.event,
                               "cannot have both a filter and its `_ignore`; exclude with `!pattern`");
    document.set(spelled, textList(values));
  }
  return document.from(trigger.origin);
}

Document cronList(const plan::Trigger &trigger) {
  Document list = Document::list();
  for (const auto &[name, values] : trigger.filters)
    for (const std::string &cron : values)
      list.push(DocumentMap{{"cron", cron}});
  return list.from(trigger.origin);
}

/// A person chooses among the names of an enum; who calls a workflow gives a text.
const char *inputType(const plan::Param &param, bool isCall) {
  const plan::ValueType type = param.type;
  if (!param.choices.empty() && !isCall) return "choice";
  if (type == plan::ValueType::Bool) return "boolean";
  return type == plan::ValueType::Int ? "number" : "string";
}

/// What a person may set who starts the workflow by hand.
Document inputs(const plan::Plan &plan, bool isCall) {
  Document all = Document::map();
  for (const plan::Param &param : plan.params) {
    Document input;
    if (!param.doc.empty()) input.set("description", param.doc);
    input.set("type", inputType(param, isCall));
    if (!param.choices.empty() && !isCall) input.set("options", textList(param.choices));
    input.set("required", !param.defaultValue);
    if (param.defaultValue && param.defaultValue->type() != plan::ValueType::None) {
      const auto *flag = std::get_if<bool>(&param.defaultValue->node);
      const auto *number = std::get_if<std::int64_t>(&param.defaultValue->node);
      input.set("default", flag     ? Document(*flag)
                           : number ? Document(*number)
                                    : Document(param.defaultValue->toText()));
    }
    all.set(param.name, input.from(param.origin));
  }
  return all;
}

/// What a workflow that calls this one hands over.
Document secrets(const plan::Plan &plan) {
  Document all = Document::map();
  for (const plan::Secret &secret : plan.secrets)
    all.set(llvm::StringRef(secret.name).upper(),
            Document(DocumentMap{{"required", false}}).from(secret.origin));
  return all;
}

/// What it is given back.
Document outputs(const Scope &scope) {
  Document all = Document::map();
  for (const plan::PipelineOutput &output : scope.pipeline.outputs) {
    Document entry;
    if (!output.doc.empty()) entry.set("description", llvm::StringRef(output.doc).trim());
    entry.set("value", renderText(scope, output.value, Key::CallOutput));
    all.set(output.name, entry.from(output.origin));
  }
  return all;
}

} // namespace

Document renderTriggers(const Scope &scope) {
  Document on = Document::map();
  for (const plan::Trigger &trigger : scope.pipeline.triggers) {
    const Event *event = findEvent(trigger.event);
    if (!event) {
      scope.diagnostics.report(trigger.origin, diag::GithubTrigger, trigger.event, "is no event of GitHub's");
    } else if (event->name == "schedule") {
      on.set(event->name, cronList(trigger));
    } else {
      Document value = filters(scope, trigger, *event);
      bool isCall = event->name == "workflow_call";
      if ((isCall || event->name == "workflow_dispatch") && !scope.plan.params.empty())
        value.set("inputs", inputs(scope.plan, isCall));
      if (isCall && !scope.pipeline.outputs.empty()) value.set("outputs", outputs(scope));
      if (isCall && !scope.plan.secrets.empty()) value.set("secrets", secrets(scope.plan));
      const bool takesNothing =
          event->name == "create" || event->name == "delete"; // not even an empty mapping
      on.set(event->name, takesNothing ? Document() : value);
    }
  }
  if (scope.pipeline.triggers.empty())
    scope.diagnostics.report(scope.pipeline.origin, diag::GithubNoTrigger, scope.pipeline.name);
  return on;
}

} // namespace pipelang::backends::github
