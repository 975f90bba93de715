#include "runtime/exec/inputs.h"
#include "fmt/format.h"

namespace pipelang::exec {
namespace {

std::string filesOf(const plan::Output &output, llvm::StringRef folder) {
  return (folder + "/" + output.name).str();
}

std::string textOf(const plan::Output &output, llvm::StringRef folder) {
  return (folder + "/" + output.name + ".text").str();
}

llvm::Error notThere(const std::string &path) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), fmt::format("there is no `{}`", path));
}

} // namespace

llvm::Error keepValue(const plan::Output &output, llvm::StringRef folder, llvm::StringRef value,
                      host::Files &files) {
  return files.write(textOf(output, folder), value);
}

llvm::Error loadOutput(const plan::Plan &plan, plan::OutputId id, llvm::StringRef folder, RunFacts &facts,
                       host::Files &files) {
  const plan::Output &output = plan.outputs[id];
  if (!output.isArtifact()) {
    const std::string path = textOf(output, folder);
    if (!files.exists(path)) return notThere(path);
    llvm::Expected<std::string> text = files.read(path);
    if (!text) return text.takeError();
    facts.setOutput(id, plan::Value{std::move(*text)});
    return llvm::Error::success();
  }
  const auto *report = std::get_if<plan::ReportOutput>(&output.node);
  const std::string path = filesOf(output, folder) + (report ? "/" + report->path : "");
  if (!files.exists(path)) return notThere(path);
  if (!report) return llvm::Error::success();
  llvm::Expected<std::string> text = files.read(path);
  if (!text) {
    facts.setUnreadable(id, llvm::toString(text.takeError()));
    return llvm::Error::success();
  }
  llvm::Expected<gates::Reading> reading = gates::readReport(report->reader, *text);
  if (reading)
    facts.setReport(id, std::move(*reading));
  else
    facts.setUnreadable(id, report->path + ": " + llvm::toString(reading.takeError()));
  return llvm::Error::success();
}

} // namespace pipelang::exec
