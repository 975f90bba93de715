// k6's summary, in both layouts: of `--summary-export` (numbers beside each other) and of
// `handleSummary` (numbers in `values`). Two traps: in the first, a threshold that is `true` was crossed;
// and `http_req_failed.passes` counts the requests that failed. Nothing of `setup_data`, which may hold
// tokens, is ever shown.
#include "runtime/gates/findings.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

namespace pipelang::gates {
namespace {

class Summary {
public:
  explicit Summary(const json::Object &metrics) : metrics_(metrics) {}

  llvm::Expected<Reading> read() {
    auto requests = number("http_reqs", "count");
    if (!requests || *requests < 0 || *requests > 1e15)
      return unreadable("there is no `http_reqs.count`: no summary of k6");
    Reading reading;
    reading["requests"] = plan::Value{static_cast<std::int64_t>(*requests)};
    if (auto failed = failedThresholds()) reading["thresholds_failed"] = plan::Value{*failed};
    if (*requests < 1) return reading;
    if (auto rate = failureRate()) reading["error_rate"] = plan::Value{*rate};
    time(reading, "average", "avg");
    time(reading, "p50", "med");
    time(reading, "p95", "p(95)");
    time(reading, "p99", "p(99)");
    return reading;
  }

private:
  std::optional<double> number(llvm::StringRef metric, llvm::StringRef key) const {
    const json::Object *object = metrics_.getObject(metric);
    if (!object) return std::nullopt;
    if (const json::Object *values = object->getObject("values")) object = values;
    auto value = object->getNumber(key);
    if (!value || !std::isfinite(*value)) return std::nullopt;
    return *value;
  }
  void time(Reading &reading, const char *field, llvm::StringRef key) const {
    auto milliseconds = number("http_req_duration", key);
    if (!milliseconds) return;
    if (auto duration = durationFromMilliseconds(*milliseconds)) reading[field] = plan::Value{*duration};
  }
  /// Of the counts, exactly; the rate that k6 prints is rounded.
  std::optional<Percent> failureRate() const {
    auto failed = number("http_req_failed", "passes"), fine = number("http_req_failed", "fails");
    if (!failed || !fine || *failed < 0 || *fine < 0 || *failed + *fine > 1e15) return std::nullopt;
    return shareOf(static_cast<std::int64_t>(*failed), static_cast<std::int64_t>(*failed + *fine));
  }
  /// None where the summary has no thresholds.
  std::optional<std::int64_t> failedThresholds() const {
    std::optional<std::int64_t> failed;
    for (const auto &entry : metrics_) {
      const json::Object *metric = entry.second.getAsObject();
      const json::Object *thresholds = metric ? metric->getObject("thresholds") : nullptr;
      if (!thresholds) continue;
      for (const auto &threshold : *thresholds) {
        const json::Object *object = threshold.second.getAsObject();
        bool crossed = object ? object->getBoolean("ok") == false : threshold.second.getAsBoolean() == true;
        failed = failed.value_or(0) + crossed;
      }
    }
    return failed;
  }

  const json::Object &metrics_;
};

} // namespace

llvm::Expected<Reading> readK6(llvm::StringRef text) {
  llvm::Expected<json::Object> report = readObject(text, "k6");
  if (!report) return report.takeError();
  const json::Object *metrics = report->getObject("metrics");
  if (!metrics) return unreadable("there is no `metrics`: no summary of k6");
  return Summary(*metrics).read();
}

} // namespace pipelang::gates
