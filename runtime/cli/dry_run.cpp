#include "compiler/plan/graph.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"

namespace pipelang::cli {
namespace {

std::string namesOf(const plan::Plan &plan, const std::vector<plan::NodeId> &nodes) {
  std::vector<std::string> names;
  for (const plan::NodeId node : nodes)
    names.push_back(plan.nodes[node].name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string jobText(const plan::Plan &plan, const plan::Job &job) {
  std::string text;
  for (const plan::ServiceId service : job.services)
    text += fmt::format("    service {} ({})\n", plan.services[service].name, plan.services[service].kind);
  for (const plan::StepId id : job.steps) {
    const plan::Step &step = plan.steps[id];
    text += fmt::format("    {}{}{}\n", step.name, step.when ? "  (on a condition)" : "",
                        step.bodyFor(plan::Target::Local) ? "" : "  (cannot run here: no body `on local`)");
  }
  for (const plan::OutputId output : job.outputs)
    text += fmt::format("    out {}\n", plan.outputs[output].name);
  return text;
}

std::string nodeText(const plan::Plan &plan, const plan::Node &node) {
  if (const plan::Job *job = node.asJob()) return jobText(plan, *job);
  std::string text;
  if (const plan::Gate *gate = node.asGate())
    for (const plan::Requirement &requirement : gate->requirements)
      text += fmt::format("    require {}\n", requirement.text);
  if (const plan::Deployment *deployment = node.asDeployment())
    text += fmt::format("    blue-green into {}{}\n", plan.environments[deployment->environment].name,
                        deployment->local ? "" : "  (cannot run here: no `on local`)");
  if (const plan::Reaction *reaction = node.asReaction())
    for (const plan::ReactionArm &arm : reaction->arms)
      if (arm.step) text += fmt::format("    {}\n", plan.steps[*arm.step].name);
  return text;
}

} // namespace

std::string describeSelection(const plan::Plan &plan, const Selection &selection) {
  const plan::Pipeline &pipeline = plan.pipelines[selection.pipeline];
  const std::set<plan::NodeId> chosen(selection.nodes.begin(), selection.nodes.end());
  std::string text = fmt::format("{} of {}: {} to run\n", pipeline.name, plan.name, chosen.size());
  for (const plan::NodeId id : plan::topologicalOrder(plan, pipeline)) {
    if (chosen.count(id) == 0) continue;
    const plan::Node &node = plan.nodes[id];
    const std::vector<plan::NodeId> before = plan::predecessors(node);
    text += fmt::format("  {}{}{}\n", node.name, before.empty() ? "" : " after " + namesOf(plan, before),
                        node.when ? "  (on a condition)" : "");
    text += nodeText(plan, node);
  }
  return text;
}

} // namespace pipelang::cli
