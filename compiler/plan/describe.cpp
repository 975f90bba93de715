#include "compiler/plan/graph.h"
#include "compiler/plan/json.h"
#include "compiler/plan/names.h"
#include "compiler/plan/spell.h"
#include "fmt/format.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::plan {
namespace {

/// Writes lines, indented by two spaces for each level.
class Description {
public:
  explicit Description(const Plan &plan) : plan_(plan) {}

  std::string run() {
    line(0, fmt::format("plan {} (format {})", plan_.name, Plan::formatVersion));
    for (const Environment &environment : plan_.environments)
      describe(environment);
    for (const Secret &secret : plan_.secrets)
      describe(secret);
    for (const Param &param : plan_.params)
      describe(param);
    for (const Pipeline &pipeline : plan_.pipelines)
      describe(pipeline);
    for (const Emit &emit : plan_.emits)
      std::visit([&](const auto &kind) { line(0, "emit " + emitted(kind)); }, emit.node);
    return std::move(text_);
  }

private:
  void line(unsigned level, const std::string &text) { text_ += std::string(2 * level, ' ') + text + '\n'; }
  std::string say(ExprId expr) const { return spell(plan_, expr); }
  std::string names(llvm::ArrayRef<NodeId> nodes) const {
    std::string text;
    for (NodeId node : nodes)
      text += (text.empty() ? "" : ", ") + plan_.nodes[node].name;
    return text;
  }

  void describe(const Environment &environment) {
    std::string scale = environment.autoscale ? fmt::format(", {} to {} at {}", environment.autoscale->min,
                                                            environment.autoscale->max,
                                                            pipelang::toText(environment.autoscale->cpu))
                                              : "";
    line(0, fmt::format("environment {}: {}/{}, {} replicas{}, {} approvals", environment.name,
                        environment.cluster, environment.namespaceName, environment.replicas, scale,
                        environment.approvals));
  }
  void describe(const Secret &secret) {
    std::string where;
    for (EnvironmentId environment : secret.environments)
      where += (where.empty() ? " in " : ", ") + plan_.environments[environment].name;
    line(0, "secret " + secret.name + where);
  }
  void describe(const Param &param) {
    line(0, fmt::format("param {}: {}{}", param.name, nameOf(param.type),
                        param.defaultValue ? " = " + param.defaultValue->toText() : ""));
  }

  void describe(const Pipeline &pipeline) {
    line(0, "pipeline " + pipeline.name);
    for (const Trigger &trigger : pipeline.triggers) {
      std::string filters;
      for (const auto &[name, values] : trigger.filters)
        filters += fmt::format(" {}=[{}]", name, fmt::join(values, ", "));
      line(1, "on " + trigger.event + filters);
    }
    line(1, fmt::format("at worst {}{}: {}", pipelang::toText(pipeline.worstWall),
                        pipeline.wallBudget ? " of " + pipelang::toText(*pipeline.wallBudget) : "",
                        names(longestPath(plan_, pipeline))));
    for (NodeId node : topologicalOrder(plan_, pipeline))
      describe(plan_.nodes[node]);
    for (const PipelineOutput &output : pipeline.outputs)
      line(1, fmt::format("out {} = {}", output.name, say(output.value)));
  }
  void describe(const Node &node) {
    static constexpr const char *kinds[] = {"job", "gate", "deploy", "reaction"};
    static_assert(std::size(kinds) == std::variant_size_v<decltype(node.node)>);
    line(1, fmt::format("{} {}{}{}{}", kinds[node.node.index()], node.name,
                        node.needs.empty() ? "" : " after " + names(node.needs),
                        node.awaits.empty() ? "" : " awaiting " + names(node.awaits),
                        node.when ? " when " + say(*node.when) : ""));
    std::visit([&](const auto &kind) { describe(kind); }, node.node);
  }

