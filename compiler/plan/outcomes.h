// What a condition says of the outcomes it asks about: its truth where some outcomes are known and everything
// else is open.
#pragma once

#include "compiler/plan/plan.h"

namespace pipelang::plan {

/// The truth of conditions where these outcomes are known: empty where other things decide.
class OutcomeTruth {
public:
  OutcomeTruth(const Plan &plan, std::map<NodeId, Outcome> known) : plan_(plan), known_(std::move(known)) {}

  std::optional<bool> of(ExprId condition) const;

private:
  std::optional<bool> find(ExprId condition) const;
  /// `decisive` in one operand decides.
  std::optional<bool> quantified(const std::vector<ExprId> &operands, bool decisive) const;
  std::optional<bool> compared(const Compare &comparison) const;
  std::optional<bool> chosen(const Conditional &conditional) const;
  std::optional<Outcome> outcomeOf(ExprId expr) const;

  const Plan &plan_;
  std::map<NodeId, Outcome> known_;
  mutable std::map<ExprId, std::optional<bool>> found_; ///< Expressions share their parts.
};

/// All five.
const std::vector<Outcome> &allOutcomes();

/// Whether `condition` asks for a cancellation: for some ends of all it asks about it holds where one of them
/// was cancelled, and would not if that one had ended in some other way. `a is not success` does, `a is not
/// cancelled` and `a is failure or b is failure` do not.
bool asksForCancelled(const Plan &plan, ExprId condition);

} // namespace pipelang::plan
