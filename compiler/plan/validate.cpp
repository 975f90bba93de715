#include "compiler/plan/context.h"
#include "compiler/plan/fields.h"
#include "compiler/plan/functions.h"
#include "compiler/plan/graph.h"
#include "compiler/plan/json.h"
#include "compiler/plan/names.h"
#include "fmt/format.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::plan {
namespace {

/// Deeper expressions than this are refused: evaluating and rendering them recurse.
constexpr unsigned deepestExpr = 1000;

/// Where in the plan we are, and the first violation. After it nothing is reported.
class Path {
  /// `.name`, `[index]` or both; spelled only when something is wrong.
  struct Segment {
    llvm::StringRef name;
    std::optional<std::size_t> index;
  };

public:
  /// Adds a segment while it lives.
  class In {
  public:
    In(Path &path, llvm::StringRef name, std::optional<std::size_t> index = std::nullopt) : path_(path) {
      path.segments_.push_back({name, index});
    }
    In(Path &path, std::size_t index) : In(path, "", index) {}
    ~In() { path_.segments_.pop_back(); }
    In(const In &) = delete;

  private:
    Path &path_;
  };
  void fail(const std::string &what) {
    if (failed()) return;
    std::string text;
    for (const Segment &segment : segments_) {
      if (!segment.name.empty()) text += (text.empty() ? "" : ".") + segment.name.str();
      if (segment.index) text += fmt::format("[{}]", *segment.index);
    }
    error_ = text.empty() ? what : text + ": " + what;
  }
  bool failed() const { return !error_.empty(); }
  const std::string &error() const { return error_; }

private:
  std::vector<Segment> segments_;
  std::string error_;
};

// ---------------------------------------------------------------- ids and origins

/// Walks every member of the plan: ids must point into their tables, origins into the files.
class ReferenceCheck {
public:
  ReferenceCheck(const Plan &plan, Path &path) : plan_(plan), path_(path) {}

  template <typename T> void operator()(llvm::StringRef name, const T &value) {
    if (path_.failed()) return;
    Path::In in(path_, name);
    check(value);
  }

private:
  template <typename Node> void check(Id<Node> id) {
    if (!tableOf(id).contains(id)) path_.fail(fmt::format("id {} is out of range", id.index()));
  }
  void check(const Span &span) {
    if (!span.valid()) return;
    if (span.file.index() >= plan_.files.size()) path_.fail("the origin's file is out of range");
    if (span.begin > span.end) path_.fail("the origin ends before it begins");
  }
  void check(const Optional auto &value) {
    if (value) check(*value);
  }
  template <typename T> void check(const std::vector<T> &list) { checkAll(list); }
  template <typename T> void check(const Table<T> &table) { checkAll(table); }
  template <typename List> void checkAll(const List &list) {
    std::size_t index = 0;
    for (const auto &element : list) {
      if (path_.failed()) return;
      Path::In in(path_, index++);
      check(element);
    }
  }
  void check(const std::map<Target, std::vector<Action>> &bodies) {
    for (const auto &[target, actions] : bodies)
      (*this)(nameOf(target), actions);
  }
  template <typename... Kinds> void check(const std::variant<Kinds...> &variant) {
    std::visit([&](const auto &alternative) { fields(*this, alternative); }, variant);
  }
  void check(const Structure auto &structure) { fields(*this, structure); }
  void check(const Value &) {}
  void check(const Document &) {}
  void check(const Quantity auto &) {}
  void check(const std::string &) {}
  void check(bool) {}
  template <typename T> void check(const std::set<T> &) {}
  void check(const std::map<std::string, std::string> &) {}
  void check(const std::pair<std::string, std::vector<std::string>> &) {}
  template <typename T>
  requires std::is_enum_v<T> || std::is_integral_v<T>
  void check(T) {}

  const Table<Expr> &tableOf(ExprId) const { return plan_.exprs; }
  const Table<Environment> &tableOf(EnvironmentId) const { return plan_.environments; }
  const Table<Secret> &tableOf(SecretId) const { return plan_.secrets; }
  const Table<Param> &tableOf(Id<Param>) const { return plan_.params; }
  const Table<Pipeline> &tableOf(Id<Pipeline>) const { return plan_.pipelines; }
  const Table<Node> &tableOf(NodeId) const { return plan_.nodes; }
  const Table<Matrix> &tableOf(Id<Matrix>) const { return plan_.matrices; }
  const Table<Step> &tableOf(StepId) const { return plan_.steps; }
  const Table<Service> &tableOf(ServiceId) const { return plan_.services; }
  const Table<Output> &tableOf(OutputId) const { return plan_.outputs; }

