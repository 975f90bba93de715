// A small plan that passes validate: two cells, a gate, a deployment and a reaction.
#pragma once

#include "compiler/plan/plan.h"

namespace pipelang::plan {

struct SamplePlan {
  Plan plan;
  NodeId unit311, unit312, gate, api, onApi;
  OutputId coverage;
  ExprId lines, bound;

  ExprId expr(ValueType type, decltype(Expr::node) node) {
    Expr expr;
    expr.type = type;
    expr.node = std::move(node);
    return plan.exprs.add(std::move(expr));
  }
  ExprId text(std::string value) { return expr(ValueType::String, Literal{Value{std::move(value)}}); }

  SamplePlan() {
    plan.name = "sample";
    plan.files = {"ci.pipe"};
    Environment production;
    production.name = "production";
    plan.environments.add(production);
    Step step;
    step.name = "pytest";
    Script script{"sh", "pytest", {{"MODE", text("fast")}}};
    step.bodies[Target::Any].push_back(Action{script, "", "", {}});
    StepId pytest = plan.steps.add(step);

    coverage = OutputId(0);
    unit311 = cell("unit[3.11]", pytest);
    unit312 = cell("unit[3.12]", pytest);
    plan.outputs.add(
        Output{"coverage", unit311, ReportOutput{"cobertura", "coverage.xml"}, false, false, {}});
    std::get<Job>(plan.nodes[unit311].node).outputs = {coverage};
    Matrix matrix{"unit", {"py"}, {}, {}};
    matrix.cells = {{{Value{VersionValue{"3.11"}}}, unit311}, {{Value{VersionValue{"3.12"}}}, unit312}};
    plan.matrices.add(matrix);
    ExprId report = expr(ValueType::Record, OutputRef{coverage});
    lines = expr(ValueType::Percent, FieldOf{report, "lines"});
    bound = expr(ValueType::Percent, Literal{Value{Percent::whole(90)}});
    ExprId aim = expr(ValueType::Percent, Literal{Value{Percent::whole(95)}});

    Requirement requirement{
        lines, CompareOp::GreaterEqual, bound, aim, {}, "unit[3.11].coverage.lines >= 90%", {}};
    gate = add("quality_gate", {unit311}, Gate{{requirement}});
    addDeployment();
    Reaction reaction{api,
                      {{{Outcome::Success}, pytest},
                       {{Outcome::Failure, Outcome::Skipped, Outcome::Cancelled, Outcome::TimedOut}, {}}}};
    onApi = add("on api", {}, reaction);
    Pipeline ci;
    ci.name = "ci";
    ci.nodes = {unit311, unit312, gate, api, onApi};
    ci.matrices = {Id<Matrix>(0)};
    plan.pipelines.add(ci);
    plan.emits.push_back({EmitGithub{Id<Pipeline>(0), ".github/workflows/ci.yml"}, {}});
  }

  NodeId add(std::string name, std::vector<NodeId> needs, decltype(Node::node) kind) {
    Node node;
    node.name = std::move(name);
    node.needs = std::move(needs);
    node.node = std::move(kind);
    return plan.nodes.add(std::move(node));
  }
  NodeId cell(std::string name, StepId step) {
    Job job;
    job.matrix = Id<Matrix>(0);
    job.timeout = Duration::fromMinutes(15);
    job.runner = "ubuntu-24.04";
    job.steps = {step};
    return add(std::move(name), {}, job);
  }
  void addDeployment() {
    Deployment deployment;
    deployment.environment = EnvironmentId(0);
    deployment.image = text("app:1");
    deployment.port = 8000;
    deployment.startTimeout = Duration::fromMinutes(1);
    deployment.drain = Duration::fromSeconds(30);
    deployment.beforeSwitch.push_back({"/health", 200, Duration::fromSeconds(5), {}});
    api = add("api", {gate}, deployment);
    ExprId branch = expr(ValueType::String, ContextRef{"git.branch"});
    plan.nodes[api].when = expr(ValueType::Bool, Compare{CompareOp::Equal, branch, text("main")});
  }
};

} // namespace pipelang::plan