  void environ(unsigned level, llvm::ArrayRef<EnvBinding> env) {
    for (const EnvBinding &binding : env)
      line(level, fmt::format("env {} = {}", binding.name, say(binding.value)));
  }
  static std::string tries(const Retry &retry) {
    if (retry.times == 0) return "";
    std::string on;
    for (Outcome outcome : retry.on)
      on += (on.empty() ? "" : ", ") + std::string(nameOf(outcome));
    return fmt::format(", {} retries on {}", retry.times, on);
  }
  void describe(const Job &job) {
    line(2, fmt::format("on {}{}, at most {}{}", job.runner, job.container ? " in " + *job.container : "",
                        pipelang::toText(job.timeout), tries(job.retry)) +
                (job.pure ? ", pure" : "") +
                (job.sandbox ? *job.sandbox ? ", in a sandbox" : ", in no sandbox" : ""));
    if (job.environment) line(2, "environment " + plan_.environments[*job.environment].name);
    environ(2, job.env);
    services(job.services);
    inputs(job.inputs);
    for (StepId step : job.steps)
      describe(plan_.steps[step], "step");
    for (OutputId output : job.outputs) {
      const Output &out = plan_.outputs[output];
      line(2, "out " + out.name + " = " + std::visit([&](const auto &kind) { return made(kind); }, out.node));
    }
  }
  void services(llvm::ArrayRef<ServiceId> ids) {
    for (ServiceId id : ids)
      line(2, fmt::format("service {} = {}", plan_.services[id].name, plan_.services[id].kind));
  }
  void inputs(llvm::ArrayRef<ArtifactInput> artifacts) {
    for (const ArtifactInput &input : artifacts) {
      const Output &output = plan_.outputs[input.output];
      line(2,
           fmt::format("artifact {}.{} in {}", plan_.nodes[output.job].name, output.name, input.directory));
    }
  }
  void describe(const Step &step, const std::string &word) {
    line(2, fmt::format("{} {}{}", word, step.name, step.when ? " when " + say(*step.when) : ""));
    environ(3, step.env);
    for (const auto &[target, actions] : step.bodies)
      for (const Action &action : actions) {
        std::string on = target == Target::Any ? "" : std::string("on ") + nameOf(target) + ": ";
        std::visit([&](const auto &kind) { describe(kind, on); }, action.node);
        environ(4, action.env);
        if (action.when) line(4, "when " + say(*action.when));
        if (action.timeout) line(4, "at most " + pipelang::toText(*action.timeout));
        if (action.directory) line(4, "in " + *action.directory);
        if (action.continueOnError) line(4, "its failure does not count");
      }
    for (const Raw &raw : step.raw)
      line(3, std::string("raw ") + nameOf(raw.target));
  }
  void describe(const Script &script, const std::string &on) {
    auto [first, rest] = llvm::StringRef(script.text).split('\n');
    line(3, fmt::format("{}{} {}{}", on, script.language, first.str(), rest.trim().empty() ? "" : " …"));
    environ(4, script.env);
  }
  void describe(const Exec &exec, const std::string &on) {
    std::string arguments;
    for (ExprId argument : exec.arguments)
      arguments += " " + say(argument);
    line(3, on + "exec" + arguments);
  }
  void describe(const Uses &uses, const std::string &on) {
    line(3, fmt::format("{}uses {}@{} # {}", on, uses.action, uses.digest, uses.version));
    environ(4, uses.inputs);
  }
  void describe(const Native &native, const std::string &on) {
    line(3, on + "native " + native.name);
    environ(4, native.arguments);
  }

  std::string made(const ValueOutput &output) const { return say(output.value); }
  std::string made(const TextFileOutput &output) const { return "text of " + output.path; }
  std::string made(const ReportOutput &output) const { return output.reader + " report " + output.path; }
  std::string made(const FilesOutput &output) const {
    return fmt::format("files {}", fmt::join(output.paths, ", "));
  }

  void describe(const Requirement &requirement) {
    line(2,
         fmt::format("require {} {} {}{}{}", say(requirement.subject), nameOf(requirement.op),
                     say(requirement.bound), requirement.target ? " target " + say(*requirement.target) : "",
                     requirement.during ? " for " + pipelang::toText(*requirement.during) : ""));
  }
  void describe(const Gate &gate) {
    for (const Requirement &requirement : gate.requirements)
      describe(requirement);
  }
  void describe(const Deployment &deployment) {
    line(2, fmt::format("{} of {} to {}, port {}", nameOf(deployment.strategy), say(deployment.image),
                        plan_.environments[deployment.environment].name, deployment.port));
    environ(2, deployment.env);
    for (const HttpCheck &check : deployment.beforeSwitch)
      line(2, fmt::format("before the switch: {} is {} within {}", check.path, check.expectedStatus,
                          pipelang::toText(check.within)));
    line(2, "switch within " + pipelang::toText(deployment.switchWithin));
    for (const Requirement &requirement : deployment.afterSwitch)
      describe(requirement);
    line(2, fmt::format("keep warm {}, drain {}, grace {}", pipelang::toText(deployment.keepWarm),
                        pipelang::toText(deployment.drain), pipelang::toText(deployment.grace)));
    if (!deployment.local) return line(2, "no local release");
    environ(2, deployment.local->env);
    services(deployment.local->services);
    inputs(deployment.local->inputs);
    std::visit([&](const auto &kind) { describe(kind, "start "); }, deployment.local->start.node);
  }
  void describe(const Reaction &reaction) {
    for (const ReactionArm &arm : reaction.arms) {
      std::string outcomes;
      for (Outcome outcome : arm.outcomes)
        outcomes += (outcomes.empty() ? "" : ", ") + std::string(nameOf(outcome));
      if (arm.step)
        describe(plan_.steps[*arm.step], outcomes + " =>");
      else
        line(2, outcomes + " => nothing");
    }
  }

  std::string emitted(const EmitGithub &emit) const {
    return "github " + plan_.pipelines[emit.pipeline].name + " -> " + emit.path;
  }
  std::string emitted(const EmitKubernetes &emit) const {
    return "kubernetes " + plan_.environments[emit.environment].name + " -> " + emit.directory;
  }
  std::string emitted(const EmitFile &emit) const {
    return std::string("file ") + nameOf(emit.format) + " -> " + emit.path;
  }

  const Plan &plan_;
  std::string text_;
};

} // namespace

std::string describe(const Plan &plan) {
  return Description(plan).run();
}

} // namespace pipelang::plan
