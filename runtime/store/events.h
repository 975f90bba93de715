// What happens in a run, as data: the journal keeps it, every report is made of it. Written as JSON
// (docs/events.md). No secret is ever in one: texts have been masked before.
#pragma once

#include "compiler/plan/plan.h"
#include "llvm/Support/JSON.h"
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace pipelang::store {

/// The version of what docs/events.md describes. Fields are added, never changed: a reader passes over
/// those it does not know.
inline constexpr int schemaVersion = 1;

/// What a node of the run is, and what it waits for.
struct NodeFacts {
  std::string kind;               ///< `job`, `gate`, `deployment`, `reaction`
  std::vector<std::string> needs; ///< Names of those before it that are part of the run.
};
struct RunStarted {
  std::string run;  ///< Its id: sortable by time, unique in the workspace.
  std::string plan; ///< Plan::name
  std::string pipeline;
  std::string commit;
  std::string branch;
  std::vector<std::string> nodes;         ///< Names, in topological order.
  std::map<std::string, NodeFacts> graph; ///< By name; empty in journals that do not tell.
};
struct NodeStarted {
  std::string node;
};
struct StepStarted {
  std::string node;
  int step = 0; ///< Index in its job, from 0.
  std::string name;
  int attempt = 1;
};
/// Output of a step or a deployment. Whole lines where possible.
struct Output {
  std::string node;
  int step = 0; ///< -1: of the node itself (a service, a deployment).
  std::string text;
};
struct StepEnded {
  std::string node;
  int step = 0;
  plan::Outcome outcome = plan::Outcome::Success;
  int exitCode = 0;
  std::string reason;    ///< For people, where it did not succeed: `exit 2`, `timed out after 5min`.
  std::string name = {}; ///< Of a step that never began (it was skipped); else StepStarted has it.
};
struct ServiceReady {
  std::string node;
  std::string service;
  int port = 0;
};
/// One requirement of a gate, or of a deployment's checks.
struct Checked {
  std::string node;
  std::string requirement; ///< As written.
  std::string verdict;     ///< pass, warn, fail, error, not_evaluated
  std::string value;       ///< What was found; empty where nothing was.
  std::string bound;
  std::string evidence; ///< `coverage.xml`, a URL
  std::string message;
  std::string target = {}; ///< `>= 95%`: below it is a warning. Empty: none.
};
struct PhaseEntered {
  std::string node;
  std::string phase;   ///< Of the rollout table.
  std::string message; ///< For people.
};
/// What a deployment measured. Names as in plan::Metric, times in milliseconds.
struct Measured {
  std::string node;
  std::map<std::string, double> values;
};
/// Answers of a deployment's traffic, counted in slices of time.
struct Traffic {
  std::string node;
  int slice = 0;         ///< Milliseconds.
  std::int64_t from = 0; ///< Start of the first slice, milliseconds after the switch; negative before it.
  std::vector<std::int64_t> before; ///< Of the version that was there before.
  std::vector<std::int64_t> after;  ///< Of the version that is deployed.
  std::vector<std::int64_t> failed; ///< No complete 2xx answer. All three are as long.
};
/// What the cache said about a pure job.
struct Cached {
  std::string node;
  std::string result;    ///< `hit`, `miss`, or `off`: its result cannot be kept.
  std::string reason;    ///< For people: what it depends on that has changed.
  std::string key;       ///< Of what it depends on; empty where that is not known.
  std::string from = {}; ///< Of a hit: `remote` where the remote cache had it; else empty.
};
struct NodeEnded {
  std::string node;
  plan::Outcome outcome = plan::Outcome::Success;
  std::string reason;
};
/// Something people should know that is no failure.
struct Note {
  std::string node; ///< May be empty.
  std::string text;
};
struct RunEnded {
  plan::Outcome outcome = plan::Outcome::Success;
  std::map<std::string, std::string> outputs = {}; ///< What the pipeline gave back, by name.
};

struct Event {
  std::int64_t at = 0; ///< Milliseconds since 1970, UTC.
  std::variant<RunStarted, NodeStarted, StepStarted, Output, StepEnded, ServiceReady, Checked, PhaseEntered,
               Measured, Traffic, Cached, NodeEnded, Note, RunEnded>
      node;
};

/// Takes events as they happen. Implementations may be called from several threads.
class EventSink {
public:
  virtual ~EventSink() = default;
  virtual void take(const Event &event) = 0;
};

/// `{"at":…,"type":"step_started",…}`, at the end of `text`.
void appendJson(const Event &event, std::string &text);
std::string toJson(const Event &event);
/// Error: what is missing or unknown.
llvm::Expected<Event> eventFromJson(const llvm::json::Value &json);

} // namespace pipelang::store
