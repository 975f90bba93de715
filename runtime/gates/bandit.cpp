// Bandit's JSON. It knows no `critical`. Files that it could not read are an error: nobody has looked
// into them.
#include "runtime/gates/findings.h"

namespace pipelang::gates {

llvm::Expected<Reading> readBandit(llvm::StringRef text) {
  llvm::Expected<json::Object> report = readObject(text, "bandit");
  if (!report) return report.takeError();
  if (const json::Array *errors = report->getArray("errors"); errors && !errors->empty()) {
    const json::Object *first = (*errors)[0].getAsObject();
    return unreadable("bandit could not read " + llvm::Twine(errors->size()) + " file(s), the first is `" +
                      (first ? textOf(*first, "filename") : "") + "`");
  }
  FindingCount count;
  count.withoutCritical();
  if (llvm::Error error = forEachObject(*report, "results", [&](const json::Object &result) {
        count.add(findingFromText(textOf(result, "issue_severity")));
        return llvm::Error::success();
      }))
    return error;
  return count.reading();
}

} // namespace pipelang::gates
