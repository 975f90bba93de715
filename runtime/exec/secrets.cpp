#include "runtime/exec/secrets.h"
#include "compiler/plan/graph.h"
#include "fmt/format.h"

namespace pipelang::exec {
namespace {

/// Collects expressions, going into those that count on the target.
class Collector {
public:
  Collector(const plan::Plan &plan, plan::Target target) : plan_(plan), target_(target) {}

  void add(plan::ExprId id) {
    if (!found.insert(id).second) return;
    const plan::Expr &expr = plan_.exprs[id];
    if (const auto *byTarget = std::get_if<plan::ByTarget>(&expr.node)) {
      add(target_ == plan::Target::Github ? byTarget->github : byTarget->local);
      return;
    }
    for (const plan::ExprId part : plan::partsOf(expr))
      add(part);
  }
  void add(const std::optional<plan::ExprId> &id) {
    if (id) add(*id);
  }
  void add(llvm::ArrayRef<plan::EnvBinding> bindings) {
    for (const plan::EnvBinding &binding : bindings)
      add(binding.value);
  }
  void add(const plan::Action &action) {
    add(action.when);
    add(action.env);
    if (const auto *script = std::get_if<plan::Script>(&action.node))
      add(script->env);
    else if (const auto *native = std::get_if<plan::Native>(&action.node))
      add(native->arguments);
    else if (const auto *exec = std::get_if<plan::Exec>(&action.node))
      for (const plan::ExprId argument : exec->arguments)
        add(argument);
  }
  void add(llvm::ArrayRef<plan::Action> actions) {
    for (const plan::Action &action : actions)
      add(action);
  }
  void addStep(plan::StepId id) {
    const plan::Step &step = plan_.steps[id];
    add(step.when);
    add(step.env);
    if (const std::vector<plan::Action> *actions = step.bodyFor(plan::Target::Local))
      add(llvm::ArrayRef<plan::Action>(*actions));
  }
  void addServices(llvm::ArrayRef<plan::ServiceId> services) {
    for (const plan::ServiceId id : services)
      if (const auto &process = plan_.services[id].process) {
        add(llvm::ArrayRef<plan::Action>(process->prepare));
        add(process->start);
        add(llvm::ArrayRef<plan::Action>(process->afterReady));
      }
  }
  void addRequirements(llvm::ArrayRef<plan::Requirement> requirements) {
    for (const plan::Requirement &requirement : requirements) {
      add(requirement.subject);
      add(requirement.bound);
      add(requirement.target);
    }
  }
  void addJob(const plan::Job &job) {
    add(job.env);
    addServices(job.services);
    for (const plan::StepId step : job.steps)
      addStep(step);
    for (const plan::OutputId output : job.outputs)
      if (const auto *value = std::get_if<plan::ValueOutput>(&plan_.outputs[output].node)) add(value->value);
  }
  void addDeployment(const plan::Deployment &deployment) {
    add(deployment.image);
    addRequirements(deployment.afterSwitch);
    if (!deployment.local) return;
    std::set<std::string> overridden;
    for (const plan::EnvBinding &binding : deployment.local->env)
      overridden.insert(binding.name);
    for (const plan::EnvBinding &binding : deployment.env)
      if (overridden.count(binding.name) == 0) add(binding.value);
    add(deployment.local->env);
    add(llvm::ArrayRef<plan::Action>(deployment.local->prepare));
    add(deployment.local->start);
    addServices(deployment.local->services);
  }

  std::set<plan::ExprId> found;

private:
  const plan::Plan &plan_;
  const plan::Target target_;
};

} // namespace

std::vector<plan::ExprId> expressionsFor(const plan::Plan &plan, llvm::ArrayRef<plan::NodeId> nodes,
                                         plan::Target target) {
  Collector collector(plan, target);
  for (const plan::NodeId id : nodes) {
    const plan::Node &node = plan.nodes[id];
    collector.add(node.when);
    if (const plan::Job *job = node.asJob())
      collector.addJob(*job);
    else if (const plan::Gate *gate = node.asGate())
      collector.addRequirements(gate->requirements);
    else if (const plan::Deployment *deployment = node.asDeployment())
      collector.addDeployment(*deployment);
    else if (const plan::Reaction *reaction = node.asReaction())
      for (const plan::ReactionArm &arm : reaction->arms)
        if (arm.step) collector.addStep(*arm.step);
  }
  return {collector.found.begin(), collector.found.end()};
}

std::vector<plan::SecretId> secretsFor(const plan::Plan &plan, llvm::ArrayRef<plan::NodeId> nodes) {
  std::set<plan::SecretId> secrets;
  for (const plan::ExprId expr : expressionsFor(plan, nodes))
    if (const auto *secret = std::get_if<plan::SecretRef>(&plan.exprs[expr].node))
      secrets.insert(secret->secret);
  return {secrets.begin(), secrets.end()};
}

} // namespace pipelang::exec
