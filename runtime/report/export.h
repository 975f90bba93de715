// Reports on a run that are files or messages for other programs: JUnit, Chrome's trace, OpenTelemetry, HTML.
#pragma once

#include "runtime/host/host.h"
#include "runtime/report/record.h"
#include "runtime/store/runs.h"

namespace pipelang::report {

/// A test suite a node, a test case a step or requirement; what failed holds the end of its log.
std::string junitReport(const RunRecord &record, const store::RunFolder &folder);

/// An array of trace events: a lane a node, and first a lane with the critical path. Chrome and Perfetto read
/// it. Times in microseconds from the run's start.
std::string traceReport(const RunRecord &record);

/// One page that needs no network: timeline with the critical path, gates, deployments, logs.
std::string htmlReport(const RunRecord &record, const store::RunFolder &folder);

/// `text` in XML or HTML, as text and in attributes: any bytes. What XML has no place for becomes U+FFFD.
std::string escaped(llvm::StringRef text);

} // namespace pipelang::report
