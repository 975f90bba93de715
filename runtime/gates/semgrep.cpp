// Semgrep's JSON. Old rules say ERROR, WARNING, INFO: high, medium, low; they know no critical. Errors
// of the scan itself make the report an error; warnings (a file it could parse in part) do not.
#include "runtime/gates/findings.h"

namespace pipelang::gates {

static void addFinding(llvm::StringRef severity, FindingCount &count) {
  std::string word = severity.lower();
  if (word != "error" && word != "warning" && word != "info") return count.add(findingFromText(word));
  count.withoutCritical();
  count.add(word == "error" ? Finding::High : word == "warning" ? Finding::Medium : Finding::Low);
}

llvm::Expected<Reading> readSemgrep(llvm::StringRef text) {
  llvm::Expected<json::Object> report = readObject(text, "semgrep");
  if (!report) return report.takeError();
  if (llvm::Error error = forEachObjectIfAny(*report, "errors", [](const json::Object &problem) {
        bool fatal = textOf(problem, "level") == "error";
        return fatal ? unreadable("semgrep reports an error of its own: its scan is not complete")
                     : llvm::Error::success();
      }))
    return error;
  FindingCount count;
  if (llvm::Error error = forEachObject(*report, "results", [&](const json::Object &result) -> llvm::Error {
        const json::Object *extra = result.getObject("extra");
        if (!extra || textOf(*extra, "severity").empty())
          return unreadable("a result has no `extra.severity`");
        if (extra->getBoolean("is_ignored") != true) addFinding(textOf(*extra, "severity"), count);
        return llvm::Error::success();
      }))
    return error;
  return count.reading();
}

} // namespace pipelang::gates
