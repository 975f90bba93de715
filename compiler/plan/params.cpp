#include "compiler/plan/params.h"
#include "compiler/plan/evaluate.h"
#include "fmt/format.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::plan {
namespace {

/// `5min` as a Q; empty: it is none.
template <typename Q> std::optional<Value> quantity(llvm::StringRef text, std::int64_t (*sizeOf)(Unit)) {
  const std::size_t digits = text.find_first_not_of("0123456789._");
  if (digits == llvm::StringRef::npos) return std::nullopt;
  const std::optional<Unit> unit = unitFromText(text.drop_front(digits));
  if (!unit || sizeOf(*unit) == 0) return std::nullopt;
  llvm::Expected<std::int64_t> count = scaleNumeral(text.take_front(digits), sizeOf(*unit));
  if (count) return Value{Q{*count}};
  llvm::consumeError(count.takeError());
  return std::nullopt;
}

bool isVersion(llvm::StringRef text) {
  return !text.empty() && llvm::isDigit(text.front()) && llvm::isDigit(text.back()) && !text.contains("..") &&
         llvm::all_of(text, [](char c) { return llvm::isDigit(c) || c == '.'; });
}

llvm::Error noFact() {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "not known where a parameter is checked");
}

/// The one parameter that is being read.
class ParamFacts final : public Facts {
public:
  ParamFacts(Id<Param> id, const Value &value) : id_(id), value_(value) {}
  llvm::Expected<Value> param(Id<Param> id) override {
    if (id == id_) return value_;
    return noFact();
  }
  llvm::Expected<Value> context(llvm::StringRef) override { return noFact(); }
  llvm::Expected<Value> secret(SecretId) override { return noFact(); }
  llvm::Expected<Value> output(OutputId) override { return noFact(); }
  llvm::Expected<Value> reportField(OutputId, llvm::StringRef) override { return noFact(); }
  llvm::Expected<Value> stepOutput(llvm::StringRef, llvm::StringRef) override { return noFact(); }
  llvm::Expected<int> servicePort(ServiceId, int) override { return noFact(); }
  llvm::Expected<Outcome> outcomeOf(NodeId) override { return noFact(); }
  llvm::Expected<Value> metric(NodeId, llvm::StringRef) override { return noFact(); }

private:
  const Id<Param> id_;
  const Value &value_;
};

} // namespace

std::optional<Value> readValue(ValueType type, llvm::StringRef text) {
  std::int64_t number = 0;
  switch (type) {
  case ValueType::Bool:
    if (text == "true" || text == "false") return Value{text == "true"};
    return std::nullopt;
  case ValueType::Int:
    if (text.getAsInteger(10, number)) return std::nullopt;
    return Value{number};
  case ValueType::Duration: return quantity<Duration>(text, millisecondsIn);
  case ValueType::Bytes: return quantity<Bytes>(text, bytesIn);
  case ValueType::Percent: return quantity<Percent>(text, percentIn);
  case ValueType::Cpu: return quantity<Cpu>(text, cpuIn);
  case ValueType::Rate: return quantity<Rate>(text, rateIn);
  case ValueType::Version:
    if (!isVersion(text)) return std::nullopt;
    return Value{VersionValue{text.str()}};
  default: return Value{text.str()};
  }
}

llvm::Expected<Value> readParam(const Plan &plan, Id<Param> id, llvm::StringRef text) {
  const Param &param = plan.params[id];
  auto wrong = [&](const std::string &wanted) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   fmt::format("the parameter `{}` cannot be `{}`: {} is wanted", param.name,
                                               text.take_front(200).str(), wanted));
  };
  if (!param.choices.empty() && !llvm::is_contained(param.choices, text))
    return wrong("one of " + llvm::join(param.choices, ", "));
  std::optional<Value> value = readValue(param.type, text);
  const std::string wanted = "a `" + param.expected + "`";
  if (!value) return wrong(wanted);
  if (!param.check) return std::move(*value);
  ParamFacts facts(id, *value);
  llvm::Expected<Value> holds = evaluate(plan, *param.check, Target::Local, facts);
  if (!holds) return holds.takeError();
  if (*holds != Value{true}) return wrong(wanted);
  return std::move(*value);
}

} // namespace pipelang::plan
