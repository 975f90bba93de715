#include "compiler/plan/evaluate.h"
#include "compiler/plan/functions.h"
#include "compiler/plan/names.h"

namespace pipelang::plan {

char NotFoundOut::ID = 0;

namespace {

using Result = llvm::Expected<Value>;

llvm::Error failure(const llvm::Twine &what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), what);
}

/// Longer texts than this are refused: expressions may double one often.
constexpr std::size_t longestText = std::size_t(1) << 20;

/// One evaluation. Every expression is worked out at most once, however often it is used.
class Evaluator {
public:
  Evaluator(const Plan &plan, Target target, Facts &facts) : plan_(plan), target_(target), facts_(facts) {}

  Result value(ExprId id) {
    if (auto found = known_.find(id); found != known_.end()) return found->second;
    Result result = std::visit([&](const auto &node) { return of(node); }, plan_.exprs[id].node);
    if (result) known_.emplace(id, *result);
    return result;
  }

private:
  Result of(const Literal &literal) { return literal.value; }
  Result of(const ContextRef &context) { return facts_.context(context.key); }
  Result of(const SecretRef &secret) { return facts_.secret(secret.secret); }
  Result of(const ParamRef &param) { return facts_.param(param.param); }
  Result of(const OutputRef &output) { return facts_.output(output.output); }
  Result of(const StepOutput &output) { return facts_.stepOutput(output.action, output.name); }
  Result of(const Metric &metric) { return facts_.metric(metric.deployment, metric.name); }
  Result of(const ServicePort &service) {
    llvm::Expected<int> port = facts_.servicePort(service.service, service.containerPort);
    if (!port) return port.takeError();
    return Value{static_cast<std::int64_t>(*port)};
  }
  Result of(const OutcomeOf &outcome) {
    llvm::Expected<Outcome> ended = facts_.outcomeOf(outcome.node);
    if (!ended) return ended.takeError();
    return Value{toText(*ended).str()};
  }

  /// Records are never values: a field is asked of where its record comes from.
  Result of(const FieldOf &field) { return fieldOf(field.object, field.field); }
  Result fieldOf(ExprId object, llvm::StringRef field) {
    const Expr &expr = plan_.exprs[object];
    if (auto *output = std::get_if<OutputRef>(&expr.node)) return facts_.reportField(output->output, field);
    if (auto *context = std::get_if<ContextRef>(&expr.node))
      return facts_.context(context->key + "." + field.str());
    if (auto *targets = std::get_if<ByTarget>(&expr.node)) {
      llvm::Expected<ExprId> chosen = choose(*targets);
      if (!chosen) return chosen.takeError();
      return fieldOf(*chosen, field);
    }
    if (auto *conditional = std::get_if<Conditional>(&expr.node)) {
      llvm::Expected<bool> holds = truth(conditional->condition);
      if (!holds) return holds.takeError();
      return fieldOf(*holds ? conditional->thenValue : conditional->elseValue, field);
    }
    return failure("`" + field + "` is asked of something that has no fields");
  }

