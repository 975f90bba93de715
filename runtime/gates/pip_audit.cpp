// pip-audit's JSON: `{"dependencies": […]}`, before version 2.5 the list itself. It knows no severities, so a
// bound on one is not evaluated. `skipped` are dependencies that it could not look up.
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
  std::int64_t skipped = 0;
  if (llvm::Error error =
          forEachObject(report, "dependencies", [&](const json::Object &dependency) -> llvm::Error {
            if (textOf(dependency, "name").empty())
              return unreadable("a dependency has no `name`: no report of pip-audit");
            if (dependency.get("skip_reason")) {
              ++skipped;
              return llvm::Error::success();
            }
            return forEachObject(dependency, "vulns", [&](const json::Object &) {
              count.add(Finding::Other);
              return llvm::Error::success();
            });
          }))
    return error;
  Reading reading = count.reading();
  reading["skipped"] = plan::Value{skipped};
  return reading;
}

} // namespace pipelang::gates
