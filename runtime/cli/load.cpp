#include "compiler/driver/compile.h"
#include "compiler/driver/render.h"
#include "compiler/plan/graph.h"
#include "compiler/plan/json.h"
#include "fmt/format.h"
#include "runtime/cli/commands.h"
#include "runtime/host/host.h"
#include <algorithm>
#include <filesystem>
#include <unistd.h>

namespace pipelang::cli {
namespace {

std::string didYouMean(llvm::StringRef word, const std::vector<std::string> &names) {
  const std::string nearest = nearestName(word, names);
  if (!nearest.empty()) return fmt::format("; did you mean `{}`?", nearest);
  return names.empty() ? "" : fmt::format("; there are `{}`", fmt::join(names, "`, `"));
}

std::string folderOfFile(const std::string &path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::canonical(path, error);
  return error ? path : absolute.parent_path().string();
}

std::optional<Loaded> loadPlan(const std::string &path, int &status) {
  llvm::Expected<std::string> text = host::realHost().files.read(path);
  if (!text) {
    status = fail(wrongUsage, llvm::toString(text.takeError()));
    return std::nullopt;
  }
  llvm::Expected<plan::Plan> plan = plan::fromJson(*text);
  if (!plan) {
    status = fail(doesNotCompile, path + ": " + llvm::toString(plan.takeError()));
    return std::nullopt;
  }
  return Loaded{std::move(*plan), folderOfFile(path)};
}

llvm::Error noSuch(const char *what, llvm::StringRef word, const std::vector<std::string> &names) {
  return llvm::createStringError(
      llvm::inconvertibleErrorCode(),
      fmt::format("there is no {} `{}`{}", what, word.str(), didYouMean(word, names)));
}

/// Nodes that `name` means: one of that name, or all cells of a matrix.
std::vector<plan::NodeId> nodesNamed(const plan::Plan &plan, const plan::Pipeline &pipeline,
                                     llvm::StringRef name, std::vector<std::string> &known) {
  for (const plan::NodeId node : pipeline.nodes) {
    if (plan.nodes[node].name == name) return {node};
    if (!plan.nodes[node].asReaction()) known.push_back(plan.nodes[node].name);
  }
  for (const Id<plan::Matrix> id : pipeline.matrices) {
    const plan::Matrix &matrix = plan.matrices[id];
    known.push_back(matrix.name);
    if (matrix.name != name) continue;
    std::vector<plan::NodeId> nodes;
    for (const plan::Matrix::Cell &cell : matrix.cells)
      nodes.push_back(cell.node);
    return nodes;
  }
  return {};
}

} // namespace

std::optional<Loaded> load(const Parsed &parsed, const std::string &path, int &status) {
  if (llvm::StringRef(path).endswith(".json")) return loadPlan(path, status);
  if (!host::realHost().files.exists(path)) {
    std::vector<std::string> commands;
    for (const Command &command : piperunProgram().commands)
      if (!command.hidden) commands.push_back(command.name);
    const std::string nearest = llvm::StringRef(path).contains('.') ? "" : nearestName(path, commands);
    status =
        fail(wrongUsage,
             fmt::format("there is no file `{}`{}", path,
                         nearest.empty() ? "" : fmt::format("; did you mean the command `{}`?", nearest)));
    return std::nullopt;
  }
  driver::CompileOptions options;
  for (const std::string &param : parsed.values("--param")) {
    auto [name, value] = llvm::StringRef(param).split('=');
    if (name.size() == param.size()) {
      status = fail(wrongUsage, fmt::format("`--param {}` is not of the form NAME=VALUE", param));
      return std::nullopt;
    }
    options.params[name.str()] = value.str();
  }
  llvm::Expected<driver::Compilation> compiled = driver::compile(path, options);
  if (!compiled) {
    status = fail(wrongUsage, "cannot read " + llvm::toString(compiled.takeError()));
    return std::nullopt;
  }
  const bool color = wantColor(parsed.value("--color", "auto"), STDERR_FILENO);
  const std::string text = driver::renderText(compiled->diagnostics, compiled->sources, color);
  if (compiled->diagnostics.hasErrors() || !parsed.has("--quiet")) std::fputs(text.c_str(), stderr);
  if (compiled->diagnostics.hasErrors()) {
    status = doesNotCompile;
    return std::nullopt;
  }
  if (!compiled->internalError.empty()) {
    status =
        fail(ourMistake, "internal error: the plan of " + path + " is not valid: " + compiled->internalError);
    return std::nullopt;
  }
  return Loaded{std::move(compiled->plan), folderOfFile(path)};
}

llvm::Expected<Selection> select(const plan::Plan &plan, llvm::StringRef pipelineName,
                                 llvm::ArrayRef<std::string> names) {
  std::vector<std::string> pipelines;
  Selection selection;
  for (std::size_t i = 0; i < plan.pipelines.size(); ++i) {
    const Id<plan::Pipeline> id = plan.pipelines.idAt(i);
    pipelines.push_back(plan.pipelines[id].name);
    if (plan.pipelines[id].name == pipelineName || (pipelineName.empty() && plan.pipelines.size() == 1))
      selection.pipeline = id;
  }
  if (pipelines.empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "there is no pipeline in `%s`",
                                   plan.name.c_str());
  if (!selection.pipeline.valid() && pipelineName.empty())
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        fmt::format("which pipeline? Name one of `{}` after the file", fmt::join(pipelines, "`, `")));
  if (!selection.pipeline.valid()) return noSuch("pipeline", pipelineName, pipelines);
  const plan::Pipeline &pipeline = plan.pipelines[selection.pipeline];
  selection.nodes = pipeline.nodes;
  if (!names.empty()) {
    std::vector<plan::NodeId> roots;
    for (const std::string &name : names) {
      std::vector<std::string> known;
      const std::vector<plan::NodeId> found = nodesNamed(plan, pipeline, name, known);
      if (found.empty()) return noSuch("job", name, known);
      roots.insert(roots.end(), found.begin(), found.end());
    }
    selection.nodes = plan::closureOf(plan, roots);
  }
  std::sort(selection.nodes.begin(), selection.nodes.end());
  return selection;
}

} // namespace pipelang::cli
