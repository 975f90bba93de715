#include "runtime/report/record.h"
#include <algorithm>
#include <ctime>

namespace pipelang::report {
namespace {

class RecordReader {
public:
  RunRecord read(llvm::ArrayRef<store::Event> events) {
    for (const store::Event &event : events) {
      record_.ended = std::max(record_.ended, event.at);
      std::visit([&](const auto &each) { take(each, event.at); }, event.node);
    }
    for (NodeRecord &node : record_.nodes)
      finish(node);
    findReady();
    findCriticalPath();
    return std::move(record_);
  }

private:
  NodeRecord &node(const std::string &name) {
    const auto [found, isNew] = indexes_.emplace(name, record_.nodes.size());
    if (isNew) {
      record_.nodes.emplace_back();
      record_.nodes.back().name = name;
    }
    return record_.nodes[found->second];
  }

  void take(const store::RunStarted &run, std::int64_t at) {
    record_.run = run;
    record_.started = at;
    for (const std::string &name : run.nodes) {
      NodeRecord &each = node(name);
      const auto facts = run.graph.find(name);
      if (facts == run.graph.end()) continue;
      each.kind = facts->second.kind;
      each.needs = facts->second.needs;
    }
  }
  /// A run that is resumed begins anew what did not succeed.
  void take(const store::NodeStarted &started, std::int64_t at) {
    NodeRecord &of = node(started.node);
    of.started = at;
    of.ended = 0;
    of.outcome.reset();
    of.reason.clear();
    of.checks.clear();
    of.phases.clear();
    record_.outcome.reset();
  }
  void take(const store::StepStarted &step, std::int64_t at) {
    NodeRecord &of = node(step.node);
    of.steps.push_back({step.step, step.attempt, step.name, at, 0, std::nullopt, 0, ""});
    of.attempts = std::max(of.attempts, step.attempt);
  }
  void take(const store::Output &, std::int64_t) {}
  void take(const store::StepEnded &ended, std::int64_t at) {
    NodeRecord &of = node(ended.node);
    if (of.steps.empty() || of.steps.back().index != ended.step || of.steps.back().outcome) // it never began
      of.steps.push_back({ended.step, of.attempts,
                          ended.name.empty() ? "step " + std::to_string(ended.step + 1) : ended.name, at, 0,
                          std::nullopt, 0, ""});
    StepRecord &step = of.steps.back();
    step.ended = at;
    step.outcome = ended.outcome;
    step.exitCode = ended.exitCode;
    step.reason = ended.reason;
  }
  void take(const store::ServiceReady &service, std::int64_t) {
    node(service.node).services.push_back(service);
  }
  void take(const store::Checked &check, std::int64_t) { node(check.node).checks.push_back(check); }
  void take(const store::PhaseEntered &phase, std::int64_t at) {
    NodeRecord &of = node(phase.node);
    if (!of.phases.empty()) of.phases.back().ended = at;
    of.phases.push_back({phase.phase, phase.message, at, 0});
  }
  void take(const store::Measured &measured, std::int64_t) { node(measured.node).measured = measured.values; }
  void take(const store::Cached &cached, std::int64_t) {
    node(cached.node).cache = cached.result;
    node(cached.node).cacheNote = cached.reason;
  }
  void take(const store::Traffic &traffic, std::int64_t) { node(traffic.node).traffic = traffic; }
  void take(const store::NodeEnded &ended, std::int64_t at) {
    NodeRecord &of = node(ended.node);
    of.outcome = ended.outcome;
    of.reason = ended.reason;
    of.ended = at;
    if (!of.phases.empty() && of.phases.back().ended == 0) of.phases.back().ended = at;
  }
  void take(const store::Note &note, std::int64_t) {
    (note.node.empty() ? record_.notes : node(note.node).notes).push_back(note.text);
  }
  void take(const store::RunEnded &ended, std::int64_t) { record_.outcome = ended.outcome; }

