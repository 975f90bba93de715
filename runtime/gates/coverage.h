// What coverage readers share: lines by file, counted once however often a report names them.
#pragma once

#include "runtime/gates/reader_list.h"
#include <map>
#include <string>

namespace pipelang::gates {

/// Lines and branches of all files. Memory grows with the lines of the program, not with the report.
class CoverageCount {
public:
  /// Line `line` of `file` can run; it did where `hit`. Named twice, it ran if either says so.
  void line(const std::string &file, std::int64_t line, bool hit);
  /// Of the `all` ways to go at this line `taken` were gone. Named twice, the better counts.
  void branches(const std::string &file, std::int64_t line, std::int64_t taken, std::int64_t all);

  bool empty() const { return files_.empty(); }
  /// `lines`, `lines_covered`, `lines_total`, `branches`. A share of nothing is left out.
  Reading reading() const;

private:
  struct Line {
    bool hit = false;
    std::int64_t taken = 0;
    std::int64_t all = 0;
  };
  std::map<std::string, std::map<std::int64_t, Line>> files_;
};

/// The reading for these totals.
Reading coverageReading(std::int64_t coveredLines, std::int64_t allLines, std::int64_t takenBranches,
                        std::int64_t allBranches);

} // namespace pipelang::gates