  const Plan &plan_;
  Path &path_;
};

// ---------------------------------------------------------------- everything else

/// What types and ranges cannot say. Runs after ReferenceCheck: every id is good here.
class MeaningCheck {
public:
  MeaningCheck(const Plan &plan, Path &path) : plan_(plan), path_(path) {}

  void run() {
    checkExprs();
    uniqueNames("environments", plan_.environments);
    uniqueNames("secrets", plan_.secrets);
    uniqueNames("params", plan_.params);
    uniqueNames("pipelines", plan_.pipelines);
    checkSteps();
    checkServices();
    checkPipelines();
    checkNodes();
    checkMatrices();
    checkOutputs();
    checkEmits();
  }

private:
  void fail(const std::string &what) { path_.fail(what); }
  template <typename NamedTable> void uniqueNames(const char *table, const NamedTable &all) {
    std::set<std::string> names;
    std::size_t index = 0;
    for (const auto &each : all) {
      Path::In in(path_, table, index++);
      if (each.name.empty())
        fail("the name is empty");
      else if (!names.insert(each.name).second)
        fail("the name `" + each.name + "` is there twice");
    }
  }

  // ------------------------------------------------ expressions
  void checkExprs() {
    std::vector<unsigned> depths;
    for (const Expr &expr : plan_.exprs) {
      Path::In in(path_, "exprs", depths.size());
      unsigned depth = 1;
      for (ExprId part : partsOf(expr)) {
        if (part.index() >= depths.size()) return fail("a part must come before the whole");
        depth = std::max(depth, depths[part.index()] + 1);
      }
      if (depth > deepestExpr) fail(fmt::format("the expression is nested deeper than {}", deepestExpr));
      depths.push_back(depth);
      std::visit([&](const auto &node) { checkExpr(node); }, expr.node);
    }
  }
  void checkExpr(const ContextRef &context) {
    // A whole record of facts (`git.pull_request`) is only there to take a field of.
    auto belongs = [&](const ContextFact &fact) {
      return llvm::StringRef(fact.key).startswith(context.key + ".");
    };
    if (!findContext(context.key) && llvm::none_of(contextFacts(), belongs))
      fail("there is no fact `" + context.key + "`");
  }
  void checkExpr(const Apply &apply) {
    const Function *function = findFunction(apply.function);
    if (!function) return fail("there is no function `" + apply.function + "`");
    std::size_t count = apply.arguments.size();
    if (count < function->leastArguments || count > function->mostArguments)
      fail(fmt::format("`{}` has {} arguments", apply.function, count));
  }
  void checkExpr(const ByTarget &targets) {
    if (!targets.github && !targets.local) fail("the value is there for no target");
  }
  void checkExpr(const Metric &metric) {
    if (!plan_.nodes[metric.deployment].asDeployment()) fail("only a deployment has metrics");
  }
  template <typename Other> void checkExpr(const Other &) {}

  void condition(const std::optional<ExprId> &when) {
    if (when && plan_.exprs[*when].type != ValueType::Bool) fail("the condition is no bool");
  }

