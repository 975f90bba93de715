#include "runtime/gates/verdict.h"
#include "compiler/plan/graph.h"
#include "compiler/plan/names.h"
#include "compiler/plan/spell.h"
#include <algorithm>

namespace pipelang::gates {
namespace {

/// What a subject or bound came to: a value, or why there is none.
struct Found {
  std::optional<plan::Value> value;
  Verdict verdict = Verdict::Pass; ///< NotEvaluated or Error where there is no value.
  std::string reason;
};

Found find(const plan::Plan &plan, plan::ExprId expr, plan::Facts &facts, plan::Target target) {
  llvm::Expected<plan::Value> value = plan::evaluate(plan, expr, target, facts);
  if (value && value->type() != plan::ValueType::None) return {*value, Verdict::Pass, ""};
  if (value) return {std::nullopt, Verdict::NotEvaluated, "is not told"};
  Verdict verdict = Verdict::Error;
  std::string reason;
  llvm::handleAllErrors(
      value.takeError(),
      [&](const plan::NotFoundOut &missing) {
        verdict = Verdict::NotEvaluated;
        reason = missing.message();
      },
      [&](const llvm::ErrorInfoBase &other) { reason = other.message(); });
  return {std::nullopt, verdict, reason};
}

/// Control characters would let a report write over the terminal.
std::string printable(std::string text) {
  for (char &c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

/// Evaluates one requirement.
class Check {
public:
  Check(const plan::Plan &plan, const plan::Requirement &requirement, plan::Facts &facts,
        const EvidenceOf &evidenceOf, plan::Target target)
      : plan_(plan), requirement_(requirement), facts_(facts), target_(target) {
    result_.text = requirement.text;
    result_.origin = requirement.origin;
    result_.evidence = evidence(evidenceOf);
  }

  RequirementResult run() {
    Found subject = find(plan_, requirement_.subject, facts_, target_);
    Found bound = find(plan_, requirement_.bound, facts_, target_);
    Found target = requirement_.target ? find(plan_, *requirement_.target, facts_, target_) : Found{};
    const char *op = plan::nameOf(requirement_.op);
    if (bound.value) result_.bound = op + (" " + printable(bound.value->toText()));
    if (target.value) result_.target = op + (" " + printable(target.value->toText()));
    for (const Found *part : {&bound, &subject, &target})
      if (part->verdict != Verdict::Pass) return withoutValue(*part, part == &subject);
    decide(*subject.value, *bound.value, target.value);
    return std::move(result_);
  }

private:
  /// The first report that the subject was read from.
  std::string evidence(const EvidenceOf &evidenceOf) const {
    std::string first;
    plan::forEachExpr(plan_, requirement_.subject, [&](plan::ExprId, const plan::Expr &expr) {
      auto *output = std::get_if<plan::OutputRef>(&expr.node);
      if (output && first.empty() && evidenceOf) first = evidenceOf(output->output);
    });
    return first;
  }
  std::string say(const std::string &what) const {
    std::string where = result_.evidence.empty() ? "" : result_.evidence + ": ";
    return where + plan::spell(plan_, requirement_.subject) + " " + what;
  }
  RequirementResult withoutValue(const Found &part, bool ofSubject) {
    result_.verdict = part.verdict;
    std::string must = result_.bound.empty() ? "" : ", must be " + result_.bound;
    std::string reason = printable(part.reason);
    if (!ofSubject)
      result_.message = say("cannot be judged: its bound " + reason);
    else if (part.verdict == Verdict::Error)
      result_.message = say("cannot be read: " + reason + must);
    else
      result_.message = say(
          "was not evaluated: " + (reason == "is not told" ? "the report does not tell it" : reason) + must);
    return std::move(result_);
  }

  void decide(const plan::Value &value, const plan::Value &bound, const std::optional<plan::Value> &target) {
    llvm::Expected<bool> holds = plan::compare(requirement_.op, value, bound);
    llvm::Expected<bool> reached =
        target ? plan::compare(requirement_.op, value, *target) : llvm::Expected<bool>(true);
    if (!holds || !reached) {
      result_.verdict = Verdict::Error;
      result_.message = say("cannot be judged: " + joined(holds.takeError(), reached.takeError()));
      return;
    }
    result_.verdict = !*holds ? Verdict::Fail : *reached ? Verdict::Pass : Verdict::Warn;
    result_.value = shown(value, bound, target);
    std::string is = "is " + result_.value;
    if (result_.verdict == Verdict::Fail)
      result_.message = say(is + ", must be " + result_.bound);
    else if (result_.verdict == Verdict::Warn)
      result_.message = say(is + ", should be " + result_.target);
    else
      result_.message = say(is + " (" + result_.bound + ")");
  }
  static std::string joined(llvm::Error first, llvm::Error second) {
    std::string text = llvm::toString(std::move(first)), more = llvm::toString(std::move(second));
    return text.empty() ? more : text;
  }

  /// The value for people. A share is cut to two decimals unless that would put it on the other side
  /// of a bound: 89.999999% is never shown as 90%.
  std::string shown(const plan::Value &value, const plan::Value &bound,
                    const std::optional<plan::Value> &target) const {
    if (plan_.exprs[requirement_.subject].secret) return "(secret)";
    auto *share = std::get_if<Percent>(&value.node);
    if (!share) return printable(value.toText());
    plan::Value cut{Percent{share->millionths - share->millionths % (Percent::scale / 100)}};
    for (const plan::Value *limit : {&bound, target ? &*target : &bound}) {
      bool before = llvm::cantFail(plan::compare(requirement_.op, value, *limit));
      if (before != llvm::cantFail(plan::compare(requirement_.op, cut, *limit))) return value.toText();
    }
    return cut.toText();
  }

  const plan::Plan &plan_;
  const plan::Requirement &requirement_;
  plan::Facts &facts_;
  const plan::Target target_;
  RequirementResult result_;
};

} // namespace

llvm::StringRef toText(Verdict verdict) {
  switch (verdict) {
  case Verdict::Pass: return "pass";
  case Verdict::Warn: return "warn";
  case Verdict::NotEvaluated: return "not_evaluated";
  case Verdict::Error: return "error";
  case Verdict::Fail: return "fail";
  }
  llvm_unreachable("all verdicts are handled");
}

GateResult evaluate(const plan::Plan &plan, llvm::ArrayRef<plan::Requirement> requirements,
                    plan::Facts &facts, const EvidenceOf &evidenceOf, plan::Target target) {
  GateResult result;
  for (const plan::Requirement &requirement : requirements) {
    result.requirements.push_back(Check(plan, requirement, facts, evidenceOf, target).run());
    Verdict verdict = result.requirements.back().verdict;
    result.verdict = result.requirements.size() == 1 ? verdict : std::max(result.verdict, verdict);
  }
  return result;
}

} // namespace pipelang::gates
