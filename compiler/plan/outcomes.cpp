#include "compiler/plan/outcomes.h"
#include "compiler/plan/evaluate.h"
#include "compiler/plan/graph.h"

namespace pipelang::plan {

const std::vector<Outcome> &allOutcomes() {
  static const std::vector<Outcome> all{Outcome::Success, Outcome::Failure, Outcome::Skipped,
                                        Outcome::Cancelled, Outcome::TimedOut};
  return all;
}

std::optional<bool> OutcomeTruth::of(ExprId id) const {
  auto known = found_.find(id);
  if (known != found_.end()) return known->second;
  std::optional<bool> truth = find(id);
  found_[id] = truth;
  return truth;
}

std::optional<bool> OutcomeTruth::find(ExprId id) const {
  const auto &node = plan_.exprs[id].node;
  if (const auto *all = std::get_if<AllOf>(&node)) return quantified(all->operands, false);
  if (const auto *any = std::get_if<AnyOf>(&node)) return quantified(any->operands, true);
  if (const auto *negation = std::get_if<Not>(&node)) {
    std::optional<bool> inner = of(negation->operand);
    return inner ? std::optional(!*inner) : std::nullopt;
  }
  if (const auto *literal = std::get_if<Literal>(&node))
    if (const bool *known = std::get_if<bool>(&literal->value.node)) return *known;
  if (const auto *comparison = std::get_if<Compare>(&node)) return compared(*comparison);
  if (const auto *conditional = std::get_if<Conditional>(&node)) return chosen(*conditional);
  return std::nullopt;
}

std::optional<bool> OutcomeTruth::quantified(const std::vector<ExprId> &operands, bool decisive) const {
  bool open = false;
  for (ExprId operand : operands) {
    std::optional<bool> known = of(operand);
    if (known && *known == decisive) return decisive;
    open |= !known;
  }
  return open ? std::nullopt : std::optional(!decisive);
}

/// The outcome an expression is, where it is known.
std::optional<Outcome> OutcomeTruth::outcomeOf(ExprId id) const {
  const auto &node = plan_.exprs[id].node;
  if (const auto *subject = std::get_if<OutcomeOf>(&node)) {
    auto found = known_.find(subject->node);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
  }
  const auto *literal = std::get_if<Literal>(&node);
  return literal ? outcomeFromText(literal->value.toText()) : std::nullopt;
}

std::optional<bool> OutcomeTruth::compared(const Compare &comparison) const {
  auto asks = [&](ExprId id) { return std::holds_alternative<OutcomeOf>(plan_.exprs[id].node); };
  if (!asks(comparison.left) && !asks(comparison.right)) return std::nullopt;
  std::optional<Outcome> left = outcomeOf(comparison.left), right = outcomeOf(comparison.right);
  if (!left || !right) return std::nullopt;
  if (comparison.op == CompareOp::Equal) return *left == *right;
  if (comparison.op == CompareOp::NotEqual) return *left != *right;
  return std::nullopt;
}

std::optional<bool> OutcomeTruth::chosen(const Conditional &conditional) const {
  std::optional<bool> condition = of(conditional.condition);
  if (condition) return of(*condition ? conditional.thenValue : conditional.elseValue);
  std::optional<bool> then = of(conditional.thenValue), otherwise = of(conditional.elseValue);
  return then == otherwise ? then : std::nullopt;
}

namespace {

/// The nodes whose outcome a condition asks for.
struct Asked {
  const Plan &plan;
  std::set<NodeId> all;
  std::set<NodeId> forCancelled; ///< Where something it asks holds for `cancelled`.
  std::set<std::pair<ExprId, bool>> seen;

  /// `positive`: below an even number of `not`.
  void walk(ExprId id, bool positive) {
    if (!seen.insert({id, positive}).second) return;
    const auto &node = plan.exprs[id].node;
    if (const auto *negation = std::get_if<Not>(&node)) return walk(negation->operand, !positive);
    if (const auto *comparison = std::get_if<Compare>(&node)) return compare(*comparison, positive);
    if (const auto *conditional = std::get_if<Conditional>(&node)) walk(conditional->condition, !positive);
    for (ExprId part : partsOf(plan.exprs[id]))
      walk(part, positive);
  }

  void compare(const Compare &comparison, bool positive) {
    for (auto [side, other] :
         {std::pair(comparison.left, comparison.right), std::pair(comparison.right, comparison.left)}) {
      const auto *outcome = std::get_if<OutcomeOf>(&plan.exprs[side].node);
      if (!outcome) continue;
      all.insert(outcome->node);
      const auto *literal = std::get_if<Literal>(&plan.exprs[other].node);
      bool isCancelled = literal && outcomeFromText(literal->value.toText()) == Outcome::Cancelled;
      if (!literal || isCancelled == (positive == (comparison.op == CompareOp::Equal)))
        forCancelled.insert(outcome->node);
    }
  }
};

/// Of how many nodes beside one all ends are tried together.
std::size_t triedBeside(std::size_t asked) {
  return asked <= 6 ? 5 : asked <= 50 ? 2 : 0;
}

/// Walks the ends of `others` from `first` on; true: in some of them the end of `node` decides as wanted.
bool cancellationDecides(const Plan &plan, ExprId condition, NodeId node, const std::vector<NodeId> &others,
                         std::size_t first, std::map<NodeId, Outcome> &known) {
  if (first < others.size()) {
    for (Outcome outcome : allOutcomes()) {
      known[others[first]] = outcome;
      if (cancellationDecides(plan, condition, node, others, first + 1, known)) return true;
    }
    known.erase(others[first]);
    return false;
  }
  auto truth = [&](Outcome outcome) {
    std::map<NodeId, Outcome> all = known;
    all[node] = outcome;
    return OutcomeTruth(plan, std::move(all)).of(condition);
  };
  std::optional<bool> cancelled = truth(Outcome::Cancelled);
  if (cancelled == std::optional(false)) return false;
  // What is open, as the branch, is open in both: only a difference counts.
  for (Outcome other : allOutcomes()) {
    std::optional<bool> instead = truth(other);
    if (instead != cancelled && instead != std::optional(true)) return true;
  }
  return false;
}

} // namespace

bool asksForCancelled(const Plan &plan, ExprId condition) {
  Asked asked{plan, {}, {}, {}};
  asked.walk(condition, true);
  for (NodeId node : asked.forCancelled) {
    std::vector<NodeId> others;
    for (NodeId other : asked.all)
      if (other != node && others.size() < triedBeside(asked.all.size())) others.push_back(other);
    std::map<NodeId, Outcome> known;
    if (cancellationDecides(plan, condition, node, others, 0, known)) return true;
  }
  return false;
}

} // namespace pipelang::plan
