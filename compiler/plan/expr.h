// Late values: what is only known when the pipeline runs, as typed trees. Backends render them in their
// target's language, the runtime evaluates them (evaluate.h); both are tested against each other.
#pragma once

#include "compiler/plan/value.h"
#include "compiler/support/id.h"
#include "compiler/support/source.h"
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pipelang::plan {

struct Expr;
struct Node;
struct Step;
struct Output;
struct Service;
struct Secret;
struct Param;
struct Environment;
struct Pipeline;
struct Matrix;
using ExprId = Id<Expr>;
using NodeId = Id<Node>;
using StepId = Id<Step>;
using OutputId = Id<Output>;
using ServiceId = Id<Service>;
using SecretId = Id<Secret>;
using EnvironmentId = Id<Environment>;

enum class CompareOp { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

struct Literal { ///< Known now, inside a late expression.
  Value value;
};
/// A fact of the run, read once at its start: `git.commit`, `git.branch`, `git.ref`, `git.tag`,
/// `event.name`, `run.id`, `run.number`, `repository`, `actor`, `pull_request.number`,
/// `pull_request.title`, `pull_request.head`, … (table: context.def).
struct ContextRef {
  std::string key;
};
struct SecretRef {
  SecretId secret;
};
struct ParamRef {
  Id<Param> param;
};
/// Output of a node that has succeeded. For a report the value is the record its reader makes.
struct OutputRef {
  OutputId output;
};
/// Output `name` of the action with this id in the same job (GitHub actions only).
struct StepOutput {
  std::string action;
  std::string name;
};
/// The port a service listens on, from the job's view; `host` is always `localhost`. An int.
struct ServicePort {
  ServiceId service;
  int containerPort = 0; ///< Which of its ports (as declared in the container).
};
/// How a node ended: Outcome.
struct OutcomeOf {
  NodeId node;
};
/// What a deployment measured: `p95`, `p50` (Duration), `error_rate` (Percent), `requests`, `failures` (Int),
/// `switchover` (Duration).
struct Metric {
  NodeId deployment;
  std::string name;
};
/// A field of a record, as `lines` of a coverage report.
struct FieldOf {
  ExprId object;
  std::string field;
};
/// Text of all parts, one after another.
struct Concat {
  std::vector<ExprId> parts;
};
struct Compare {
  CompareOp op;
  ExprId left;
  ExprId right;
};
struct AllOf { ///< `and`; empty: true
  std::vector<ExprId> operands;
};
struct AnyOf { ///< `or`; empty: false
  std::vector<ExprId> operands;
};
struct Not {
  ExprId operand;
};
struct Conditional {
  ExprId condition;
  ExprId thenValue;
  ExprId elseValue;
};
/// A function both sides know: `contains`, `starts_with`, `ends_with` (texts to bool). See functions.def.
struct Apply {
  std::string function;
  std::vector<ExprId> arguments;
};
/// One value for GitHub, another here (a task's result with a body per target). Keys: Target.
struct ByTarget {
  std::optional<ExprId> github;
  std::optional<ExprId> local;
};

struct Expr {
  ValueType type = ValueType::String;
  std::variant<Literal, ContextRef, SecretRef, ParamRef, OutputRef, StepOutput, ServicePort, OutcomeOf,
               Metric, FieldOf, Concat, Compare, AllOf, AnyOf, Not, Conditional, Apply, ByTarget>
      node;
  bool secret = false;    ///< Carries a secret: masked wherever it is shown.
  bool untrusted = false; ///< Somebody outside may have chosen it.
  Span origin;
};

} // namespace pipelang::plan
