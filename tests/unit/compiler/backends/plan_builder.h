// A Plan by hand, for tests of the backends: what lowering would make of a small pipeline.
#pragma once

#include "compiler/backends/backend.h"

namespace pipelang::test {

struct PlanBuilder {
  plan::Plan plan;

  PlanBuilder() {
    plan.name = "shop";
    plan.files = {"shop.pipe"};
    plan.pins = {{"actions/checkout", "v4.2.2", std::string(40, 'a')},
                 {"actions/download-artifact", "v4.3.0", std::string(40, 'b')},
                 {"actions/upload-artifact", "v4.6.2", std::string(40, 'c')}};
    plan.tools = {{"piperun", "0.1.0", "https://example.invalid/piperun", std::string(64, 'd')}};
    plan::Pipeline pipeline;
    pipeline.name = "ci";
    pipeline.triggers = {{"push", {{"branches", {"main"}}}, {}}};
    plan.pipelines.add(pipeline);
  }

  plan::Pipeline &pipeline() { return plan.pipelines[Id<plan::Pipeline>(0)]; }

  plan::ExprId expr(auto node, plan::ValueType type = plan::ValueType::String) {
    plan::Expr expr;
    expr.type = type;
    expr.node = std::move(node);
    return plan.exprs.add(expr);
  }
  plan::ExprId text(std::string value) { return expr(plan::Literal{plan::Value{std::move(value)}}); }
  plan::ExprId number(std::int64_t value) {
    return expr(plan::Literal{plan::Value{value}}, plan::ValueType::Int);
  }
  plan::ExprId context(std::string key) { return expr(plan::ContextRef{std::move(key)}); }
  plan::ExprId equal(plan::ExprId left, plan::ExprId right) {
    return expr(plan::Compare{plan::CompareOp::Equal, left, right}, plan::ValueType::Bool);
  }

  plan::StepId script(std::string text, std::vector<plan::EnvBinding> env = {}) {
    plan::Step step;
    step.name = llvm::StringRef(text).split('\n').first.str();
    step.bodies[plan::Target::Any] = {plan::Action{plan::Script{"sh", text, std::move(env)}, "", "", {}}};
    return plan.steps.add(step);
  }
  plan::StepId uses(std::string name, std::vector<plan::EnvBinding> inputs) {
    plan::Step step;
    step.name = "git.checkout";
    step.permissions = {{"contents", false, "git.checkout"}};
    step.bodies[plan::Target::Github] = {plan::Action{
        plan::Uses{std::move(name), std::string(40, 'a'), "v4.2.2", std::move(inputs)}, "", "", {}}};
    return plan.steps.add(step);
  }

  plan::NodeId node(std::string name, auto what, std::vector<plan::NodeId> needs = {}) {
    plan::Node node;
    node.name = std::move(name);
    node.needs = std::move(needs);
    node.node = std::move(what);
    plan::NodeId id = plan.nodes.add(node);
    pipeline().nodes.push_back(id);
    return id;
  }
  plan::NodeId job(std::string name, std::vector<plan::StepId> steps, std::vector<plan::NodeId> needs = {}) {
    plan::Job job;
    job.timeout = Duration::fromMinutes(5);
    job.runner = "ubuntu-24.04";
    job.steps = std::move(steps);
    return node(std::move(name), job, std::move(needs));
  }
  plan::Job &jobOf(plan::NodeId id) { return std::get<plan::Job>(plan.nodes[id].node); }

  plan::OutputId output(plan::NodeId job, std::string name, auto what) {
    plan::Output output;
    output.name = std::move(name);
    output.job = job;
    output.node = std::move(what);
    plan::OutputId id = plan.outputs.add(output);
    jobOf(job).outputs.push_back(id);
    return id;
  }

  Id<plan::Matrix> matrix(std::string name, std::string variable,
                          std::vector<std::pair<std::string, plan::NodeId>> cells) {
    plan::Matrix matrix;
    matrix.name = std::move(name);
    matrix.variables = {std::move(variable)};
    for (auto &[value, id] : cells)
      matrix.cells.push_back({{plan::Value{plan::VersionValue{value}}}, id});
    Id<plan::Matrix> id = plan.matrices.add(matrix);
    for (auto &[value, cell] : cells)
      jobOf(cell).matrix = id;
    pipeline().matrices.push_back(id);
    return id;
  }

