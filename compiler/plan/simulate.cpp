#include "compiler/plan/simulate.h"
#include "compiler/plan/graph.h"
#include "fmt/format.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipelang::plan {

/// Runs one pipeline in thought, nodes in the order of their needs.
class Simulator {
public:
  Simulator(const Plan &plan, const Pipeline &pipeline, const Given &given)
      : plan_(plan), pipeline_(pipeline), given_(given) {}

  /// With `choose`, outcomes of `free` and facts with `candidates` that are not given go every way.
  Simulated run(const std::vector<NodeId> &free, const std::map<std::string, std::vector<Value>> &candidates,
                std::optional<Choose> choose) {
    Simulated result(plan_, given_);
    result.candidates_ = &candidates;
    result.choose_ = choose;
    result.ran_ = true;
    for (NodeId node : topologicalOrder(plan_, pipeline_)) {
      Decision decision = decide(plan_, node, Target::Local, result);
      if (decision.unknown)
        result.ended_[node] = {std::nullopt, decision.reason};
      else if (!decision.runs)
        result.ended_[node] = {decision.outcome, decision.reason};
      else
        result.ended_[node] = {outcomeOf(node, result, llvm::is_contained(free, node)), ""};
    }
    return result;
  }

private:
  Outcome outcomeOf(NodeId id, Simulated &result, bool isFree) const {
    if (auto given = given_.outcomes.find(id); given != given_.outcomes.end()) return given->second;
    const Node &node = plan_.nodes[id];
    if (const Gate *gate = node.asGate()) {
      std::optional<bool> holds = judge(gate->requirements, result);
      if (holds) return *holds ? Outcome::Success : Outcome::Failure;
    }
    if (const Deployment *deployment = node.asDeployment())
      if (judge(deployment->afterSwitch, result) == false) return Outcome::Failure;
    if (!isFree || !result.choose_) return Outcome::Success;
    static constexpr std::pair<Outcome, const char *> ways[] = {{Outcome::Success, "succeeds"},
                                                                {Outcome::Failure, "fails"},
                                                                {Outcome::Cancelled, "is cancelled"},
                                                                {Outcome::TimedOut, "times out"}};
    std::size_t way = (*result.choose_)(std::size(ways));
    result.taken_.push_back({fmt::format("`{}` {}", node.name, ways[way].second), way != 0});
    return ways[way].first;
  }

  /// Whether all requirements hold; none where that is not given. What cannot be worked out does not hold.
  std::optional<bool> judge(const std::vector<Requirement> &requirements, Simulated &facts) const {
    bool open = requirements.empty();
    for (const Requirement &requirement : requirements) {
      llvm::Expected<Value> subject = evaluate(plan_, requirement.subject, Target::Local, facts);
      llvm::Expected<Value> bound = evaluate(plan_, requirement.bound, Target::Local, facts);
      bool subjectMissing = isMissing(subject), boundMissing = isMissing(bound);
      if (subjectMissing || boundMissing) {
        open = true;
        continue;
      }
      if (!subject || !bound || subject->type() == ValueType::None || bound->type() == ValueType::None)
        return false;
      llvm::Expected<bool> holds = compare(requirement.op, *subject, *bound);
      if (!holds) llvm::consumeError(holds.takeError());
      if (!holds || !*holds) return false;
    }
    if (open) return std::nullopt;
    return true;
  }

  /// Whether `value` was not given; any error is taken out of it.
  static bool isMissing(llvm::Expected<Value> &value) {
    if (value) return false;
    bool missing = false;
    llvm::handleAllErrors(
        value.takeError(), [&](const NotFoundOut &) { missing = true; }, [](const llvm::ErrorInfoBase &) {});
    return missing;
  }

  const Plan &plan_;
  const Pipeline &pipeline_;
  const Given &given_;
};

