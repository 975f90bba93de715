#include "runtime/gates/coverage.h"

namespace pipelang::gates {

void CoverageCount::line(const std::string &file, std::int64_t line, bool hit) {
  Line &known = files_[file][line];
  known.hit |= hit;
}

void CoverageCount::branches(const std::string &file, std::int64_t line, std::int64_t taken,
                             std::int64_t all) {
  Line &known = files_[file][line];
  known.taken = std::max(known.taken, taken);
  known.all = std::max(known.all, all);
}

Reading CoverageCount::reading() const {
  std::int64_t covered = 0, lines = 0, taken = 0, branches = 0;
  for (const auto &[file, numbered] : files_)
    for (const auto &[number, line] : numbered) {
      ++lines;
      covered += line.hit;
      taken = sumOf(taken, line.taken);
      branches = sumOf(branches, line.all);
    }
  return coverageReading(covered, lines, taken, branches);
}

Reading coverageReading(std::int64_t coveredLines, std::int64_t allLines, std::int64_t takenBranches,
                        std::int64_t allBranches) {
  Reading reading;
  reading["lines_covered"] = plan::Value{coveredLines};
  reading["lines_total"] = plan::Value{allLines};
  if (auto share = shareOf(coveredLines, allLines)) reading["lines"] = plan::Value{*share};
  if (auto share = shareOf(takenBranches, allBranches)) reading["branches"] = plan::Value{*share};
  return reading;
}

} // namespace pipelang::gates
