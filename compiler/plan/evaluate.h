// The one evaluator of late expressions. What GitHub's expression renderer makes of the same tree must
// come to the same value; tests/conformance compares them.
#pragma once

#include "compiler/plan/plan.h"
#include "llvm/Support/Error.h"

namespace pipelang::plan {

/// A fact that was never found out, as a metric without a measurement: a bound on it is "not evaluated".
/// Facts may return it instead of any other error, or the value `none`; evaluate() hands it on.
class NotFoundOut : public llvm::ErrorInfo<NotFoundOut> {
public:
  static char ID;
  explicit NotFoundOut(std::string what) : what_(std::move(what)) {}
  void log(llvm::raw_ostream &out) const override { out << what_; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

private:
  std::string what_;
};

/// Where late facts come from while a pipeline runs. Each returns an error that says what is missing.
class Facts {
public:
  virtual ~Facts() = default;
  virtual llvm::Expected<Value> context(llvm::StringRef key) = 0;
  virtual llvm::Expected<Value> secret(SecretId secret) = 0;
  virtual llvm::Expected<Value> param(Id<Param> param) = 0;
  virtual llvm::Expected<Value> output(OutputId output) = 0;
  /// Field `field` of a report output: what its reader found.
  virtual llvm::Expected<Value> reportField(OutputId output, llvm::StringRef field) = 0;
  virtual llvm::Expected<Value> stepOutput(llvm::StringRef action, llvm::StringRef name) = 0;
  virtual llvm::Expected<int> servicePort(ServiceId service, int containerPort) = 0;
  virtual llvm::Expected<Outcome> outcomeOf(NodeId node) = 0;
  virtual llvm::Expected<Value> metric(NodeId deployment, llvm::StringRef name) = 0;
};

/// The value of `expr` on `target`. Error: the first fact that is missing, or a field of what is no record.
/// `and`, `or` and conditionals evaluate only what they need.
llvm::Expected<Value> evaluate(const Plan &plan, ExprId expr, Target target, Facts &facts);

/// Orders two values of one kind: numbers and quantities by size, versions by parts, texts bytewise.
/// Error: kinds differ, or have no order.
llvm::Expected<bool> compare(CompareOp op, const Value &left, const Value &right);

/// `success`, `failure`, `skipped`, `cancelled`, `timed_out`.
llvm::StringRef toText(Outcome outcome);
std::optional<Outcome> outcomeFromText(llvm::StringRef text);

} // namespace pipelang::plan
