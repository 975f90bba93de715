// A gate's verdict: what was found, against which bound.
#pragma once

#include "compiler/plan/evaluate.h"
#include <functional>
#include <string>
#include <vector>

namespace pipelang::gates {

enum class Verdict { Pass, Warn, NotEvaluated, Error, Fail }; ///< From best to worst.
llvm::StringRef toText(Verdict verdict);

struct RequirementResult {
  Verdict verdict = Verdict::NotEvaluated;
  std::string text;     ///< The requirement as written.
  std::string value;    ///< What was found, as the language writes it; empty where nothing was.
  std::string bound;    ///< `>= 90%`
  std::string target;   ///< `>= 95%`, or empty
  std::string evidence; ///< The file it was read from, or empty.
  std::string message;  ///< One line for people: `coverage.xml: lines is 84.2%, must be >= 90%`.
  Span origin;
};

struct GateResult {
  Verdict verdict = Verdict::NotEvaluated; ///< The worst of all.
  std::vector<RequirementResult> requirements;
  bool passes() const { return verdict == Verdict::Pass || verdict == Verdict::Warn; }
};

/// Evidence is the path of the report an output was read from: the caller knows.
using EvidenceOf = std::function<std::string(plan::OutputId)>;

/// Every requirement is evaluated, also after one has failed. `target`: where the facts come from.
GateResult evaluate(const plan::Plan &plan, llvm::ArrayRef<plan::Requirement> requirements,
                    plan::Facts &facts, const EvidenceOf &evidenceOf,
                    plan::Target target = plan::Target::Local);

} // namespace pipelang::gates
