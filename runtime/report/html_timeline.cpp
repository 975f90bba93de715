#include "fmt/format.h"
#include "runtime/report/html.h"
#include <algorithm>

namespace pipelang::report::html {
namespace {

/// Rows beyond this say more to a machine than to a reader: there is --trace.
constexpr std::size_t mostRows = 400;

/// Milliseconds to a share of the run's time, in percent.
class Scale {
public:
  explicit Scale(const RunRecord &record)
      : start_(record.started), length_(std::max<std::int64_t>(record.ended - record.started, 1)) {}
  double at(std::int64_t time) const {
    return std::clamp(100.0 * static_cast<double>(time - start_) / static_cast<double>(length_), 0.0, 100.0);
  }
  std::int64_t length() const { return length_; }

private:
  std::int64_t start_, length_;
};

/// 1, 2 or 5 times a power of ten, or whole parts of a minute; at most six ticks.
std::int64_t tickLength(std::int64_t length) {
  for (const std::int64_t each :
       {1,       2,       5,         10,        20,        50,         100,       200,     500,
        1000,    2000,    5000,      10'000,    15'000,    30'000,     60'000,    120'000, 300'000,
        600'000, 900'000, 1'800'000, 3'600'000, 7'200'000, 21'600'000, 43'200'000})
    if (length / each <= 6) return each;
  return std::max<std::int64_t>(length / 6, 1);
}

std::string tickText(std::int64_t milliseconds) {
  if (milliseconds == 0) return "0";
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  if (milliseconds < 60'000)
    return milliseconds % 1000 == 0 ? fmt::format("{} s", milliseconds / 1000)
                                    : fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000);
  if (milliseconds % 60'000 == 0) return fmt::format("{} min", milliseconds / 60'000);
  return fmt::format("{}:{:02}", milliseconds / 60'000, milliseconds / 1000 % 60);
}

std::string axis(const Scale &scale) {
  std::string ticks;
  const std::int64_t each = tickLength(scale.length());
  for (std::int64_t at = 0; at <= scale.length(); at += each) {
    const double left = 100.0 * static_cast<double>(at) / static_cast<double>(scale.length());
    if (left <= 97) ticks += fmt::format(R"(<i style="left:{:.3f}%">{}</i>)", left, tickText(at));
  }
  return fmt::format("<div class=\"axis\" aria-hidden=\"true\"><div class=\"track\">{}</div></div>\n", ticks);
}

std::string segment(const Scale &scale, const char *kind, std::int64_t from, std::int64_t to,
                    llvm::StringRef title) {
  const double left = scale.at(from), width = scale.at(to) - left;
  return fmt::format(R"(<i class="{}" style="left:{:.3f}%;width:{:.3f}%" title="{}"></i>)", kind, left, width,
                     escaped(title));
}

std::string bar(const RunRecord &record, const Scale &scale, const NodeRecord &node) {
  std::string inside;
  const std::int64_t ready = node.ready;
  if (!record.run.graph.empty() && (node.started - ready) * 100 > scale.length())
    inside += segment(scale, "wait", ready, node.started,
                      "waited " + shortTime(node.started - ready) + " for a free place");
  inside += segment(scale, "bar", node.started, node.ended,
                    fmt::format("{}: {}", node.name, shortTime(node.ended - node.started)));
  for (const StepRecord &step : node.steps)
    if (step.started > node.started && step.outcome != plan::Outcome::Skipped)
      inside += segment(scale, "cut", step.started, step.started, step.name);
  for (const PhaseRecord &phase : node.phases)
    if (phase.started > node.started)
      inside += segment(scale, "cut", phase.started, phase.started, phase.phase);
  return inside;
}

std::string row(const RunRecord &record, const Scale &scale, const NodeRecord &node) {
  const Badge badge = badgeOf(node.outcome);
  const std::string time = node.cache == "hit" ? std::string("from the cache")
                           : node.ran()        ? shortTime(node.ended - node.started)
                                               : std::string(badge.word);
  const std::string track = node.ran()
                                ? bar(record, scale, node)
                                : fmt::format("<span class=\"why\">{}</span>",
                                              escaped(node.reason.empty() ? "did not begin" : node.reason));
  return fmt::format(
      "<li class=\"{}{}\"><a href=\"#{}\"><span class=\"symbol\" aria-hidden=\"true\">{}</span>"
      "<span class=\"name\">{}</span><span class=\"sr\"> {}{}, </span><span class=\"time\">{}</span></a>"
      "<div class=\"track\">{}</div></li>\n",
      badge.name, node.critical ? " critical" : "", anchorOf(record, node), badge.symbol, escaped(node.name),
      badge.word, node.critical ? ", on the critical path" : "", time, track);
}

/// Of many: what failed and the critical path, then the longest, in their order.
std::vector<const NodeRecord *> shown(const RunRecord &record) {
  std::vector<const NodeRecord *> nodes;
  for (const NodeRecord &node : record.nodes)
    nodes.push_back(&node);
  const auto worth = [](const NodeRecord *node) {
    return std::pair(node->failed() || node->critical, node->ended - node->started);
  };
  if (nodes.size() > mostRows) {
    std::stable_sort(nodes.begin(), nodes.end(),
                     [&](const NodeRecord *a, const NodeRecord *b) { return worth(a) > worth(b); });
    nodes.resize(mostRows);
  }
  std::stable_sort(nodes.begin(), nodes.end(), [](const NodeRecord *a, const NodeRecord *b) {
    return std::pair(!a->ran(), a->started) < std::pair(!b->ran(), b->started);
  });
  return nodes;
}

} // namespace

std::string timeline(const RunRecord &record) {
  if (record.nodes.empty()) return {};
  const Scale scale(record);
  std::string rows;
  for (const NodeRecord *node : shown(record))
    rows += row(record, scale, *node);
  const std::string more =
      record.nodes.size() > mostRows
          ? fmt::format("<p class=\"note\">The {} of {} that failed, decided or took longest. All are in the "
                        "trace: piperun report {} --trace FILE</p>\n",
                        mostRows, record.nodes.size(), escaped(record.run.run))
          : "";
  return fmt::format(
      "<section class=\"card\" aria-labelledby=\"timeline\"><h2 id=\"timeline\">Timeline</h2>\n"
      "<p class=\"legend\"><span><i class=\"key critical\"></i>critical path</span> "
      "<span><i class=\"key other\"></i>beside it</span> "
      "<span><i class=\"key wait\"></i>waited for a free place</span></p>\n"
      "<div class=\"chart\">\n{}<ol>\n{}</ol></div>\n{}</section>\n",
      axis(scale), rows, more);
}

} // namespace pipelang::report::html
