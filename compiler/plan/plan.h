// What a pipeline means: the contract between the compiler, the backends and the runtime. Pure data:
// no syntax, no handles, no secret values, every node with its origin. Links are ids into the Plan's
// own tables. Read next: expr.h (late values), json.h (the same as text), graph.h.
#pragma once

#include "compiler/plan/action.h"
#include "compiler/plan/pins.h"
#include "compiler/support/boxed.h"
#include "compiler/support/id.h"
#include "compiler/support/quantities.h"
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace pipelang::plan {

// ---------------------------------------------------------------- services and outputs

/// How readiness is asked for.
struct Probe {
  enum class Kind { Tcp, Http, Exec };
  Kind kind = Kind::Tcp;
  std::string path;                 ///< Http: starts with `/`.
  std::vector<std::string> command; ///< Exec.
  int expectedStatus = 200;         ///< Http.
  Duration every = Duration::fromSeconds(1);
  Duration after{};                            ///< Before the first try.
  Duration timeout = Duration::fromSeconds(5); ///< Of one try.
  int failures = 3;                            ///< In a row, until it counts as failed.
};

/// A container that serves a job, on targets that have them.
struct ServiceContainer {
  std::string image;
  std::vector<EnvBinding> env;
  std::vector<int> ports;                 ///< In the container; published on the same port of the job's host.
  std::vector<std::string> healthCommand; ///< Run in the container, with the default interval.
};

/// A service as processes here: `start` runs until the service stops, in the foreground. The script sees
/// `PORT` (a free port chosen for it), `DATA` (an empty directory of its own) and runs unprivileged.
struct ServiceProcess {
  std::vector<Action> prepare; ///< Run to their end first, in order, as the same user: `initdb`.
  Action start;
  Probe ready;                    ///< Tried until it answers or `startTimeout` is over.
  std::vector<Action> afterReady; ///< `createdb`.
  Duration startTimeout = Duration::fromSeconds(60);
};

/// A service of one job or deployment. What users of it see are its outputs (`url`), by target, in terms
/// of ServiceRef{port}.
struct Service {
  std::string name; ///< `db`
  std::string kind; ///< `postgres`: the declaration it comes from.
  std::optional<ServiceContainer> container;
  std::optional<ServiceProcess> process;
  Span origin;
};

/// `out` of a job: what others may refer to once it has succeeded.
struct ValueOutput { ///< A text computed when the job's steps are done.
  ExprId value;
};
struct TextFileOutput { ///< The file's content, without the final line end. At most 64 KiB.
  std::string path;
};
struct ReportOutput { ///< A report file, read by a reader into typed fields; it is kept as an artifact.
  std::string reader; ///< A name from runtime/gates/readers.def.
  std::string path;
};
struct FilesOutput { ///< Files kept as an artifact; paths and globs relative to the working directory.
  std::vector<std::string> paths;
};
struct Output {
  std::string name;
  NodeId job;
  std::variant<ValueOutput, TextFileOutput, ReportOutput, FilesOutput> node;
  bool untrusted = false;
  bool secret = false;
  Span origin;

  bool isArtifact() const { return node.index() >= 2; }
};

// ---------------------------------------------------------------- the graph's nodes

/// An artifact of an earlier job, put into a job's working directory before its first step.
struct ArtifactInput {
  OutputId output;
  std::string directory; ///< Relative; `.` for the working directory itself.
};

struct Job {
  std::optional<Id<Matrix>> matrix; ///< The comprehension it is a cell of.
  Duration timeout;
  std::string runner;                   ///< `ubuntu-24.04`: the machine asked for.
  std::optional<std::string> container; ///< An image the steps run in.
  std::optional<EnvironmentId> environment;
  std::vector<EnvBinding> env;
  std::vector<ServiceId> services;
  std::vector<ArtifactInput> inputs;
  std::vector<StepId> steps;
  std::vector<OutputId> outputs;
  Retry retry;
  std::vector<Permission> permissions; ///< Asked for by the job itself, beside its steps'.
  std::vector<Raw> raw;
  bool pure = false;                ///< Same inputs, same outputs: its result may be taken from a cache.
  std::vector<std::string> sources; ///< Globs: the project's files it sees here; empty: all. Only if pure.
  std::optional<bool> sandbox;      ///< Its steps run here in a sandbox; none: if the run is asked to.
};

/// One bound of a gate: `subject op bound`, and what one aims at.
struct Requirement {
  ExprId subject;
  CompareOp op;
  ExprId bound;
  std::optional<ExprId> target;
  std::optional<Duration> during; ///< `for 5min`: must hold that long.
  std::string text;               ///< As written: `unit[3.11].coverage.lines >= 90%`.
  Span origin;
};

struct Gate {
  std::vector<Requirement> requirements; ///< At least one.
};

/// `http("/health") is 200 within 5s`, asked of the new version itself.
struct HttpCheck {
  std::string path;
  int expectedStatus = 200;
  Duration within;
  Span origin;
};

/// Requests a local deployment sends to itself around the switch, to measure it. Open loop.
struct Traffic {
  std::string path;
  Rate rate;
  Duration before;            ///< The baseline, before the switch.
  Duration after;             ///< From the switch on.
  std::string identityHeader; ///< The response header that names the release; empty: not identified.
};

/// How a release runs as processes here, behind the builtin switch.
struct LocalRelease {
  std::vector<Action> prepare; ///< Before the new version starts: unpack, migrate.
  Action start;                ///< Sees `PORT`, `RELEASE` and `COLOR`; runs in the foreground.
  std::vector<EnvBinding> env;
  std::vector<ServiceId> services;   ///< Shared by both colours; they live as long as the deployment.
  std::vector<ArtifactInput> inputs; ///< Unpacked into the release's own directory.
  int publicPort = 0;                ///< Of the switch; 0: a free one, kept from then on.
  std::optional<Traffic> traffic;
  // For the run here; the deployment's own where `on local` says nothing else.
  Probe live;
  Probe ready;
  Duration keepWarm;
  Duration drain;
  Duration grace;
  Duration preStop;
  Duration longestRequest;
  Duration startTimeout;
};

struct Deployment {
  enum class Strategy { BlueGreen };
  Strategy strategy = Strategy::BlueGreen;
  EnvironmentId environment;
  ExprId image;
  int port = 0;                     ///< The port the application listens on in its container.
  std::vector<std::string> command; ///< Overrides the image's own; empty: the image's.
  std::vector<EnvBinding> env;      ///< Now values go to a ConfigMap, secrets to Secret references.
  Probe live;
  Probe ready;
  std::vector<HttpCheck> beforeSwitch;
  std::vector<Requirement> afterSwitch;
  Duration switchWithin = Duration::fromSeconds(1);
  Duration keepWarm; ///< The old version stays ready this long after the switch.
  Duration drain;    ///< Open connections of the old version get this long.
  Duration grace;    ///< From SIGTERM to SIGKILL; > preStop + longestRequest (checked).
  Duration preStop;  ///< Serving on after it left the endpoints; >= propagation.
  Duration longestRequest;
  Duration startTimeout;     ///< Until the new version is ready.
  Boxed<LocalRelease> local; ///< Without it the deployment cannot run here: a clear error.
};

/// What is done about a node's outcome.
struct ReactionArm {
  std::set<Outcome> outcomes;
  std::optional<StepId> step; ///< None: `nothing`.
};
struct Reaction {
  NodeId subject;
  std::vector<ReactionArm> arms; ///< Exhaustive and disjoint.
};

/// A thing that runs: a job, a gate, a deployment or a reaction. It runs when all it needs succeeded, all it
/// awaits ended, and `when` holds; else it is skipped. A Reaction runs whenever its subject has an outcome.
struct Node {
  std::string name;          ///< Unique in its pipeline: `unit[3.11]`, `quality_gate`, `on api`.
  std::vector<NodeId> needs; ///< Must have succeeded. Ascending; each exists; no cycles.
  std::vector<NodeId>
      awaits; ///< Must have ended, however: `when` or a `??` decides. Ascending; none in `needs`.
  std::optional<ExprId> when;
  std::variant<Job, Gate, Deployment, Reaction> node;
  std::string doc;
  Span origin;

  const Job *asJob() const { return std::get_if<Job>(&node); }
  const Gate *asGate() const { return std::get_if<Gate>(&node); }
  const Deployment *asDeployment() const { return std::get_if<Deployment>(&node); }
  const Reaction *asReaction() const { return std::get_if<Reaction>(&node); }
};

/// `job unit for py in […]`: which cells there are.
struct Matrix {
  std::string name;                   ///< `unit`
  std::vector<std::string> variables; ///< `py`
  struct Cell {
    std::vector<Value> values; ///< One for each variable.
    NodeId node;
  };
  std::vector<Cell> cells; ///< In source order; at least one.
  Span origin;
};

/// One event that starts a pipeline; filters as GitHub names them (`branches`, `paths`, `tags`, `types`,
/// `cron`).
struct Trigger {
  std::string event; ///< `push`, `pull_request`, `schedule`, `workflow_dispatch`
  std::vector<std::pair<std::string, std::vector<std::string>>> filters;
  Span origin;
};

/// Runs of one group do not overlap: a new one waits, or ends the one before it.
struct Concurrency {
  ExprId group;
  bool cancelInProgress = false;
};

/// What a pipeline gives to those who call it: known once its nodes have ended.
struct PipelineOutput {
  std::string name;
  ExprId value;
  std::string doc;
  Span origin;
};

struct Pipeline {
  std::string name;
  std::string doc;
  std::vector<Trigger> triggers;
  std::optional<Concurrency>
      concurrency; ///< None: one run a branch; a newer one ends checks, never a deployment.
  std::optional<ExprId> runName;
  std::optional<Duration> wallBudget;
  Duration worstWall{}; ///< Along the longest path of timeouts and retries.
  std::optional<Duration> minutesBudget;
  Duration worstMinutes{}; ///< Of all nodes, retries counted: what runners may have to be paid for.
  std::vector<Raw> raw;
  std::vector<NodeId> nodes;
  std::vector<Id<Matrix>> matrices;
  std::vector<PipelineOutput> outputs;
  Span origin;
};

// ---------------------------------------------------------------- around it

struct Resources {
  Cpu cpu;
  Bytes memory;
};
struct Autoscale {
  int min = 1;
  int max = 1;
  Percent cpu;
};
struct Environment {
  std::string name;
  std::string cluster;
  std::string namespaceName;
  int replicas = 1;
  Resources resources;
  std::optional<Autoscale> autoscale;
  int approvals = 0;
  std::map<std::string, std::string> config; ///< Plain settings, for a ConfigMap.
  std::string url;                           ///< Where it serves; may be empty.
  Span origin;
};

struct Secret {
  std::string name;
  std::vector<EnvironmentId> environments; ///< Empty: in every one, and outside.
  Span origin;
};

struct Param {
  std::string name;
  ValueType type;
  std::optional<Value> defaultValue;
  std::vector<std::string> choices; ///< Of an enum: its values' names; else empty.
  std::optional<ExprId> check; ///< Must hold of a value that comes late; in terms of the parameter itself.
  std::string expected;        ///< What it must be, for the message: its type.
  std::string doc;
  Span origin;
};

/// What `pipec build` writes.
struct EmitGithub {
  Id<Pipeline> pipeline;
  std::string path; ///< `.github/workflows/ci.yml`
};
struct EmitKubernetes {
  EnvironmentId environment;
  std::string directory; ///< `infrastructure/kubernetes/production`
};
struct EmitFile {
  std::string path;
  enum class Format { Yaml, Json, Toml, Ini, Text } format;
  Document document; ///< For Text a string.
};
struct Emit {
  std::variant<EmitGithub, EmitKubernetes, EmitFile> node;
  Span origin;
};

struct Plan {
  static constexpr int formatVersion = 1;
  std::string name;               ///< The root file without folder and ending: `sprint-reports`.
  std::vector<std::string> files; ///< Names of the sources, indexed by Span::file.
  std::string library;            ///< Version of the compiler that made it.
  Table<Expr> exprs;
  Table<Environment> environments;
  Table<Secret> secrets;
  Table<Param> params;
  Table<Pipeline> pipelines;
  Table<Node> nodes;
  Table<Matrix> matrices;
  Table<Step> steps;
  Table<Service> services;
  Table<Output> outputs;
  std::vector<Emit> emits;
  std::vector<ToolPin> tools;
  std::vector<ActionPin> pins; ///< Every action in pipe.lock, by name.
};

} // namespace pipelang::plan
