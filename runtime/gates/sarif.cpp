// SARIF 2.1. The level of a result: its own, else its rule's default, else `warning`; a rule's
// `security-severity` score says more and wins. Suppressed results, passes and results that a
// comparison with a baseline calls absent are no findings. A run without `results` did not finish.
#include "runtime/gates/findings.h"

namespace pipelang::gates {
namespace {

class Run {
public:
  Run(const json::Object &run, FindingCount &count) : run_(run), count_(count) {}

  llvm::Error read() {
    if (llvm::Error error = forEachObjectIfAny(run_, "invocations", [](const json::Object &invocation) {
          bool failed = invocation.getBoolean("executionSuccessful") == false;
          return failed ? unreadable("the tool says that its run failed") : llvm::Error::success();
        }))
      return error;
    if (!run_.getArray("results")) return unreadable("a run has no `results`: the tool did not finish");
    return forEachObject(run_, "results", [&](const json::Object &result) { return add(result); });
  }

private:
  llvm::Error add(const json::Object &result) {
    llvm::StringRef kind = textOf(result, "kind");
    if (!kind.empty() && kind != "fail") return llvm::Error::success();
    if (textOf(result, "baselineState") == "absent" || suppressed(result)) return llvm::Error::success();
    const json::Object *rule = ruleOf(result);
    if (auto score = scoreOf(rule)) {
      count_.add(findingFromScore(*score));
      return llvm::Error::success();
    }
    count_.withoutCritical();
    llvm::StringRef level = textOf(result, "level");
    if (level.empty() && rule)
      if (auto *defaults = rule->getObject("defaultConfiguration")) level = textOf(*defaults, "level");
    if (level == "error")
      count_.add(Finding::High);
    else if (level == "note")
      count_.add(Finding::Low);
    else
      count_.add(level == "none" ? Finding::Other : Finding::Medium);
    return llvm::Error::success();
  }

  static bool suppressed(const json::Object &result) {
    const json::Array *suppressions = result.getArray("suppressions");
    if (!suppressions) return false;
    for (const json::Value &each : *suppressions)
      if (const json::Object *suppression = each.getAsObject()) {
        llvm::StringRef status = textOf(*suppression, "status");
        if (status.empty() || status == "accepted") return true;
      }
    return false;
  }

  /// The tool component that holds the rule: the driver, or an extension by index.
  const json::Object *componentOf(const json::Object &result) const {
    const json::Object *tool = run_.getObject("tool");
    if (!tool) return nullptr;
    const json::Object *reference = result.getObject("rule");
    if (const json::Object *component = reference ? reference->getObject("toolComponent") : nullptr)
      if (auto index = component->getInteger("index"))
        if (const json::Array *extensions = tool->getArray("extensions"); extensions && *index >= 0)
          return static_cast<std::size_t>(*index) < extensions->size() ? (*extensions)[*index].getAsObject()
                                                                       : nullptr;
    return tool->getObject("driver");
  }
  const json::Object *ruleOf(const json::Object &result) const {
    const json::Object *component = componentOf(result);
    const json::Array *rules = component ? component->getArray("rules") : nullptr;
    if (!rules) return nullptr;
    const json::Object *reference = result.getObject("rule");
    auto index = result.getInteger("ruleIndex");
    if (!index && reference) index = reference->getInteger("index");
    if (index && *index >= 0 && static_cast<std::size_t>(*index) < rules->size())
      return (*rules)[*index].getAsObject();
    llvm::StringRef id = textOf(result, "ruleId");
    if (id.empty() && reference) id = textOf(*reference, "id");
    for (const json::Value &rule : *rules)
      if (const json::Object *object = rule.getAsObject(); object && textOf(*object, "id") == id)
        return object;
    return nullptr;
  }
  static std::optional<double> scoreOf(const json::Object *rule) {
    const json::Object *properties = rule ? rule->getObject("properties") : nullptr;
    if (!properties) return std::nullopt;
    if (auto number = properties->getNumber("security-severity")) return *number;
    double score = 0;
    if (textOf(*properties, "security-severity").getAsDouble(score)) return std::nullopt;
    return score;
  }

  const json::Object &run_;
  FindingCount &count_;
};

} // namespace

llvm::Expected<Reading> readSarif(llvm::StringRef text) {
  llvm::Expected<json::Object> report = readObject(text, "SARIF");
  if (!report) return report.takeError();
  if (!textOf(*report, "version").startswith("2.1"))
    return unreadable("`version` is not 2.1: no SARIF that we read");
  const json::Array *runs = report->getArray("runs");
  if (!runs || runs->empty()) return unreadable("there is no run: no tool has looked");
  FindingCount count;
  if (llvm::Error error =
          forEachObject(*report, "runs", [&](const json::Object &run) { return Run(run, count).read(); }))
    return error;
  return count.reading();
}

} // namespace pipelang::gates
