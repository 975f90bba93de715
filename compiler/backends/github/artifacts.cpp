#include "compiler/backends/github/artifacts.h"
#include "compiler/backends/github/checks.h"
#include "compiler/backends/github/pins.h"
#include "compiler/plan/artifact_paths.h"

namespace pipelang::backends::github {

namespace {

/// GITHUB_OUTPUT is a file of lines: a value may not end its own entry, so the end is random.
constexpr const char *keepValue = R"sh(delimiter=end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '%s<<%s\n%s\n%s\n' "$OUTPUT" "$delimiter" "$VALUE" "$delimiter" >> "$GITHUB_OUTPUT"
)sh";
constexpr const char *keepFile = R"sh(if [ "$(stat -c %s -- "$FILE")" -gt 65536 ]; then
  echo "$FILE is too large for an output: at most 64 KiB" >&2
  exit 1
fi
VALUE=$(cat -- "$FILE"; echo end)
VALUE=${VALUE%end}
VALUE=${VALUE%$'\n'}
delimiter=end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '%s<<%s\n%s\n%s\n' "$OUTPUT" "$delimiter" "$VALUE" "$delimiter" >> "$GITHUB_OUTPUT"
)sh";
constexpr const char *layDownValue = R"sh(mkdir -p -- "$(dirname -- "$FILE")"
printf '%s' "$VALUE" > "$FILE"
)sh";

/// A second path, of no file, makes the action keep paths relative to the job's directory; with one
/// path alone it cuts off what it takes for a common folder.
constexpr const char *anchor = ".pipelang-root";

Document upload(const Scope &scope, plan::OutputId id, const std::vector<std::string> &paths) {
  const plan::Output &output = scope.plan.outputs[id];
  std::string list;
  for (const std::string &path : paths)
    list += path + "\n";
  Document with;
  with.set("name", escaped(scope.names.artifactOf(id)));
  with.set("path", escaped(list + anchor + "\n"));
  with.set("if-no-files-found", "error");
  if (plan::keepsHidden(paths)) with.set("include-hidden-files", true);
  Document entry;
  entry.from(output.origin);
  entry.set("name", "Keep " + escaped(output.name));
  entry.set("uses", pinnedUses(scope, "actions/upload-artifact"));
  entry.set("with", with);
  return entry;
}

Document download(const Scope &scope, plan::OutputId id, llvm::StringRef directory) {
  const plan::Output &output = scope.plan.outputs[id];
  const std::string &job = scope.plan.nodes[output.job].name;
  Document with;
  with.set("name", escaped(scope.names.artifactOf(id)));
  with.set("path", escaped(directory));
  Document entry;
  entry.set("name", escaped("Get " + job + "." + output.name));
  entry.set("uses", pinnedUses(scope, "actions/download-artifact"));
  entry.set("with", with);
  return entry;
}

bool isCell(const Scope &scope, plan::NodeId node) {
  const plan::Job *job = scope.plan.nodes[node].asJob();
  return job && job->matrix;
}

/// A step that puts output `id` out; its id cannot be one of the user's, which have no `-`.
Document outputStep(const Scope &scope, plan::OutputId id, llvm::StringRef script, Document env) {
  const plan::Output &output = scope.plan.outputs[id];
  env.set("OUTPUT", scope.names.outputOf(id));
  Document step = scriptStep("Output " + escaped(output.name), script, env);
  auto &map = std::get<DocumentMap>(step.node);
  map.insert(map.begin() + 1, {"id", Document("output-" + idOf(output.name))});
  return step.from(output.origin);
}

} // namespace

void appendOutputs(const Scope &scope, const plan::Job &job, DocumentList &steps, Document &outputs) {
  for (plan::OutputId id : job.outputs) {
    const plan::Output &output = scope.plan.outputs[id];
    if (output.secret) scope.diagnostics.report(output.origin, diag::GithubSecretOutput, output.name);
    std::string name = scope.names.outputOf(id);
    std::string fromStep = "${{ steps.output-" + idOf(output.name) + ".outputs." + name + " }}";
    if (const auto *report = std::get_if<plan::ReportOutput>(&output.node)) {
      steps.push_back(upload(scope, id, {report->path}));
    } else if (const auto *files = std::get_if<plan::FilesOutput>(&output.node)) {
      steps.push_back(upload(scope, id, files->paths));
    } else if (const auto *file = std::get_if<plan::TextFileOutput>(&output.node)) {
      steps.push_back(outputStep(scope, id, keepFile, DocumentMap{{"FILE", escaped(file->path)}}));
      outputs.set(name, Document(fromStep).from(output.origin));
    } else if (const auto *value = std::get_if<plan::ValueOutput>(&output.node)) {
      // The cells of a matrix share `outputs:`, so there each value goes out by its own step.
      if (isCell(scope, scope.node)) {
        Document text = renderText(scope, value->value, Key::StepEnv);
        appendChecks(scope, value->value, "", steps);
        steps.push_back(outputStep(scope, id, keepValue, DocumentMap{{"VALUE", text}}));
        outputs.set(name, Document(fromStep).from(output.origin));
      } else {
        outputs.set(name, renderText(scope, value->value, Key::JobOutput));
      }
    }
  }
}

void appendInputs(const Scope &scope, const std::vector<plan::ArtifactInput> &inputs, DocumentList &steps) {
  for (const plan::ArtifactInput &input : inputs)
    steps.push_back(download(scope, input.output, input.directory));
}

void appendRuntimeInputs(const Scope &scope, const std::set<plan::OutputId> &outputs, DocumentList &steps) {
  for (plan::OutputId id : outputs) {
    const plan::Output &output = scope.plan.outputs[id];
    const std::string &job = scope.plan.nodes[output.job].name;
    std::string place = std::string(inputDirectory) + "/" + job + "/" + output.name;
    if (output.isArtifact()) {
      steps.push_back(download(scope, id, place));
      continue;
    }
    Document env;
    env.set("FILE", escaped(place + ".text"));
    env.set("VALUE",
            "${{ needs." + scope.names.jobOf(output.job) + ".outputs." + scope.names.outputOf(id) + " }}");
    steps.push_back(scriptStep(escaped("Get " + job + "." + output.name), layDownValue, env));
  }
}

} // namespace pipelang::backends::github