  // ------------------------------------------------ actions
  void checkSteps() {
    std::size_t index = 0;
    for (const Step &step : plan_.steps) {
      Path::In in(path_, "steps", index++);
      condition(step.when);
      variables(step.env);
      if (step.bodies.empty()) fail("the step has no body");
      for (const auto &[target, actions] : step.bodies)
        checkActions(target, actions);
    }
  }
  void checkActions(Target target, const std::vector<Action> &actions) {
    for (const Action &action : actions)
      checkAction(target, action);
  }
  void checkAction(Target target, const Action &action) {
    if (!llvm::all_of(action.id,
                      [](char c) { return llvm::isDigit(c) || (c >= 'a' && c <= 'z') || c == '_'; }))
      fail("the action's id `" + action.id + "` must be made of a-z, 0-9 and _");
    if (auto *exec = std::get_if<Exec>(&action.node); exec && exec->arguments.empty())
      fail("a program to execute needs at least its name");
    condition(action.when);
    checkRetry(action.retry);
    variables(action.env);
    if (auto *script = std::get_if<Script>(&action.node)) variables(script->env);
    if (auto *uses = std::get_if<Uses>(&action.node)) {
      if (target != Target::Github) fail("an action of GitHub stands in a body that is not for GitHub");
      if (uses->digest.size() != 40 || !llvm::all_of(uses->digest, llvm::isHexDigit))
        fail("`" + uses->action + "` is not pinned by 40 hexadecimal digits");
    }
    if (std::holds_alternative<Native>(action.node) && target != Target::Local)
      fail("a native step stands in a body that is not local");
  }
  void checkRetry(const Retry &retry) {
    if (retry.times < 0) fail("the number of retries is negative");
    for (Outcome outcome : retry.on)
      if (outcome != Outcome::Failure && outcome != Outcome::TimedOut)
        fail("only a failure and a timeout can be tried again");
  }
  void variables(const std::vector<EnvBinding> &env) {
    for (const EnvBinding &binding : env)
      if (binding.name.empty() || binding.name.find_first_of(llvm::StringRef("=\0", 2)) != std::string::npos)
        fail("`" + binding.name + "` is no name of an environment variable");
  }

  void checkServices() {
    std::size_t index = 0;
    for (const Service &service : plan_.services) {
      Path::In in(path_, "services", index++);
      if (!service.container && !service.process) fail("the service has no body for any target");
      if (service.container) variables(service.container->env);
      if (!service.process) continue;
      checkActions(Target::Local, service.process->prepare);
      checkAction(Target::Local, service.process->start);
      checkActions(Target::Local, service.process->afterReady);
    }
  }

  // ------------------------------------------------ the graph
  void checkPipelines() {
    pipelineOf_.assign(plan_.nodes.size(), plan_.pipelines.size());
    for (std::size_t index = 0; index < plan_.pipelines.size(); ++index) {
      const Pipeline &pipeline = plan_.pipelines[plan_.pipelines.idAt(index)];
      Path::In in(path_, "pipelines", index);
      std::set<std::string> names;
      for (NodeId node : pipeline.nodes) {
        if (pipelineOf_[node.index()] != plan_.pipelines.size())
          fail("a node is in two pipelines, or twice in one");
        pipelineOf_[node.index()] = index;
        if (!names.insert(plan_.nodes[node].name).second)
          fail("two nodes are called `" + plan_.nodes[node].name + "`");
      }
      if (auto cycle = findCycle(plan_, pipeline); !cycle.empty()) {
        std::string text;
        for (NodeId node : cycle)
          text += "`" + plan_.nodes[node].name + "` needs ";
        fail(text + "`" + plan_.nodes[cycle.front()].name + "`: a cycle");
      }
    }
  }
  void checkNodes() {
    for (std::size_t index = 0; index < plan_.nodes.size(); ++index) {
      const Node &node = plan_.nodes[plan_.nodes.idAt(index)];
      Path::In in(path_, "nodes", index);
      if (node.name.empty()) fail("the name is empty");
      if (pipelineOf_[index] == plan_.pipelines.size()) fail("`" + node.name + "` is in no pipeline");
      if (!llvm::is_sorted(node.needs) ||
          std::adjacent_find(node.needs.begin(), node.needs.end()) != node.needs.end())
        fail("needs must be ascending, each once");
      if (!llvm::is_sorted(node.awaits) ||
          std::adjacent_find(node.awaits.begin(), node.awaits.end()) != node.awaits.end() ||
          llvm::any_of(node.awaits, [&](NodeId id) { return llvm::is_contained(node.needs, id); }))
        fail("awaits must be ascending, each once, and none of them in needs");
      for (NodeId needed : predecessors(node))
        if (pipelineOf_[needed.index()] != pipelineOf_[index])
          fail("`" + node.name + "` needs `" + plan_.nodes[needed].name + "` of another pipeline");
      condition(node.when);
      Path::In inner(path_, "node");
      std::visit([&](const auto &kind) { checkNode(NodeId(index), kind); }, node.node);
    }
  }
  void checkNode(NodeId id, const Job &job) {
    variables(job.env);
    if (job.timeout.milliseconds <= 0) fail("the job has no timeout");
    checkRetry(job.retry);
    for (OutputId output : job.outputs)
      if (plan_.outputs[output].job != id)
        fail("`" + plan_.outputs[output].name + "` is another job's output");
    std::set<std::string> ids;
    for (StepId step : job.steps)
      for (Target target : {Target::Github, Target::Local})
        if (auto *body = plan_.steps[step].bodyFor(target))
          for (const Action &action : *body)
            if (!action.id.empty() && !ids.insert(nameOf(target) + action.id).second)
              fail("two actions have the id `" + action.id + "`");
  }
  void checkNode(NodeId, const Gate &gate) {
    if (gate.requirements.empty()) fail("a gate needs at least one requirement");
  }
  void checkNode(NodeId, const Deployment &deployment) {
    if (deployment.port < 1 || deployment.port > 65535) fail("the port must be from 1 to 65535");
    variables(deployment.env);
    if (!deployment.local) return;
    variables(deployment.local->env);
    checkActions(Target::Local, deployment.local->prepare);
    checkAction(Target::Local, deployment.local->start);
    if (deployment.local->publicPort < 0 || deployment.local->publicPort > 65535)
      fail("the public port must be from 0 to 65535");
  }
  void checkNode(NodeId, const Reaction &reaction) {
    if (plan_.nodes[reaction.subject].asReaction()) fail("a reaction cannot be about a reaction");
    std::set<Outcome> handled;
    for (const ReactionArm &arm : reaction.arms)
      for (Outcome outcome : arm.outcomes)
        if (!handled.insert(outcome).second) fail("two arms handle " + std::string(nameOf(outcome)));
    for (const char *name : enumNames<Outcome>)
      if (!handled.count(*enumFromName<Outcome>(name))) fail(std::string("no arm handles ") + name);
  }

