// Safety's JSON: an object with `vulnerabilities` since version 2, a list of lists before. Severities
// are only there for some accounts of its database: one finding without makes bounds on them not evaluated.
#include "runtime/gates/findings.h"

namespace pipelang::gates {

/// What the CVSS entry says, newest version first.
static std::optional<Finding> severityOf(const json::Object &finding) {
  const json::Object *severity = finding.getObject("severity");
  if (!severity) return std::nullopt;
  for (llvm::StringRef version : {"cvssv3", "cvssv2"})
    if (const json::Object *cvss = severity->getObject(version)) {
      if (auto score = cvss->getNumber("base_score")) return findingFromScore(*score);
      if (llvm::StringRef word = textOf(*cvss, "base_severity"); !word.empty()) return findingFromText(word);
    }
  return std::nullopt;
}

static llvm::Expected<Reading> readOldSafety(const json::Array &findings) {
  FindingCount count;
  count.withoutSeverity();
  for (const json::Value &finding : findings) {
    const json::Array *columns = finding.getAsArray();
    if (!columns || columns->size() < 5)
      return unreadable("a finding has no five columns: no report of safety");
    count.add(Finding::Other);
  }
  return count.reading();
}

llvm::Expected<Reading> readSafety(llvm::StringRef text) {
  llvm::Expected<json::Value> value = parseBoundedJson(text);
  if (!value) return value.takeError();
  if (const json::Array *list = value->getAsArray()) return readOldSafety(*list);
  const json::Object *report = value->getAsObject();
  if (!report) return unreadable("no report of safety: the outermost value is neither object nor list");
  FindingCount count;
  if (llvm::Error error = forEachObject(*report, "vulnerabilities", [&](const json::Object &finding) {
        if (finding.getBoolean("ignored") == true) return llvm::Error::success();
        std::optional<Finding> severity = severityOf(finding);
        if (!severity) count.withoutSeverity();
        count.add(severity.value_or(Finding::Other));
        return llvm::Error::success();
      }))
    return error;
  return count.reading();
}

} // namespace pipelang::gates
