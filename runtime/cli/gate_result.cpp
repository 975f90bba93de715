#include "runtime/cli/gate_result.h"
#include "runtime/gates/render.h"
#include "runtime/host/host.h"
#include "runtime/report/console.h"
#include "llvm/ADT/STLExtras.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace pipelang::cli {
namespace {

gates::Verdict verdictFromText(llvm::StringRef text) {
  using gates::Verdict;
  for (const Verdict each :
       {Verdict::Pass, Verdict::Warn, Verdict::NotEvaluated, Verdict::Error, Verdict::Fail})
    if (gates::toText(each) == text) return each;
  return Verdict::Error;
}

/// GitHub shows what steps append to this file.
void addToSummary(const std::string &markdown) {
  const host::Environ &environ = host::realHost().environ;
  const auto path = environ.find("GITHUB_STEP_SUMMARY");
  if (path == environ.end() || path->second.empty()) return;
  const int file = ::open(path->second.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) {
    const std::string why = "warning: cannot write `" + path->second + "`: " + std::strerror(errno) + "\n";
    report::Console(STDERR_FILENO).write(why);
    return;
  }
  report::Console(file).write(markdown);
  ::close(file);
}

} // namespace

Option gateFormatOption() {
  return {"--format",
          "",
          "FMT",
          "how the verdict is told: text, json, sarif, junit, markdown",
          {"text", "json", "sarif", "junit", "markdown"}};
}

gates::GateResult gateResultOf(const plan::Plan &plan, plan::NodeId node,
                               llvm::ArrayRef<store::Event> events) {
  const std::string &name = plan.nodes[node].name;
  std::vector<store::Checked> checks;
  std::string reason = "the gate was not reached";
  for (const store::Event &event : events) {
    if (const auto *check = std::get_if<store::Checked>(&event.node); check && check->node == name)
      checks.push_back(*check);
    const auto *ended = std::get_if<store::NodeEnded>(&event.node);
    if (ended && ended->node == name && !ended->reason.empty()) reason = ended->reason;
  }
  gates::GateResult result;
  result.verdict = gates::Verdict::Pass;
  const std::vector<plan::Requirement> &requirements = plan.nodes[node].asGate()->requirements;
  for (std::size_t i = 0; i < requirements.size(); ++i) { // judged in this order
    gates::RequirementResult each;
    each.text = requirements[i].text;
    each.origin = requirements[i].origin;
    each.message = each.text + " was not evaluated: " + reason;
    if (i < checks.size()) {
      const store::Checked &check = checks[i];
      each = {verdictFromText(check.verdict),
              check.requirement,
              check.value,
              check.bound,
              check.target,
              check.evidence,
              check.message,
              requirements[i].origin};
    }
    result.verdict = std::max(result.verdict, each.verdict);
    result.requirements.push_back(std::move(each));
  }
  return result;
}

void tellGate(const Parsed &parsed, const plan::Plan &plan, plan::NodeId node,
              const gates::GateResult &result, bool alsoText) {
  const std::string &name = plan.nodes[node].name;
  const auto format = gates::resultFormatFromText(parsed.value("--format", "text"));
  if (format && (alsoText || *format != gates::ResultFormat::Text))
    report::Console(STDOUT_FILENO).write(gates::render(result, name, plan.files, *format));
  addToSummary(gates::render(result, name, plan.files, gates::ResultFormat::Markdown));
}

} // namespace pipelang::cli
