#include "runtime/exec/artifacts.h"
#include "compiler/plan/artifact_paths.h"
#include "fmt/format.h"
#include "runtime/exec/inputs.h"
#include "runtime/host/tree.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace pipelang::exec {
namespace {

constexpr std::size_t longestTextOutput = 64 * 1024;

template <typename... Args> llvm::Error cannot(fmt::format_string<Args...> text, Args &&...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 fmt::format(text, std::forward<Args>(args)...));
}

const std::string &nameOfJob(const RunContext &context, plan::OutputId id) {
  return context.plan.nodes[context.plan.outputs[id].job].name;
}

/// The facts learn a value, and it is kept for who comes later.
llvm::Error keepText(RunContext &context, plan::OutputId id, plan::Value value) {
  const std::string folder = context.folder.artifacts(nameOfJob(context, id));
  llvm::Error error = keepValue(context.plan.outputs[id], folder, value.toText(), context.host.files);
  context.facts.setOutput(id, std::move(value));
  return error;
}

llvm::Error keepTextFile(RunContext &context, plan::OutputId id, const plan::TextFileOutput &output,
                         llvm::StringRef work) {
  llvm::Expected<std::string> text = context.host.files.read((work + "/" + output.path).str());
  const std::string name = context.plan.outputs[id].name;
  if (!text) {
    llvm::consumeError(text.takeError());
    return cannot("output `{}`: the job did not write `{}`", name, output.path);
  }
  if (text->size() > longestTextOutput)
    return cannot("output `{}`: `{}` is longer than 64 KiB", name, output.path);
  llvm::StringRef trimmed(*text);
  if (trimmed.consume_back("\n")) trimmed.consume_back("\r");
  return keepText(context, id, plan::Value{trimmed.str()});
}

llvm::Error keepFiles(RunContext &context, plan::OutputId id, llvm::ArrayRef<std::string> patterns,
                      llvm::StringRef work) {
  const plan::Output &output = context.plan.outputs[id];
  std::set<std::string> found;
  const bool hidden = plan::keepsHidden(patterns);
  for (const std::string &pattern : patterns) {
    std::vector<std::string> files = host::findFiles(work, pattern);
    if (!hidden) llvm::erase_if(files, [](const std::string &file) { return plan::isHidden(file); });
    if (files.empty())
      return cannot("output `{}`: no file matches `{}` in the job's directory", output.name, pattern);
    found.insert(files.begin(), files.end());
  }
  const std::vector<std::string> files(found.begin(), found.end());
  const std::string kept = context.folder.artifact(context.plan.nodes[output.job].name, output.name);
  if (llvm::Error error = context.host.files.removeTree(kept)) return error; // of an earlier attempt
  return host::copyPaths(work, files, kept);
}

llvm::Error keepReport(RunContext &context, plan::OutputId id, const plan::ReportOutput &report,
                       llvm::StringRef work) {
  if (!context.host.files.exists((work + "/" + report.path).str()))
    return cannot("output `{}`: the job did not write the report `{}`", context.plan.outputs[id].name,
                  report.path);
  if (llvm::Error error = keepFiles(context, id, {report.path}, work)) return error;
  return loadOutput(context.plan, id, context.folder.artifacts(nameOfJob(context, id)), context.facts,
                    context.host.files);
}

} // namespace

llvm::Error keepOutput(RunContext &context, plan::OutputId id, llvm::StringRef work) {
  const plan::Output &output = context.plan.outputs[id];
  if (const auto *value = std::get_if<plan::ValueOutput>(&output.node)) {
    llvm::Expected<plan::Value> computed =
        plan::evaluate(context.plan, value->value, plan::Target::Local, context.facts);
    if (!computed) return cannot("output `{}`: {}", output.name, llvm::toString(computed.takeError()));
    return keepText(context, id, std::move(*computed));
  }
  if (const auto *text = std::get_if<plan::TextFileOutput>(&output.node))
    return keepTextFile(context, id, *text, work);
  if (const auto *report = std::get_if<plan::ReportOutput>(&output.node))
    return keepReport(context, id, *report, work);
  return keepFiles(context, id, std::get<plan::FilesOutput>(output.node).paths, work);
}

llvm::Error placeArtifact(RunContext &context, plan::OutputId id, llvm::StringRef directory) {
  const plan::Output &output = context.plan.outputs[id];
  const std::string kept = context.folder.artifact(context.plan.nodes[output.job].name, output.name);
  return host::copyPaths(kept, host::findFiles(kept, "**"), directory);
}

} // namespace pipelang::exec
