#include "compiler/backends/github/pins.h"

namespace pipelang::backends::github {

Document pinnedUses(llvm::StringRef name, llvm::StringRef digest, llvm::StringRef version) {
  return Document((name + "@" + digest).str()).commented(version.str());
}

Document pinnedUses(const Scope &scope, llvm::StringRef name) {
  for (const plan::ActionPin &pin : scope.plan.pins)
    if (pin.name == name) return pinnedUses(name, pin.digest, pin.version);
  scope.diagnostics.report(scope.current().origin, diag::GithubMissingPin, name, scope.current().name)
      .note(("add `\"" + name + "\": {\"version\": …, \"digest\": …}` to `actions` in pipe.lock").str());
  return Document(name);
}

const plan::ToolPin *findTool(const plan::Plan &plan, llvm::StringRef name) {
  for (const plan::ToolPin &tool : plan.tools)
    if (tool.name == name) return &tool;
  return nullptr;
}

} // namespace pipelang::backends::github
