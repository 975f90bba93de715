#include "runtime/gates/findings.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipelang::gates {

Finding findingFromText(llvm::StringRef word) {
  return llvm::StringSwitch<Finding>(word.lower())
      .Cases("critical", "blocker", Finding::Critical)
      .Case("high", Finding::High)
      .Cases("medium", "moderate", Finding::Medium)
      .Case("low", Finding::Low)
      .Default(Finding::Other);
}

Finding findingFromScore(double score) {
  if (score >= 9) return Finding::Critical;
  if (score >= 7) return Finding::High;
  if (score >= 4) return Finding::Medium;
  return score > 0 ? Finding::Low : Finding::Other;
}

void FindingCount::add(Finding finding) {
  ++counts_[static_cast<int>(finding)];
}

Reading FindingCount::reading() const {
  Reading reading;
  std::int64_t total = 0;
  for (std::int64_t count : counts_)
    total += count;
  reading["total"] = plan::Value{total};
  if (!tellsSeverity_) return reading;
  auto count = [&](Finding finding) { return plan::Value{counts_[static_cast<int>(finding)]}; };
  if (tellsCritical_) reading["critical"] = count(Finding::Critical);
  reading["high"] = count(Finding::High);
  reading["medium"] = count(Finding::Medium);
  reading["low"] = count(Finding::Low);
  return reading;
}

llvm::Expected<json::Object> readObject(llvm::StringRef text, llvm::StringRef tool) {
  llvm::Expected<json::Value> value = parseBoundedJson(text);
  if (!value) return value.takeError();
  if (json::Object *object = value->getAsObject()) return std::move(*object);
  return unreadable("no report of " + tool + ": the outermost value is no object");
}

llvm::Error forEachObject(const json::Object &object, llvm::StringRef key,
                          llvm::function_ref<llvm::Error(const json::Object &)> visit) {
  const json::Array *list = object.getArray(key);
  if (!list) return unreadable("`" + key + "` must be a list");
  for (const json::Value &element : *list) {
    const json::Object *each = element.getAsObject();
    if (!each) return unreadable("`" + key + "` must be a list of objects");
    if (llvm::Error error = visit(*each)) return error;
  }
  return llvm::Error::success();
}

llvm::Error forEachObjectIfAny(const json::Object &object, llvm::StringRef key,
                               llvm::function_ref<llvm::Error(const json::Object &)> visit) {
  const json::Value *list = object.get(key);
  if (!list || list->getAsNull()) return llvm::Error::success();
  return forEachObject(object, key, visit);
}

llvm::StringRef textOf(const json::Object &object, llvm::StringRef key) {
  return object.getString(key).getValueOr("");
}

} // namespace pipelang::gates