namespace {

/// How the language writes it: texts in quotes.
std::string spelled(const Value &value) {
  return value.type() == ValueType::String ? "\"" + value.toText() + "\"" : value.toText();
}

/// The key under which candidates of a context or param are kept; empty for other expressions.
std::string keyOf(const Plan &plan, ExprId id) {
  if (const auto *context = std::get_if<ContextRef>(&plan.exprs[id].node)) return context->key;
  if (const auto *param = std::get_if<ParamRef>(&plan.exprs[id].node)) return plan.params[param->param].name;
  return {};
}

/// For each fact compared with something known: what it may be, and one value that is none of these.
class Candidates {
public:
  explicit Candidates(const Plan &plan) : plan_(plan) {}

  void collect(ExprId root) {
    forEachExpr(plan_, root, [&](ExprId, const Expr &expr) {
      if (const auto *comparison = std::get_if<Compare>(&expr.node)) {
        pair(comparison->left, comparison->right);
        pair(comparison->right, comparison->left);
      }
      if (const auto *apply = std::get_if<Apply>(&expr.node); apply && apply->arguments.size() == 2)
        pair(apply->arguments[0], apply->arguments[1]);
    });
  }

  std::map<std::string, std::vector<Value>> take() {
    for (auto &[key, values] : found_)
      addOther(values);
    return std::move(found_);
  }

private:
  void pair(ExprId subject, ExprId with) {
    const std::string key = keyOf(plan_, subject);
    const auto *literal = std::get_if<Literal>(&plan_.exprs[with].node);
    if (key.empty() || !literal || llvm::StringRef(key).contains(':')) return;
    std::vector<Value> &values = found_[key];
    if (!llvm::is_contained(values, literal->value)) values.push_back(literal->value);
  }
  static void addOther(std::vector<Value> &values) {
    if (const auto *flag = std::get_if<bool>(&values.front().node)) {
      if (values.size() == 1) values.push_back(Value{!*flag});
    } else if (std::holds_alternative<std::string>(values.front().node)) {
      std::string other = "something else";
      while (llvm::is_contained(values, Value{other}))
        other += "!";
      values.push_back(Value{other});
    } else if (std::holds_alternative<std::int64_t>(values.front().node)) {
      std::int64_t most = 0;
      for (const Value &value : values)
        if (const auto *number = std::get_if<std::int64_t>(&value.node)) most = std::max(most, *number);
      if (most < INT64_MAX) values.push_back(Value{most + 1});
    }
  }

  const Plan &plan_;
  std::map<std::string, std::vector<Value>> found_;
};

/// Goes through sequences of choices in order: the last that can still change does.
class Odometer {
public:
  std::size_t choose(std::size_t ways) {
    // What is asked may change once an answer is known: then the rest begins anew.
    if (at_ < places_.size() && places_[at_].second != ways) places_.resize(at_);
    if (at_ == places_.size()) places_.push_back({0, ways});
    return places_[at_++].first;
  }
  /// False: all have been.
  bool next() {
    at_ = 0;
    while (!places_.empty() && places_.back().first + 1 >= places_.back().second)
      places_.pop_back();
    if (places_.empty()) return false;
    ++places_.back().first;
    return true;
  }

private:
  std::vector<std::pair<std::size_t, std::size_t>> places_; // way taken, number of ways
  std::size_t at_ = 0;
};

} // namespace

std::string Simulated::reasonOf(NodeId node) const {
  auto found = ended_.find(node);
  return found == ended_.end() ? "" : found->second.reason;
}

llvm::Expected<Value> Simulated::notGiven(const std::string &what) const {
  if (!ran_)
    return llvm::make_error<NotFoundOut>(what + " is known when a pipeline runs; `simulate` one first");
  return llvm::make_error<NotFoundOut>(what + " is not given by the simulation");
}

llvm::Expected<Value> Simulated::context(llvm::StringRef key) {
  if (key.contains(':') && file) {
    llvm::Expected<std::string> text = file(key);
    if (!text) return text.takeError();
    return Value{std::move(*text)};
  }
  if (auto given = given_.contexts.find(key.str()); given != given_.contexts.end()) return given->second;
  if (auto known = chosen_.find(key.str()); known != chosen_.end()) return known->second;
  if (!choose_ || !candidates_->count(key.str())) return notGiven("`" + key.str() + "`");
  const std::vector<Value> &values = candidates_->at(key.str());
  const Value &value = values[(*choose_)(values.size())];
  taken_.push_back({fmt::format("`{}` is {}", key.str(), spelled(value)), true});
  return chosen_[key.str()] = value;
}

