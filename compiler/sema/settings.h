// What may stand in which body: statements by kind of body, settings by group (settings.def).
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace pipelang::sema {

enum class BodyKind {
  Module,
  Pipeline,
  Job,
  Steps,
  Task,
  TaskGithub,
  TaskLocal,
  Service,
  ServiceGithub,
  ServiceLocal,
  Gate,
  Deploy,
  DeployLocal,
  BeforeSwitch,
  AfterSwitch,
  StepBlock,
  Environment,
  Trigger,
  Budget,
  Emit,
  Reaction,
  Test,
};
/// `a job`, `the `on local` body of a deployment`
std::string describe(BodyKind body);

/// One setting of a group. `type` is written as in signatures.
struct Setting {
  const char *group;
  const char *name;
  const char *type;
  bool required;
  const char *doc;
};
/// Every setting, in the order of settings.def.
const std::vector<Setting> &allSettings();
/// Null: the group has none of that name.
const Setting *findSetting(llvm::StringRef group, llvm::StringRef name);
std::vector<std::string> settingNames(llvm::StringRef group);
/// The words after `prefix` of all groups that start with it: `trigger ` gives `push`, `schedule`, …
std::vector<std::string> groupsWith(llvm::StringRef prefix);

} // namespace pipelang::sema
