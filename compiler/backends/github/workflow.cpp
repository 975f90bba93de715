// One pipeline -> one workflow. Read next: jobs.h (a node), steps.h (its steps), expression.h (late
// values), matrix.h (the cells of a comprehension as one job).
#include "compiler/backends/backend.h"
#include "compiler/backends/github/expression.h"
#include "compiler/backends/github/jobs.h"
#include "compiler/backends/github/matrix.h"
#include "compiler/backends/github/parameters.h"
#include "compiler/backends/github/raw.h"
#include "compiler/backends/github/runtime_jobs.h"
#include "compiler/backends/github/steps.h"
#include "compiler/backends/github/triggers.h"
#include "compiler/backends/header.h"
#include "compiler/plan/json.h"
#include <set>

namespace pipelang::backends {

using namespace github;

namespace {

class WorkflowWriter {
public:
  WorkflowWriter(const plan::Plan &plan, const plan::Pipeline &pipeline, std::string planPath,
                 Diagnostics &diagnostics)
      : plan_(plan), pipeline_(pipeline), planPath_(std::move(planPath)), names_(plan, pipeline),
        diagnostics_(diagnostics) {}

  Document write() {
    chooseMatrices();
    Document workflow;
    workflow.from(pipeline_.origin);
    workflow.set("name", escaped(pipeline_.name));
    if (pipeline_.runName)
      workflow.set("run-name",
                   renderText(scope(plan::NodeId(), diagnostics_), *pipeline_.runName, Key::RunName));
    workflow.set("on", renderTriggers(scope(plan::NodeId(), diagnostics_)));
    // Nothing, until a job asks for it.
    workflow.set("permissions", Document::map());
    workflow.set("concurrency", concurrency());
    workflow.set("jobs", jobs());
    mergeRaw(scope(plan::NodeId(), diagnostics_), pipeline_.raw, workflow);
    return workflow;
  }

private:
  Scope scope(plan::NodeId node, Diagnostics &diagnostics) const {
    return {plan_, pipeline_, names_, diagnostics, node, planPath_};
  }

  /// A newer push makes checks of a pull request pointless; what may be deploying is never stopped.
  Document concurrency() const {
    if (const auto &own = pipeline_.concurrency)
      return DocumentMap{
          {"group", renderText(scope(plan::NodeId(), diagnostics_), own->group, Key::Concurrency)},
          {"cancel-in-progress", own->cancelInProgress}};
    return DocumentMap{{"group", escaped(pipeline_.name) + "-${{ github.ref }}"},
                       {"cancel-in-progress", "${{ github.event_name == 'pull_request' }}"}};
  }

  std::vector<JobEntry> cellsOf(const plan::Matrix &matrix, Diagnostics &diagnostics) const {
    std::vector<JobEntry> entries;
    for (const plan::Matrix::Cell &cell : matrix.cells)
      entries.push_back(renderNode(scope(cell.node, diagnostics)));
    return entries;
  }

  static std::optional<Document> merged(const plan::Matrix &matrix, const std::vector<JobEntry> &entries) {
    std::vector<Document> jobs;
    Document outputs = Document::map();
    for (const JobEntry &entry : entries) {
      jobs.push_back(entry.job);
      for (const auto &[name, value] : *entry.outputs.asMap())
        outputs.set(name, value);
    }
    auto job = github::mergeCells(matrix, jobs);
    if (job && !outputs.asMap()->empty()) insertBefore(*job, "steps", "outputs", outputs);
    return job;
  }

  /// Which comprehensions become one job. Decided first, for others name that job.
  void chooseMatrices() {
    for (Id<plan::Matrix> id : pipeline_.matrices) {
      const plan::Matrix &matrix = plan_.matrices[id];
      Diagnostics trial;
      if (!mayMerge(plan_, pipeline_, matrix) || !merged(matrix, cellsOf(matrix, trial))) continue;
      names_.mergeCells(matrix);
      for (const plan::Matrix::Cell &cell : matrix.cells)
        matrixOf_[cell.node] = id;
    }
  }

  Document jobs() {
    DocumentMap jobs;
    const Scope whole = scope(plan::NodeId(), diagnostics_);
    if (checksParameters(whole)) jobs.emplace_back(parameterCheckJob, renderParameterCheck(whole));
    std::set<std::string> known; // the document itself is searched from its start: thousands of jobs, each
    for (plan::NodeId node : pipeline_.nodes) {
      const std::string &name = names_.jobOf(node);
      if (known.count(name)) continue;
      if (auto matrix = matrixOf_.find(node); matrix != matrixOf_.end()) {
        const plan::Matrix &found = plan_.matrices[matrix->second];
        known.insert(name);
        jobs.emplace_back(name, *merged(found, cellsOf(found, diagnostics_)));
        continue;
      }
      JobEntry entry = renderNode(scope(node, diagnostics_));
      if (entry.job.isNull()) continue;
      if (!entry.outputs.asMap()->empty()) insertBefore(entry.job, "steps", "outputs", entry.outputs);
      known.insert(name);
      jobs.emplace_back(name, std::move(entry.job));
    }
    if (jobs.empty()) jobs.emplace_back("nothing", nothing());
    return Document(std::move(jobs));
  }

  /// GitHub refuses a workflow without jobs.
  static Document nothing() {
    Document job;
    job.set("runs-on", defaultRunner);
    job.set("timeout-minutes", 5);
    job.set("permissions", Document::map());
    job.set("steps", DocumentList{scriptStep("Nothing to do", "true\n", Document::map())});
    return job;
  }

  const plan::Plan &plan_;
  const plan::Pipeline &pipeline_;
  std::string planPath_;
  Names names_;
  Diagnostics &diagnostics_;
  std::map<plan::NodeId, Id<plan::Matrix>> matrixOf_; ///< Of cells that are part of one job.
};

} // namespace

/// One file holds the plan for all workflows: it comes with the first that needs it.
static bool bringsPlan(const plan::Plan &plan, const plan::EmitGithub &emit) {
  for (const plan::Emit &other : plan.emits)
    if (const auto *github = std::get_if<plan::EmitGithub>(&other.node))
      if (needsPlan(plan, plan.pipelines[github->pipeline])) return github->pipeline == emit.pipeline;
  return needsPlan(plan, plan.pipelines[emit.pipeline]);
}

FileSet emitGithub(const plan::Plan &plan, const plan::EmitGithub &emit, Diagnostics &diagnostics) {
  const plan::Pipeline &pipeline = plan.pipelines[emit.pipeline];
  std::string planPath = ".github/pipelang/" + idOf(plan.name) + ".plan.json";
  Document workflow = WorkflowWriter(plan, pipeline, planPath, diagnostics).write();
  FileSet files;
  files[emit.path] = {withHeader(plan, toYaml(workflow), pipeline.origin), pipeline.origin, true};
  if (bringsPlan(plan, emit)) {
    RenderedText json{plan::toJson(plan), {}};
    json.lineOrigins.assign(llvm::StringRef(json.text).count('\n'), pipeline.origin);
    files[planPath] = {std::move(json), pipeline.origin, true};
  }
  return files;
}

} // namespace pipelang::backends
