// A run as OpenTelemetry spans, sent to a collector by OTLP over HTTP, encoded as JSON.
#pragma once

#include "runtime/host/host.h"
#include "runtime/report/record.h"

namespace pipelang::report {

struct OtlpTarget {
  std::string url; ///< Of the collector: `http://localhost:4318`.
  std::map<std::string, std::string> headers;
  std::string version; ///< Ours.
};

/// The run is a span, its nodes are below it, their steps and phases below those. The same run has the same
/// ids whenever it is sent. Asks again where the collector is busy. Error: what it said, or did not.
llvm::Error sendSpans(const RunRecord &record, const OtlpTarget &target, host::Host &host);

/// Where traces go: `URL/v1/traces`, unless it says so already.
std::string otlpUrl(llvm::StringRef url);
/// Headers from OTEL_EXPORTER_OTLP_HEADERS: `name=value,…`, values percent-encoded.
std::map<std::string, std::string> otlpHeaders(llvm::StringRef text);

} // namespace pipelang::report
