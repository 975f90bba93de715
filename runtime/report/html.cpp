#include "runtime/report/html.h"
#include "fmt/format.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/SHA256.h"
#include <algorithm>

namespace pipelang::report {
namespace html {

using plan::Outcome;

Badge badgeOf(const std::optional<Outcome> &outcome) {
  if (!outcome) return {"…", "unfinished", "run"};
  switch (*outcome) {
  case Outcome::Success: return {"✓", "success", "good"};
  case Outcome::Failure: return {"✗", "failed", "bad"};
  case Outcome::TimedOut: return {"◷", "timed out", "bad"};
  case Outcome::Skipped: return {"–", "skipped", "dim"};
  case Outcome::Cancelled: return {"⊘", "cancelled", "warn"};
  }
  return {"?", "", "dim"};
}

Badge badgeOfVerdict(llvm::StringRef verdict) {
  if (verdict == "pass") return {"✓", "pass", "good"};
  if (verdict == "warn") return {"!", "warn", "warn"};
  if (verdict == "not_evaluated") return {"?", "not evaluated", "bad"};
  if (verdict == "error") return {"✗", "error", "bad"};
  return {"✗", "fail", "bad"};
}

std::string badge(const Badge &badge, llvm::StringRef word) {
  return fmt::format(R"(<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>)", badge.name,
                     badge.symbol, escaped(word));
}
std::string badge(const Badge &each) {
  return badge(each, each.word);
}

std::string shortTime(std::int64_t milliseconds) {
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  if (milliseconds < 60'000) return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000);
  if (milliseconds < 3'600'000)
    return fmt::format("{} min {} s", milliseconds / 60'000, milliseconds / 1000 % 60);
  return fmt::format("{} h {} min", milliseconds / 3'600'000, milliseconds / 60'000 % 60);
}

std::string anchorOf(const RunRecord &record, const NodeRecord &node) {
  return fmt::format("node-{}", &node - record.nodes.data());
}

} // namespace html

namespace {

using namespace html;

/// The only script that may run, by its digest: nothing a log says can.
std::string policy() {
  const auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(script));
  const std::string bytes(digest.begin(), digest.end());
  return fmt::format("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'",
                     llvm::encodeBase64(bytes));
}

std::string tile(llvm::StringRef title, const std::string &value, const std::string &more) {
  return fmt::format("<div class=\"tile\"><dt>{}</dt><dd><strong>{}</strong><span>{}</span></dd></div>\n",
                     title.str(), value, more);
}

std::string jobsTile(const RunRecord &record) {
  std::size_t good = 0, bad = 0;
  for (const NodeRecord &node : record.nodes) {
    good += node.outcome == plan::Outcome::Success;
    bad += node.failed();
  }
  const std::size_t rest = record.nodes.size() - good - bad;
  std::vector<std::string> parts;
  if (bad > 0) parts.push_back(fmt::format("{} failed", bad));
  if (rest > 0) parts.push_back(fmt::format("{} did not run or finish", rest));
  if (parts.empty()) parts.push_back("all succeeded");
  return tile("Jobs and gates", fmt::format("{} of {}", good, record.nodes.size()),
              fmt::format("{}", fmt::join(parts, ", ")));
}

std::string requirementsTile(const RunRecord &record) {
  std::size_t all = 0, good = 0, warned = 0;
  for (const NodeRecord &node : record.nodes)
    for (const store::Checked &check : node.checks) {
      ++all;
      good += check.verdict == "pass" || check.verdict == "warn";
      warned += check.verdict == "warn";
    }
  if (all == 0) return {};
  return tile("Requirements", fmt::format("{} of {}", good, all),
              warned > 0    ? fmt::format("{} below target", warned)
              : good == all ? "all hold"
                            : fmt::format("{} do not hold", all - good));
}

std::string cacheTile(const RunRecord &record) {
  std::size_t pure = 0, hits = 0;
  for (const NodeRecord &node : record.nodes) {
    pure += !node.cache.empty();
    hits += node.cache == "hit";
  }
  if (pure == 0) return {};
  return tile("From the cache", fmt::format("{} of {}", hits, pure),
              hits == pure ? "pure jobs: nothing had changed" : "pure jobs");
}

std::string pathTile(const RunRecord &record) {
  std::int64_t busy = 0;
  std::vector<std::string> names;
  for (const std::size_t index : record.criticalPath) {
    const NodeRecord &node = record.nodes[index];
    busy += node.ended - node.started;
    names.push_back(fmt::format("<a href=\"#{}\">{}</a>", anchorOf(record, node), escaped(node.name)));
  }
  if (names.empty()) return {};
  if (names.size() > 6) names = {names[0], names[1], "…", names[names.size() - 2], names.back()};
  return tile("Critical path", shortTime(busy), fmt::format("{}", fmt::join(names, " → ")));
}

std::string requestsTile(const RunRecord &record) {
  double requests = 0, failures = 0;
  for (const NodeRecord &node : record.nodes) {
    const auto sent = node.measured.find("requests"), lost = node.measured.find("failures");
    if (sent != node.measured.end()) requests += sent->second;
    if (lost != node.measured.end()) failures += lost->second;
  }
  if (requests == 0) return {};
  return tile("Requests while deploying", fmt::format("{:.0f}", requests),
              failures == 0 ? "none failed" : fmt::format("{:.0f} failed", failures));
}

std::string header(const RunRecord &record) {
  const store::RunStarted &run = record.run;
  const std::string end =
      record.outcome ? badge(badgeOf(record.outcome)) : badge(badgeOf(std::nullopt), "did not end");
  std::vector<std::string> facts;
  if (!run.branch.empty()) facts.push_back(fmt::format("branch <b>{}</b>", escaped(run.branch)));
  if (!run.commit.empty())
    facts.push_back(fmt::format("commit <code title=\"{}\">{}</code>", escaped(run.commit),
                                escaped(run.commit.substr(0, 8))));
  const std::string began = utcTime(record.started);
  facts.push_back(
      fmt::format("<time datetime=\"{}\">{} {} UTC</time>", began, began.substr(0, 10), began.substr(11, 8)));
  facts.push_back(fmt::format("run <code>{}</code>", escaped(run.run)));
  return fmt::format("<header>\n<h1>{} {}</h1>\n<p class=\"facts\">{} of {} · {}</p>\n<dl "
                     "class=\"tiles\">\n{}{}{}{}{}</dl>\n"
                     "</header>\n",
                     escaped(run.pipeline), end, "pipeline", escaped(run.plan), fmt::join(facts, " · "),
                     tile("Time", shortTime(record.ended - record.started),
                          record.outcome ? "from start to end" : "until the last event"),
                     jobsTile(record) + cacheTile(record), requirementsTile(record), requestsTile(record),
                     pathTile(record));
}

/// What failed, first: most people open a report for it.
std::string failed(const RunRecord &record) {
  std::string items;
  for (const NodeRecord &node : record.nodes)
    if (node.failed())
      items += fmt::format("<li><a href=\"#{}\">{}</a> <span>{}</span></li>\n", anchorOf(record, node),
                           escaped(node.name), escaped(node.reason));
  for (const std::string &note : record.notes)
    items += fmt::format("<li><span>{}</span></li>\n", escaped(note));
  if (items.empty()) return {};
  return fmt::format("<section class=\"card alert\" aria-labelledby=\"failed\"><h2 id=\"failed\">{}</h2>\n"
                     "<ul>{}</ul></section>\n",
                     record.outcome == plan::Outcome::Success ? "Worth knowing" : "What went wrong", items);
}

} // namespace

std::string htmlReport(const RunRecord &record, const store::RunFolder &folder) {
  const std::string title = fmt::format("{} {}: {}", escaped(record.run.plan), escaped(record.run.pipeline),
                                        record.outcome ? badgeOf(record.outcome).word : "did not end");
  return fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
                     "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
                     policy(), title, style) +
         header(record) + failed(record) + timeline(record) + gates(record) + deployments(record) +
         html::nodes(record, folder) +
         fmt::format("</main>\n<footer>Written by piperun from the run's own journal and logs.</footer>\n"
                     "<script>{}</script>\n</body>\n</html>\n",
                     script);
}

} // namespace pipelang::report
