// pip-audit's JSON: `{"dependencies": […]}`, before version 2.5 the list itself. It knows no severities, so a
// bound on one is not evaluated. Dependencies that it could not look up (one's own package, which is on
// no index) are passed over, but there must be one that it could.
#include "runtime/gates/findings.h"

namespace pipelang::gates {

llvm::Expected<Reading> readPipAudit(llvm::StringRef text) {
  llvm::Expected<json::Value> value = parseBoundedJson(text);
  if (!value) return value.takeError();
  json::Object report;
  if (json::Array *list = value->getAsArray())
    report["dependencies"] = std::move(*list);
  else if (json::Object *object = value->getAsObject())
    report = std::move(*object);
  FindingCount count;
  count.withoutSeverity();
  bool looked = false;
  auto visit = [&](const json::Object &dependency) -> llvm::Error {
    if (textOf(dependency, "name").empty())
      return unreadable("a dependency has no `name`: no report of pip-audit");
    if (dependency.get("skip_reason")) return llvm::Error::success();
    looked = true;
    return forEachObject(dependency, "vulns", [&](const json::Object &) {
      count.add(Finding::Other);
      return llvm::Error::success();
    });
  };
  if (llvm::Error error = forEachObject(report, "dependencies", visit)) return error;
  if (!looked) return unreadable("pip-audit could look up no dependency at all");
  return count.reading();
}

} // namespace pipelang::gates