  Result of(const Concat &concat) {
    std::string text;
    for (ExprId part : concat.parts) {
      Result value = this->value(part);
      if (!value) return value;
      if (value->type() == ValueType::None) return failure("a value that is not there stands in a text");
      text += value->toText();
      if (text.size() > longestText) return failure("a text gets longer than 1 MiB");
    }
    return Value{std::move(text)};
  }
  Result of(const Compare &comparison) {
    Result left = value(comparison.left);
    if (!left) return left;
    Result right = value(comparison.right);
    if (!right) return right;
    llvm::Expected<bool> holds = compare(comparison.op, *left, *right);
    if (!holds) return holds.takeError();
    return Value{*holds};
  }
  Result of(const AllOf &all) { return untilOneIs(false, all.operands); }
  Result of(const AnyOf &any) { return untilOneIs(true, any.operands); }
  Result untilOneIs(bool decisive, llvm::ArrayRef<ExprId> operands) {
    for (ExprId operand : operands) {
      llvm::Expected<bool> holds = truth(operand);
      if (!holds) return holds.takeError();
      if (*holds == decisive) return Value{decisive};
    }
    return Value{!decisive};
  }
  Result of(const Not &negation) {
    llvm::Expected<bool> holds = truth(negation.operand);
    if (!holds) return holds.takeError();
    return Value{!*holds};
  }
  Result of(const Conditional &conditional) {
    llvm::Expected<bool> holds = truth(conditional.condition);
    if (!holds) return holds.takeError();
    return value(*holds ? conditional.thenValue : conditional.elseValue);
  }
  Result of(const Apply &apply) {
    const Function *function = findFunction(apply.function);
    if (!function) return failure("there is no function `" + apply.function + "`");
    std::vector<Value> arguments;
    for (ExprId argument : apply.arguments) {
      Result value = this->value(argument);
      if (!value) return value;
      arguments.push_back(std::move(*value));
    }
    if (arguments.size() < function->leastArguments || arguments.size() > function->mostArguments)
      return failure("`" + apply.function + "` has " + llvm::Twine(arguments.size()) + " arguments");
    Result result = function->apply(arguments);
    if (result) return result;
    return failure("`" + apply.function + "`: " + llvm::toString(result.takeError()));
  }
  Result of(const ByTarget &targets) {
    llvm::Expected<ExprId> chosen = choose(targets);
    if (!chosen) return chosen.takeError();
    return value(*chosen);
  }
  llvm::Expected<ExprId> choose(const ByTarget &targets) {
    const std::optional<ExprId> &chosen = target_ == Target::Github ? targets.github : targets.local;
    if (chosen) return *chosen;
    return failure(target_ == Target::Github ? "the value is only there in local runs"
                                             : "the value is only there on GitHub");
  }

  llvm::Expected<bool> truth(ExprId id) {
    Result result = value(id);
    if (!result) return result.takeError();
    if (auto *holds = std::get_if<bool>(&result->node)) return *holds;
    return failure(llvm::Twine("a condition must be a bool, not ") + nameOf(result->type()));
  }

  const Plan &plan_;
  Target target_;
  Facts &facts_;
  std::map<ExprId, Value> known_;
};

/// The order of two values of one kind, or none where the kind has only equality.
struct OrderOf {
  using Order = std::optional<std::strong_ordering>;
  Order operator()(const NoneValue &, const NoneValue &) const { return std::nullopt; }
  Order operator()(bool, bool) const { return std::nullopt; }
  Order operator()(const ValueList &, const ValueList &) const { return std::nullopt; }
  Order operator()(const VersionValue &left, const VersionValue &right) const {
    return compareVersions(left.spelling, right.spelling);
  }
  template <typename Ordered> Order operator()(const Ordered &left, const Ordered &right) const {
    return left <=> right;
  }
  template <typename Left, typename Right> Order operator()(const Left &, const Right &) const {
    llvm_unreachable("kinds differ");
  }
};

bool holds(CompareOp op, std::strong_ordering order) {
  switch (op) {
  case CompareOp::Equal: return order == 0;
  case CompareOp::NotEqual: return order != 0;
  case CompareOp::Less: return order < 0;
  case CompareOp::LessEqual: return order <= 0;
  case CompareOp::Greater: return order > 0;
  case CompareOp::GreaterEqual: return order >= 0;
  }
  llvm_unreachable("all operators are handled");
}

} // namespace

llvm::Expected<Value> evaluate(const Plan &plan, ExprId expr, Target target, Facts &facts) {
  return Evaluator(plan, target, facts).value(expr);
}

llvm::Expected<bool> compare(CompareOp op, const Value &left, const Value &right) {
  bool equality = op == CompareOp::Equal || op == CompareOp::NotEqual;
  if (left.node.index() != right.node.index()) {
    // Asking whether an optional value is there: nothing else equals `none`.
    if (equality && (left.type() == ValueType::None || right.type() == ValueType::None))
      return op == CompareOp::NotEqual;
    return failure(llvm::Twine("cannot compare ") + nameOf(left.type()) + " with " + nameOf(right.type()));
  }
  if (auto order = std::visit(OrderOf{}, left.node, right.node)) return holds(op, *order);
  if (!equality) return failure(llvm::Twine(nameOf(left.type())) + " has no order");
  return (left == right) == (op == CompareOp::Equal);
}

llvm::StringRef toText(Outcome outcome) {
  return nameOf(outcome);
}
std::optional<Outcome> outcomeFromText(llvm::StringRef text) {
  return enumFromName<Outcome>(text);
}

} // namespace pipelang::plan