llvm::Expected<Value> Simulated::secret(SecretId secret) {
  return notGiven("secret `" + plan_.secrets[secret].name + "`");
}
llvm::Expected<Value> Simulated::param(Id<Param> param) {
  if (auto given = given_.params.find(param); given != given_.params.end()) return given->second;
  const Param &declared = plan_.params[param];
  if (choose_ && candidates_->count(declared.name)) return context(declared.name);
  if (declared.defaultValue) return *declared.defaultValue;
  return notGiven("`" + declared.name + "`");
}
llvm::Expected<Value> Simulated::output(OutputId output) {
  if (auto given = given_.outputs.find(output); given != given_.outputs.end()) return given->second;
  const Output &declared = plan_.outputs[output];
  return notGiven("`" + plan_.nodes[declared.job].name + "." + declared.name + "`");
}
llvm::Expected<Value> Simulated::reportField(OutputId output, llvm::StringRef field) {
  if (auto given = given_.fields.find({output, field.str()}); given != given_.fields.end())
    return given->second;
  const Output &declared = plan_.outputs[output];
  return notGiven("`" + plan_.nodes[declared.job].name + "." + declared.name + "." + field.str() + "`");
}
llvm::Expected<Value> Simulated::stepOutput(llvm::StringRef action, llvm::StringRef name) {
  return notGiven("`" + action.str() + "." + name.str() + "`");
}
llvm::Expected<int> Simulated::servicePort(ServiceId service, int) {
  return llvm::make_error<NotFoundOut>("service `" + plan_.services[service].name + "` has no port here");
}
llvm::Expected<Value> Simulated::metric(NodeId deployment, llvm::StringRef name) {
  if (auto given = given_.metrics.find({deployment, name.str()}); given != given_.metrics.end())
    return given->second;
  return notGiven("what `" + plan_.nodes[deployment].name + "` measures as " + name.str());
}

llvm::Expected<Outcome> Simulated::outcomeOf(NodeId node) {
  auto found = ended_.find(node);
  if (found != ended_.end() && found->second.outcome) return *found->second.outcome;
  const std::string name = "`" + plan_.nodes[node].name + "`";
  if (found == ended_.end()) return notGiven("how " + name + " ends").takeError();
  return llvm::make_error<NotFoundOut>("whether " + name + " runs is open: " + found->second.reason);
}

Simulated simulate(const Plan &plan, const Pipeline &pipeline, const Given &given) {
  static const std::map<std::string, std::vector<Value>> nothing;
  return Simulator(plan, pipeline, given).run({}, nothing, std::nullopt);
}

bool explore(const Plan &plan, const Exploration &what, llvm::function_ref<bool(Simulated &)> visit) {
  std::vector<NodeId> free = what.free;
  if (free.empty())
    llvm::copy_if(what.pipeline.nodes, std::back_inserter(free),
                  [&](NodeId node) { return !plan.nodes[node].asReaction(); });
  Candidates collected(plan);
  for (NodeId node : what.pipeline.nodes)
    if (plan.nodes[node].when) collected.collect(*plan.nodes[node].when);
  for (ExprId condition : what.conditions)
    collected.collect(condition);
  const std::map<std::string, std::vector<Value>> candidates = collected.take();
  Odometer odometer;
  auto choose = [&](std::size_t ways) { return odometer.choose(ways); };
  std::size_t count = 0;
  do {
    if (++count > what.limit) return false;
    Simulated result = Simulator(plan, what.pipeline, what.given).run(free, candidates, Choose(choose));
    if (!visit(result)) return true;
  } while (odometer.next());
  return true;
}

} // namespace pipelang::plan