  /// What never ended lasts until the last event.
  void finish(NodeRecord &node) {
    if (node.kind.empty())
      node.kind = !node.phases.empty()                           ? "deployment"
                  : llvm::StringRef(node.name).startswith("on ") ? "reaction"
                  : !node.checks.empty()                         ? "gate"
                                                                 : "job";
    if (node.started != 0 && node.ended == 0) node.ended = record_.ended;
    for (StepRecord &step : node.steps)
      if (step.ended == 0) step.ended = node.ended;
    for (PhaseRecord &phase : node.phases)
      if (phase.ended == 0) phase.ended = node.ended;
  }

  /// Of its needs the last to end. Without a graph, whatever ended last before it.
  std::optional<std::size_t> lastNeed(std::size_t index) const {
    const NodeRecord &node = record_.nodes[index];
    std::optional<std::size_t> last;
    const auto consider = [&](std::size_t each) {
      const NodeRecord &other = record_.nodes[each];
      if (each != index && other.ran() && other.ended <= node.started &&
          (!last || other.ended > record_.nodes[*last].ended))
        last = each;
    };
    if (record_.run.graph.empty())
      for (std::size_t i = 0; i < index; ++i)
        consider(i);
    for (const std::string &need : node.needs)
      if (const auto found = indexes_.find(need); found != indexes_.end()) consider(found->second);
    return last;
  }

  void findReady() {
    byEnd_.clear();
    for (std::size_t i = 0; i < record_.nodes.size(); ++i) {
      NodeRecord &node = record_.nodes[i];
      if (!node.ran()) continue;
      const std::optional<std::size_t> need = lastNeed(i);
      node.ready = need ? record_.nodes[*need].ended : std::min(record_.started, node.started);
      if (node.kind != "gate") byEnd_.emplace_back(node.ended, i); // gates take no place
    }
    std::sort(byEnd_.begin(), byEnd_.end());
  }

  /// What `node` began after.
  std::optional<std::size_t> before(std::size_t index) const {
    const NodeRecord &node = record_.nodes[index];
    if (!record_.run.graph.empty() && node.started - node.ready > atOnce) {
      auto after =
          std::upper_bound(byEnd_.begin(), byEnd_.end(), std::pair(node.started, record_.nodes.size()));
      while (after != byEnd_.begin() && std::prev(after)->second == index)
        --after;
      if (after != byEnd_.begin() && std::prev(after)->first > node.ready + atOnce)
        return std::prev(after)->second;
    }
    return lastNeed(index);
  }

  void findCriticalPath() {
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < record_.nodes.size(); ++i)
      if (record_.nodes[i].ran() && (!last || record_.nodes[i].ended >= record_.nodes[*last].ended)) last = i;
    for (; last && !record_.nodes[*last].critical; last = before(*last)) {
      record_.nodes[*last].critical = true;
      record_.criticalPath.push_back(*last);
    }
    std::reverse(record_.criticalPath.begin(), record_.criticalPath.end());
  }

  static constexpr std::int64_t atOnce = 10; ///< Milliseconds that starting may take: nothing was waited for.

  RunRecord record_;
  std::map<std::string, std::size_t> indexes_;
  std::vector<std::pair<std::int64_t, std::size_t>> byEnd_; ///< What took a place, as it ended.
};

} // namespace

const NodeRecord *RunRecord::find(llvm::StringRef name) const {
  const auto found =
      std::find_if(nodes.begin(), nodes.end(), [&](const NodeRecord &node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

RunRecord readRecord(llvm::ArrayRef<store::Event> events) {
  return RecordReader().read(events);
}

std::string utcTime(std::int64_t milliseconds) {
  const std::time_t seconds = milliseconds / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::vector<const StepRecord *> lastAttempt(const NodeRecord &node) {
  std::vector<const StepRecord *> steps;
  for (const StepRecord &step : node.steps)
    if (step.attempt == node.attempts) steps.push_back(&step);
  return steps;
}

} // namespace pipelang::report
