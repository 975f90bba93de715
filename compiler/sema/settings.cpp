#include "compiler/sema/settings.h"

namespace pipelang::sema {

const std::vector<Setting> &allSettings() {
  static const std::vector<Setting> settings{
#define SETTING(GROUP, NAME, TYPE, REQUIRED, DOC) {GROUP, NAME, TYPE, REQUIRED, DOC},
#include "compiler/sema/settings.def"
#undef SETTING
  };
  return settings;
}

const Setting *findSetting(llvm::StringRef group, llvm::StringRef name) {
  for (const Setting &setting : allSettings())
    if (group == setting.group && name == setting.name) return &setting;
  return nullptr;
}

std::vector<std::string> settingNames(llvm::StringRef group) {
  std::vector<std::string> names;
  for (const Setting &setting : allSettings())
    if (group == setting.group && *setting.name) names.push_back(setting.name);
  return names;
}

std::vector<std::string> groupsWith(llvm::StringRef prefix) {
  std::vector<std::string> names;
  for (const Setting &setting : allSettings()) {
    llvm::StringRef group = setting.group;
    if (!group.consume_front(prefix)) continue;
    if (names.empty() || names.back() != group) names.push_back(group.str());
  }
  return names;
}

std::string describe(BodyKind body) {
  switch (body) {
  case BodyKind::Module: return "a file";
  case BodyKind::Pipeline: return "a pipeline";
  case BodyKind::Job: return "a job";
  case BodyKind::Steps: return "an `if` of a job";
  case BodyKind::Task: return "a task";
  case BodyKind::TaskGithub: return "the `on github` body of a task";
  case BodyKind::TaskLocal: return "the `on local` body of a task";
  case BodyKind::Service: return "a service";
  case BodyKind::ServiceGithub: return "the `on github` body of a service";
  case BodyKind::ServiceLocal: return "the `on local` body of a service";
  case BodyKind::Gate: return "a gate";
  case BodyKind::Deploy: return "a deployment";
  case BodyKind::DeployLocal: return "the `on local` body of a deployment";
  case BodyKind::BeforeSwitch: return "`before switch`";
  case BodyKind::AfterSwitch: return "`after switch`";
  case BodyKind::StepBlock: return "the block of a step";
  case BodyKind::Environment: return "an environment";
  case BodyKind::Trigger: return "a trigger";
  case BodyKind::Budget: return "a budget";
  case BodyKind::Emit: return "an `emit`";
  case BodyKind::Reaction: return "a reaction";
  case BodyKind::Test: return "a test";
  }
  return {};
}

} // namespace pipelang::sema