  /// Two cells with a service, a report and a value; an image; a gate; a deployment; what is done after.
  static PlanBuilder shop() {
    PlanBuilder b;
    plan::Environment production;
    production.name = "production";
    production.namespaceName = "shop-prod";
    production.replicas = 3;
    production.resources = {Cpu{500}, Bytes{std::int64_t(1) << 30}};
    production.autoscale = plan::Autoscale{3, 10, Percent::whole(70)};
    production.config = {{"LOG_LEVEL", "info"}};
    production.url = "https://shop.example.com";
    plan::EnvironmentId environment = b.plan.environments.add(production);
    plan::SecretId secret = b.plan.secrets.add({"database_url", {environment}, {}});

    std::vector<std::pair<std::string, plan::NodeId>> cells;
    std::vector<plan::NodeId> cellNodes;
    plan::OutputId coverage;
    for (const char *version : {"3.11", "3.12"}) {
      plan::ServiceId db = b.plan.services.add(
          {"db",
           "postgres",
           plan::ServiceContainer{
               "postgres:15", {{"POSTGRES_PASSWORD", b.text("x")}}, {5432}, {"pg_isready", "-q"}},
           {},
           {}});
      plan::ExprId port = b.expr(plan::ServicePort{db, 5432}, plan::ValueType::Int);
      plan::ExprId url = b.expr(plan::Concat{{b.text("postgresql://localhost:"), port, b.text("/app")}});
      plan::NodeId cell =
          b.job("unit[" + std::string(version) + "]",
                {b.uses("actions/checkout", {{"fetch-depth", b.number(1)}}),
                 b.script("python3 --version\npytest\n", {{"PY", b.text(version)}, {"DATABASE_URL", url}})});
      b.jobOf(cell).services = {db};
      b.output(cell, "coverage", plan::ReportOutput{"cobertura", "coverage.xml"});
      coverage = plan::OutputId(b.plan.outputs.size() - 1);
      b.output(cell, "version", plan::ValueOutput{b.text(version)});
      cells.push_back({version, cell});
      cellNodes.push_back(cell);
    }
    b.matrix("unit", "py", cells);
    plan::NodeId image = b.job("image", {b.script("make image > image.ref")}, cellNodes);
    plan::OutputId reference = b.output(image, "ref", plan::TextFileOutput{"image.ref"});
    plan::ExprId lines =
        b.expr(plan::FieldOf{b.expr(plan::OutputRef{coverage}, plan::ValueType::Record), "lines"},
               plan::ValueType::Percent);
    plan::ExprId bound = b.expr(plan::Literal{plan::Value{Percent::whole(90)}}, plan::ValueType::Percent);
    plan::Gate gate{
        {{lines, plan::CompareOp::GreaterEqual, bound, {}, {}, "unit[3.12].coverage.lines >= 90%", {}}}};
    plan::NodeId quality = b.node("quality", gate, {cellNodes[1], image});
    plan::Deployment deployment;
    deployment.environment = environment;
    deployment.image = b.expr(plan::OutputRef{reference});
    deployment.port = 8000;
    deployment.env = {{"DATABASE_URL", b.expr(plan::SecretRef{secret})}, {"MODE", b.text("live")}};
    deployment.live.kind = deployment.ready.kind = plan::Probe::Kind::Http;
    deployment.live.path = "/health/live";
    deployment.ready.path = "/health/ready";
    deployment.grace = Duration::fromSeconds(40);
    deployment.preStop = Duration::fromSeconds(15);
    deployment.startTimeout = Duration::fromSeconds(120);
    plan::NodeId api = b.node("api", deployment, {image, quality});
    b.plan.nodes[api].when = b.equal(b.context("git.branch"), b.text("main"));
    using plan::Outcome;
    plan::Reaction reaction{api,
                            {{{Outcome::Success}, b.script("echo live")},
                             {{Outcome::Failure, Outcome::TimedOut}, b.script("echo failed")},
                             {{Outcome::Skipped, Outcome::Cancelled}, std::nullopt}}};
    b.node("on api", reaction, {api});
    b.plan.emits = {{plan::EmitGithub{Id<plan::Pipeline>(0), ".github/workflows/ci.yml"}, {}},
                    {plan::EmitKubernetes{environment, "kubernetes/production"}, {}}};
    return b;
  }
};

} // namespace pipelang::test
