#include "runtime/exec/artifacts.h"
#include "fmt/format.h"
#include "runtime/host/tree.h"
#include <algorithm>

namespace pipelang::exec {
namespace {

constexpr std::size_t longestTextOutput = 64 * 1024;

template <typename... Args> llvm::Error cannot(fmt::format_string<Args...> text, Args &&...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 fmt::format(text, std::forward<Args>(args)...));
}

/// What of a pattern holds no wildcard: `dist` of `dist/**`.
std::string literalPart(llvm::StringRef pattern) {
  while (pattern.consume_front("./")) {
  }
  pattern = pattern.rtrim('/');
  const std::size_t wildcard = pattern.find_first_of("*?");
  if (wildcard == llvm::StringRef::npos) return pattern.str();
  const std::size_t slash = pattern.take_front(wildcard).rfind('/');
  return slash == llvm::StringRef::npos ? "" : pattern.take_front(slash).str();
}

llvm::SmallVector<llvm::StringRef> partsOf(llvm::StringRef path) {
  llvm::SmallVector<llvm::StringRef> parts;
  path.split(parts, '/', -1, false);
  return parts;
}

llvm::Error keepText(RunContext &context, plan::OutputId id, const plan::TextFileOutput &output,
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
  context.facts.setOutput(id, plan::Value{trimmed.str()});
  return llvm::Error::success();
}

llvm::Error keepFiles(RunContext &context, plan::OutputId id, llvm::ArrayRef<std::string> patterns,
                      llvm::StringRef work) {
  const plan::Output &output = context.plan.outputs[id];
  std::set<std::string> found;
  for (const std::string &pattern : patterns) {
    const std::vector<std::string> files = host::findFiles(work, pattern);
    if (files.empty())
      return cannot("output `{}`: no file matches `{}` in the job's directory", output.name, pattern);
    found.insert(files.begin(), files.end());
  }
  const std::vector<std::string> files(found.begin(), found.end());
  const std::string common = commonFolder(patterns, files);
  std::vector<std::string> relative;
  for (const std::string &file : files)
    relative.push_back(common.empty() ? file : file.substr(common.size() + 1));
  const std::string kept = context.folder.artifact(context.plan.nodes[output.job].name, output.name);
  if (llvm::Error error = context.host.files.removeTree(kept)) return error; // of an earlier attempt
  return host::copyPaths((common.empty() ? work : work + "/" + common).str(), relative, kept);
}

llvm::Error keepReport(RunContext &context, plan::OutputId id, const plan::ReportOutput &report,
                       llvm::StringRef work) {
  const std::string path = (work + "/" + report.path).str();
  if (!context.host.files.exists(path))
    return cannot("output `{}`: the job did not write the report `{}`", context.plan.outputs[id].name,
                  report.path);
  if (llvm::Error error = keepFiles(context, id, {report.path}, work)) return error;
  llvm::Expected<std::string> text = context.host.files.read(path);
  if (!text) {
    context.facts.setUnreadableReport(id, llvm::toString(text.takeError()));
    return llvm::Error::success();
  }
  llvm::Expected<gates::Reading> reading = gates::readReport(report.reader, *text);
  if (reading)
    context.facts.setReport(id, std::move(*reading));
  else
    context.facts.setUnreadableReport(id, report.path + ": " + llvm::toString(reading.takeError()));
  return llvm::Error::success();
}

} // namespace

std::string commonFolder(llvm::ArrayRef<std::string> patterns, llvm::ArrayRef<std::string> files) {
  std::vector<std::string> roots;
  for (const std::string &pattern : patterns)
    roots.push_back(literalPart(pattern));
  if (roots.size() == 1 && files.size() == 1 && roots.front() == files.front())
    return llvm::StringRef(roots.front()).contains('/')
               ? llvm::StringRef(roots.front()).rsplit('/').first.str()
               : "";
  llvm::SmallVector<llvm::StringRef> common = partsOf(roots.front());
  for (const std::string &root : roots) {
    const llvm::SmallVector<llvm::StringRef> parts = partsOf(root);
    std::size_t same = 0;
    while (same < common.size() && same < parts.size() && common[same] == parts[same])
      ++same;
    common.resize(same);
  }
  return fmt::format("{}", fmt::join(std::vector<std::string>(common.begin(), common.end()), "/"));
}

llvm::Error keepOutput(RunContext &context, plan::OutputId id, llvm::StringRef work) {
  const plan::Output &output = context.plan.outputs[id];
  if (const auto *value = std::get_if<plan::ValueOutput>(&output.node)) {
    llvm::Expected<plan::Value> computed =
        plan::evaluate(context.plan, value->value, plan::Target::Local, context.facts);
    if (!computed) return cannot("output `{}`: {}", output.name, llvm::toString(computed.takeError()));
    context.facts.setOutput(id, std::move(*computed));
    return llvm::Error::success();
  }
  if (const auto *text = std::get_if<plan::TextFileOutput>(&output.node))
    return keepText(context, id, *text, work);
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
