// Grype's JSON. `Negligible` and `Unknown` count in the total alone.
#include "runtime/gates/findings.h"

namespace pipelang::gates {

llvm::Expected<Reading> readGrype(llvm::StringRef text) {
  llvm::Expected<json::Object> report = readObject(text, "grype");
  if (!report) return report.takeError();
  const json::Value *matches = report->get("matches");
  if (!matches) return unreadable("there is no `matches`: no report of grype");
  FindingCount count;
  if (llvm::Error error =
          forEachObjectIfAny(*report, "matches", [&](const json::Object &match) -> llvm::Error {
            const json::Object *vulnerability = match.getObject("vulnerability");
            if (!vulnerability) return unreadable("a match has no `vulnerability`");
            count.add(findingFromText(textOf(*vulnerability, "severity")));
            return llvm::Error::success();
          }))
    return error;
  return count.reading();
}

} // namespace pipelang::gates
