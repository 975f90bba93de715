#include "runtime/report/measured.h"
#include "fmt/format.h"
#include <set>

namespace pipelang::report {
namespace {

enum class Kind { Count, Share, Time };
struct Known {
  const char *name;
  const char *title;
  Kind kind;
};

constexpr Known known[] = {
    {"requests", "requests", Kind::Count},
    {"failures", "failures", Kind::Count},
    {"error_rate", "failed", Kind::Share},
    {"failure_bound_95", "failed, 95% bound", Kind::Share},
    {"switchover", "switchover", Kind::Time},
    {"first_new_answer", "first answer of the new version", Kind::Time},
    {"drain_tail", "last answer of the old version", Kind::Time},
    {"baseline_p95", "p95 before", Kind::Time},
    {"p95", "p95 after", Kind::Time},
    {"p50", "p50 after", Kind::Time},
};

std::string textOf(Kind kind, double value) {
  switch (kind) {
  case Kind::Count: return fmt::format("{:.0f}", value);
  case Kind::Share: return fmt::format("{:.4f} %", value * 100);
  case Kind::Time: return fmt::format("{:.1f} ms", value);
  }
  return {};
}

} // namespace

std::vector<MeasuredRow> measuredRows(const std::map<std::string, double> &values) {
  std::vector<MeasuredRow> rows;
  std::set<std::string> told;
  for (const Known &each : known)
    if (const auto found = values.find(each.name); found != values.end()) {
      rows.push_back({each.title, textOf(each.kind, found->second)});
      told.insert(each.name);
    }
  for (const auto &[name, value] : values)
    if (told.count(name) == 0) rows.push_back({name, fmt::format("{:g}", value)});
  return rows;
}

} // namespace pipelang::report
