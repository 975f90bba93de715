// What a file's tests ask, in terms of its Plan: conditions are expressions, evaluated by whoever runs them.
#pragma once

#include "compiler/plan/simulate.h"

namespace pipelang {

/// A part of a condition and what it comes to, for the message where the condition does not hold.
struct ShownPart {
  std::string text;                              ///< As written: `api`, `unit[3.11].tests.failed`.
  std::variant<std::string, plan::ExprId> value; ///< Known now, as the language writes it; or late.
};

/// `expect …`
struct Expectation {
  Span span;        ///< The condition, or the header of `expect error`.
  std::string text; ///< As written, on one line.
  std::optional<plan::ExprId> condition;
  std::vector<ShownPart> parts;
  std::optional<std::string> errorCode; ///< Of `expect error CODE { … }`.
  Span program;                         ///< Its braces' content.
  /// Where the condition is `x == snapshot("path")`: the path, and x.
  std::optional<std::pair<std::string, plan::ExprId>> snapshot;
};

struct Simulation {
  Id<plan::Pipeline> pipeline;
  plan::Given given;
  bool everyOutcome = false;
  std::vector<plan::NodeId> of; ///< Whose outcomes vary; empty: everybody's.
  Span span;
};

/// A simulation and what is expected of it. The first of a test may have none.
struct TestSection {
  std::optional<Simulation> simulation;
  std::vector<Expectation> expectations;
};

struct Test {
  std::string name;
  Span span; ///< `test "name"`
  std::vector<TestSection> sections;
};

} // namespace pipelang
