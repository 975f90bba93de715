// The JSON of coverage.py. The summaries of files are added up; the totals are not believed.
#include "runtime/gates/coverage.h"
#include "runtime/gates/findings.h"

namespace pipelang::gates {

/// A count that may be left out (branches that were not measured). -1: no count.
static std::int64_t countAt(const json::Object &summary, llvm::StringRef key, std::int64_t missing) {
  const json::Value *value = summary.get(key);
  if (!value) return missing;
  auto count = value->getAsInteger();
  return count && *count >= 0 && *count <= INT32_MAX ? *count : -1;
}

llvm::Expected<Reading> readCoverageJson(llvm::StringRef text) {
  llvm::Expected<json::Object> report = readObject(text, "coverage.py");
  if (!report) return report.takeError();
  const json::Object *files = report->getObject("files");
  if (!files) return unreadable("there is no `files`: no report of coverage.py");
  std::int64_t covered = 0, lines = 0, taken = 0, branches = 0;
  for (const auto &entry : *files) {
    const json::Object *file = entry.second.getAsObject();
    const json::Object *summary = file ? file->getObject("summary") : nullptr;
    if (!summary) return unreadable("a file has no `summary`");
    std::int64_t counts[] = {countAt(*summary, "covered_lines", -1), countAt(*summary, "num_statements", -1),
                             countAt(*summary, "covered_branches", 0), countAt(*summary, "num_branches", 0)};
    for (std::int64_t count : counts)
      if (count < 0) return unreadable("a file's `summary` lacks a count");
    covered += counts[0], lines += counts[1], taken += counts[2], branches += counts[3];
  }
  return coverageReading(covered, lines, taken, branches);
}

} // namespace pipelang::gates
