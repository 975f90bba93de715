// What a deployment measured, in the order people ask for it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace pipelang::report {

struct MeasuredRow {
  std::string title; ///< `p95 before`
  std::string value; ///< `12.5 ms`
};

/// Requests and failures first, then how the switch went, then latencies; what is not known here comes last.
std::vector<MeasuredRow> measuredRows(const std::map<std::string, double> &values);

} // namespace pipelang::report