  void checkMatrices() {
    for (std::size_t index = 0; index < plan_.matrices.size(); ++index) {
      const Matrix &matrix = plan_.matrices[Id<Matrix>(index)];
      Path::In in(path_, "matrices", index);
      if (matrix.cells.empty()) fail("a matrix needs at least one cell");
      for (const Matrix::Cell &cell : matrix.cells) {
        if (cell.values.size() != matrix.variables.size()) fail("a cell has not one value for each variable");
        const Job *job = plan_.nodes[cell.node].asJob();
        if (!job || job->matrix != Id<Matrix>(index))
          fail("`" + plan_.nodes[cell.node].name + "` is not a job of this matrix");
      }
    }
  }
  void checkOutputs() {
    for (std::size_t index = 0; index < plan_.outputs.size(); ++index) {
      const Output &output = plan_.outputs[OutputId(index)];
      Path::In in(path_, "outputs", index);
      const Job *job = plan_.nodes[output.job].asJob();
      if (!job || !llvm::is_contained(job->outputs, OutputId(index)))
        fail("`" + output.name + "` is not among its job's outputs");
    }
  }

  void checkEmits() {
    for (std::size_t index = 0; index < plan_.emits.size(); ++index) {
      Path::In in(path_, "emits", index);
      std::visit([&](const auto &emit) { projectPath(pathOf(emit)); }, plan_.emits[index].node);
    }
  }
  static const std::string &pathOf(const EmitGithub &emit) { return emit.path; }
  static const std::string &pathOf(const EmitKubernetes &emit) { return emit.directory; }
  static const std::string &pathOf(const EmitFile &emit) { return emit.path; }
  void projectPath(llvm::StringRef path) {
    llvm::SmallVector<llvm::StringRef, 8> parts;
    path.split(parts, '/');
    if (path.empty() || path.startswith("/") || path.contains('\\') || llvm::is_contained(parts, ".."))
      fail("`" + path.str() + "` is no path below the project's folder");
  }

  const Plan &plan_;
  Path &path_;
  std::vector<std::size_t> pipelineOf_; ///< Of each node; the number of pipelines where it is in none.
};

} // namespace

llvm::Error validate(const Plan &plan) {
  Path path;
  ReferenceCheck references(plan, path);
  fields(references, plan);
  if (!path.failed()) MeaningCheck(plan, path).run();
  if (!path.failed()) return llvm::Error::success();
  return llvm::createStringError(llvm::inconvertibleErrorCode(), path.error());
}

} // namespace pipelang::plan
