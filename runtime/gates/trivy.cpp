// Trivy's JSON: vulnerabilities, failed misconfigurations, secrets and licenses. Old versions write a
// list of results instead of an object. `null`, and an object without `Results`, mean that there was
// nothing Trivy knows how to scan: an error, not 0 findings.
#include "runtime/gates/findings.h"

namespace pipelang::gates {

static llvm::Error addResult(const json::Object &result, FindingCount &count) {
  for (llvm::StringRef kind : {"Vulnerabilities", "Misconfigurations", "Secrets", "Licenses"})
    if (llvm::Error error = forEachObjectIfAny(result, kind, [&](const json::Object &finding) {
          llvm::StringRef status = textOf(finding, "Status");
          if (kind != "Misconfigurations" || status.empty() || status == "FAIL")
            count.add(findingFromText(textOf(finding, "Severity")));
          return llvm::Error::success();
        }))
      return error;
  return llvm::Error::success();
}

llvm::Expected<Reading> readTrivy(llvm::StringRef text) {
  llvm::Expected<json::Value> value = parseBoundedJson(text);
  if (!value) return value.takeError();
  json::Object report;
  if (json::Array *list = value->getAsArray())
    report["Results"] = std::move(*list);
  else if (json::Object *object = value->getAsObject())
    report = std::move(*object);
  const json::Array *results = report.getArray("Results");
  if (!results || results->empty())
    return unreadable("there are no `Results`: Trivy found nothing that it can scan");
  FindingCount count;
  if (llvm::Error error = forEachObject(report, "Results", [&](const json::Object &result) {
        if (textOf(result, "Target").empty())
          return unreadable("a result has no `Target`: no report of Trivy");
        return addResult(result, count);
      }))
    return error;
  return count.reading();
}

} // namespace pipelang::gates
