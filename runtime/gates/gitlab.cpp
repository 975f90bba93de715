// GitLab's security reports (an object with `vulnerabilities` and `scan`) and its code quality reports
// (a list; blocker and critical count as critical, major high, minor medium, info low).
#include "runtime/gates/findings.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipelang::gates {

static llvm::Expected<Reading> readCodeQuality(const json::Array &issues) {
  FindingCount count;
  for (const json::Value &each : issues) {
    const json::Object *issue = each.getAsObject();
    llvm::StringRef severity = issue ? textOf(*issue, "severity") : "";
    if (severity.empty()) return unreadable("an issue has no `severity`: no report for GitLab");
    count.add(llvm::StringSwitch<Finding>(severity)
                  .Cases("blocker", "critical", Finding::Critical)
                  .Case("major", Finding::High)
                  .Case("minor", Finding::Medium)
                  .Case("info", Finding::Low)
                  .Default(Finding::Other));
  }
  return count.reading();
}

llvm::Expected<Reading> readGitlab(llvm::StringRef text) {
  llvm::Expected<json::Value> value = parseBoundedJson(text);
  if (!value) return value.takeError();
  if (const json::Array *list = value->getAsArray()) return readCodeQuality(*list);
  const json::Object *report = value->getAsObject();
  if (!report) return unreadable("no report for GitLab: the outermost value is neither object nor list");
  const json::Object *scan = report->getObject("scan");
  if (scan && textOf(*scan, "status") == "failure")
    return unreadable("the scanner says that its scan failed");
  FindingCount count;
  if (llvm::Error error =
          forEachObject(*report, "vulnerabilities", [&](const json::Object &finding) -> llvm::Error {
            if (textOf(finding, "severity").empty()) return unreadable("a vulnerability has no `severity`");
            count.add(findingFromText(textOf(finding, "severity")));
            return llvm::Error::success();
          }))
    return error;
  return count.reading();
}

} // namespace pipelang::gates
