#include "runtime/store/events.h"
#include "compiler/plan/evaluate.h"

namespace pipelang::store {
namespace {

namespace json = llvm::json;

llvm::Error invalid(llvm::StringRef what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "event: %s", what.str().c_str());
}

/// Reads fields of one object and remembers the first that is missing.
class Reader {
public:
  explicit Reader(const json::Object &object) : object_(object) {}

  std::string text(llvm::StringRef key) {
    if (const auto value = object_.getString(key)) return value->str();
    miss(key);
    return {};
  }
  /// Empty in records that are older than the field.
  std::string optionalText(llvm::StringRef key) { return object_.getString(key).getValueOr("").str(); }
  /// Times, counts: what lies further out is no journal of ours, and sums of it would overflow.
  std::int64_t number(llvm::StringRef key) { return within(object_.getInteger(key), key, largestNumber); }
  int integer(llvm::StringRef key) {
    return static_cast<int>(within(object_.getInteger(key), key, largestInteger));
  }
  plan::Outcome outcome() {
    if (const auto value = plan::outcomeFromText(text("outcome"))) return *value;
    miss("outcome");
    return plan::Outcome::Failure;
  }
  std::vector<std::string> texts(llvm::StringRef key) {
    std::vector<std::string> result;
    const json::Array *array = object_.getArray(key);
    if (!array)
      miss(key);
    else
      for (const json::Value &value : *array)
        if (const auto item = value.getAsString()) result.push_back(item->str());
    return result;
  }
  std::map<std::string, double> numbers(llvm::StringRef key) {
    std::map<std::string, double> result;
    const json::Object *object = object_.getObject(key);
    if (!object)
      miss(key);
    else
      for (const auto &[name, value] : *object)
        if (const auto number = value.getAsNumber()) result.emplace(llvm::StringRef(name).str(), *number);
    return result;
  }
  std::vector<std::int64_t> counts(llvm::StringRef key) {
    std::vector<std::int64_t> result;
    const json::Array *array = object_.getArray(key);
    if (!array)
      miss(key);
    else
      for (const json::Value &value : *array)
        result.push_back(within(value.getAsInteger(), key, largestNumber));
    return result;
  }
  /// Empty where the record is older than it.
  std::map<std::string, NodeFacts> graph() {
    std::map<std::string, NodeFacts> result;
    const json::Object *object = object_.getObject("graph");
    if (!object) return result;
    for (const auto &[name, value] : *object)
      if (const json::Object *node = value.getAsObject()) {
        Reader reader(*node);
        result[llvm::StringRef(name).str()] = {reader.text("kind"), reader.texts("needs")};
      }
    return result;
  }
  /// Empty in records that are older than the field.
  std::map<std::string, std::string> optionalTexts(llvm::StringRef key) {
    std::map<std::string, std::string> result;
    if (const json::Object *object = object_.getObject(key))
      for (const auto &[name, value] : *object)
        if (const auto text = value.getAsString()) result.emplace(llvm::StringRef(name).str(), text->str());
    return result;
  }
  void miss(llvm::StringRef key) {
    if (missing_.empty()) missing_ = key.str();
  }
  const std::string &missing() const { return missing_; }

private:
  static constexpr std::int64_t largestNumber = std::int64_t(1) << 53;
  static constexpr std::int64_t largestInteger = 1 << 30;

  std::int64_t within(const auto &value, llvm::StringRef key, std::int64_t largest) {
    if (value && *value >= -largest && *value <= largest) return *value;
    miss(key);
    return 0;
  }

  const json::Object &object_;
  std::string missing_;
};

/// Braced initialisers are evaluated in order, field by field.
bool readNode(llvm::StringRef type, Reader &r, decltype(Event::node) &node) {
  if (type == "run_started")
    node = RunStarted{r.text("run"),    r.text("plan"),   r.text("pipeline"), r.text("commit"),
                      r.text("branch"), r.texts("nodes"), r.graph()};
  else if (type == "node_started")
    node = NodeStarted{r.text("node")};
  else if (type == "step_started")
    node = StepStarted{r.text("node"), r.integer("step"), r.text("name"), r.integer("attempt")};
  else if (type == "output")
    node = Output{r.text("node"), r.integer("step"), r.text("text")};
  else if (type == "step_ended")
    node = StepEnded{r.text("node"),         r.integer("step"), r.outcome(),
                     r.integer("exit_code"), r.text("reason"),  r.optionalText("name")};
  else if (type == "service_ready")
    node = ServiceReady{r.text("node"), r.text("service"), r.integer("port")};
  else if (type == "checked")
    node = Checked{r.text("node"),  r.text("requirement"), r.text("verdict"), r.text("value"),
                   r.text("bound"), r.text("evidence"),    r.text("message"), r.optionalText("target")};
  else if (type == "phase_entered")
    node = PhaseEntered{r.text("node"), r.text("phase"), r.text("message")};
  else if (type == "measured")
    node = Measured{r.text("node"), r.numbers("values")};
  else if (type == "traffic")
    node = Traffic{r.text("node"),     r.integer("slice"), r.number("from"),
                   r.counts("before"), r.counts("after"),  r.counts("failed")};
  else if (type == "cached")
    node = Cached{r.text("node"), r.text("result"), r.text("reason"), r.text("key"), r.optionalText("from")};
  else if (type == "node_ended")
    node = NodeEnded{r.text("node"), r.outcome(), r.text("reason")};
  else if (type == "note")
    node = Note{r.text("node"), r.text("text")};
  else if (type == "run_ended")
    node = RunEnded{r.outcome(), r.optionalTexts("outputs")};
  else
    return false;
  return true;
}

} // namespace

llvm::Expected<Event> eventFromJson(const json::Value &value) {
  const json::Object *object = value.getAsObject();
  if (!object) return invalid("not an object");
  Reader reader(*object);
  Event event;
  event.at = reader.number("at");
  const std::string type = reader.text("type");
  if (reader.missing().empty() && !readNode(type, reader, event.node))
    return invalid("unknown type `" + type + "`");
  if (!reader.missing().empty()) return invalid("no valid `" + reader.missing() + "`");
  return event;
}

} // namespace pipelang::store
