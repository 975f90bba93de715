#include "compiler/plan/evaluate.h"
#include "runtime/report/export.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <limits>

namespace pipelang::report {
namespace {

namespace json = llvm::json;

std::string utf8(llvm::StringRef text) {
  return json::isUTF8(text) ? text.str() : json::fixUTF8(text);
}

llvm::StringRef outcomeText(const std::optional<plan::Outcome> &outcome) {
  return outcome ? plan::toText(*outcome) : "unfinished";
}

/// A trace counts microseconds. Milliseconds of a damaged journal may be any.
std::int64_t microsecondsOf(std::int64_t milliseconds) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1000;
  return std::clamp(milliseconds, -most, most) * 1000;
}

class Trace {
public:
  explicit Trace(const RunRecord &record) : record_(record) {}

  std::string write() {
    name("process_name", 0, record_.run.pipeline + " of " + record_.run.plan);
    name("thread_name", 0, "critical path");
    sortIndex(0);
    for (const std::size_t index : record_.criticalPath) {
      const NodeRecord &node = record_.nodes[index];
      slice(0, node.name, "critical", node.started, node.ended,
            json::Object{{"outcome", outcomeText(node.outcome)}});
    }
    for (std::size_t i = 0; i < record_.nodes.size(); ++i)
      add(record_.nodes[i], static_cast<std::int64_t>(i) + 1);
    std::string text = "[";
    llvm::raw_string_ostream out(text);
    for (std::size_t i = 0; i < events_.size(); ++i)
      out << (i == 0 ? "\n" : ",\n") << events_[i];
    out << "\n]\n";
    return out.str();
  }

private:
  std::int64_t microseconds(std::int64_t at) const { return microsecondsOf(at - record_.started); }

  void name(llvm::StringRef what, std::int64_t lane, const std::string &text) {
    events_.push_back(json::Object{{"name", what.str()},
                                   {"ph", "M"},
                                   {"pid", 1},
                                   {"tid", lane},
                                   {"args", json::Object{{"name", utf8(text)}}}});
  }
  void sortIndex(std::int64_t lane) {
    events_.push_back(json::Object{{"name", "thread_sort_index"},
                                   {"ph", "M"},
                                   {"pid", 1},
                                   {"tid", lane},
                                   {"args", json::Object{{"sort_index", lane}}}});
  }
  void slice(std::int64_t lane, llvm::StringRef title, llvm::StringRef category, std::int64_t from,
             std::int64_t to, json::Object args) {
    events_.push_back(json::Object{{"name", utf8(title)},
                                   {"cat", category.str()},
                                   {"ph", "X"},
                                   {"ts", microseconds(from)},
                                   {"dur", microsecondsOf(to - from)},
                                   {"pid", 1},
                                   {"tid", lane},
                                   {"args", std::move(args)}});
  }

  void add(const NodeRecord &node, std::int64_t lane) {
    if (!node.ran()) return; // it took no time
    name("thread_name", lane, node.name);
    sortIndex(lane);
    json::Object args{{"outcome", outcomeText(node.outcome)}, {"critical_path", node.critical}};
    if (!node.cache.empty()) args["cache"] = utf8(node.cache + ": " + node.cacheNote);
    if (!node.reason.empty()) args["reason"] = utf8(node.reason);
    for (const store::Checked &check : node.checks)
      args[utf8(check.requirement)] = utf8(check.verdict + ": " + check.value);
    for (const auto &[key, value] : node.measured)
      args[key] = value;
    slice(lane, node.name, node.critical ? node.kind + ",critical" : node.kind, node.started, node.ended,
          std::move(args));
    for (const StepRecord &step : node.steps) {
      if (step.outcome == plan::Outcome::Skipped) continue;
      json::Object about{
          {"outcome", outcomeText(step.outcome)}, {"exit_code", step.exitCode}, {"attempt", step.attempt}};
      if (!step.reason.empty()) about["reason"] = utf8(step.reason);
      slice(lane, step.name, "step", step.started, step.ended, std::move(about));
    }
    for (const PhaseRecord &phase : node.phases)
      slice(lane, phase.phase, "phase", phase.started, phase.ended,
            json::Object{{"message", utf8(phase.message)}});
  }

  const RunRecord &record_;
  std::vector<json::Value> events_;
};

} // namespace

std::string traceReport(const RunRecord &record) {
  return Trace(record).write();
}

} // namespace pipelang::report
