// `npm audit --json`: packages by name since npm 7, advisories by id before. An audit that failed
// (`ENOAUDIT`, `ENOLOCK`) is an object with `error` and counts that are all 0: an error here.
#include "runtime/gates/findings.h"

namespace pipelang::gates {

llvm::Expected<Reading> readNpmAudit(llvm::StringRef text) {
  llvm::Expected<json::Object> report = readObject(text, "npm audit");
  if (!report) return report.takeError();
  if (const json::Value *error = report->get("error"); error && !error->getAsNull()) {
    const json::Object *details = error->getAsObject();
    llvm::StringRef code = details ? textOf(*details, "code") : "";
    return unreadable("npm could not audit" + (code.empty() ? "" : ": `" + code + "`"));
  }
  const json::Object *found = report->getObject("vulnerabilities");
  if (!found) found = report->getObject("advisories");
  if (!found)
    return unreadable("there are neither `vulnerabilities` nor `advisories`: no report of npm audit");
  FindingCount count;
  for (const auto &entry : *found) {
    const json::Object *finding = entry.second.getAsObject();
    if (!finding || textOf(*finding, "severity").empty())
      return unreadable("a vulnerability has no `severity`");
    count.add(findingFromText(textOf(*finding, "severity")));
  }
  return count.reading();
}

} // namespace pipelang::gates
