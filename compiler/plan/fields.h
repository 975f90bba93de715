// Every member of every Plan type, once: writing, reading and checking the Plan all walk this table.
// The structured binding in FIELDS names all members, so a member added to plan.h or expr.h breaks the
// build here until it is listed. Private to this room and its tests.
#pragma once

#include "compiler/plan/plan.h"
#include <concepts>
#include <type_traits>

namespace pipelang::plan {

template <typename T, typename Struct>
concept Is = std::same_as<std::remove_const_t<T>, Struct>;

template <typename T>
concept Quantity = std::same_as<T, Duration> || std::same_as<T, Bytes> || std::same_as<T, Percent> ||
    std::same_as<T, Cpu> || std::same_as<T, Rate>;
/// A struct of plan.h or expr.h: something `fields` knows.
template <typename T>
concept Structure =
    std::is_aggregate_v<T> && !Quantity<T> && !std::same_as<T, Span> && !std::same_as<T, Value>;

#define PIPELANG_PARENS ()
#define PIPELANG_EXPAND(...) PIPELANG_EXPAND3(PIPELANG_EXPAND3(PIPELANG_EXPAND3(__VA_ARGS__)))
#define PIPELANG_EXPAND3(...) PIPELANG_EXPAND2(PIPELANG_EXPAND2(PIPELANG_EXPAND2(__VA_ARGS__)))
#define PIPELANG_EXPAND2(...) PIPELANG_EXPAND1(PIPELANG_EXPAND1(PIPELANG_EXPAND1(__VA_ARGS__)))
#define PIPELANG_EXPAND1(...) __VA_ARGS__
#define PIPELANG_EACH(FIRST, ...)                                                                            \
  archive(#FIRST, FIRST);                                                                                    \
  __VA_OPT__(PIPELANG_EACH_AGAIN PIPELANG_PARENS(__VA_ARGS__))
#define PIPELANG_EACH_AGAIN() PIPELANG_EACH

/// `archive(name, member)` for each member, in this order; the names are the keys of the JSON.
#define FIELDS(STRUCT, ...)                                                                                  \
  template <typename Archive> void fields(Archive &archive, Is<STRUCT> auto &structure) {                    \
    auto &[__VA_ARGS__] = structure;                                                                         \
    PIPELANG_EXPAND(PIPELANG_EACH(__VA_ARGS__))                                                              \
  }

/// The `kind` that tells an alternative of a variant from the others.
template <typename Alternative> inline constexpr const char *kindName = nullptr;
#define KIND(STRUCT, NAME, ...)                                                                              \
  template <> inline constexpr const char *kindName<STRUCT> = NAME;                                          \
  FIELDS(STRUCT, __VA_ARGS__)

KIND(Literal, "literal", value)
KIND(ContextRef, "context", key)
KIND(SecretRef, "secret", secret)
KIND(ParamRef, "param", param)
KIND(OutputRef, "output", output)
KIND(StepOutput, "step_output", action, name)
KIND(ServicePort, "service_port", service, containerPort)
KIND(OutcomeOf, "outcome", node)
KIND(Metric, "metric", deployment, name)
KIND(FieldOf, "field", object, field)
KIND(Concat, "concat", parts)
KIND(Compare, "compare", op, left, right)
KIND(AllOf, "all", operands)
KIND(AnyOf, "any", operands)
KIND(Not, "not", operand)
KIND(Conditional, "if", condition, thenValue, elseValue)
KIND(Apply, "apply", function, arguments)
KIND(ByTarget, "by_target", github, local)
FIELDS(Expr, type, node, secret, untrusted, origin)

FIELDS(EnvBinding, name, value)
KIND(Script, "script", language, text, env)
KIND(Exec, "exec", arguments)
KIND(Uses, "uses", action, digest, version, inputs)
KIND(Native, "native", name, arguments)
FIELDS(Retry, times, on, pause)
FIELDS(Action, node, id, title, origin, env, when, timeout, directory, retry, continueOnError)
FIELDS(Raw, target, document, origin)
FIELDS(Permission, scope, write, reason)
FIELDS(Step, name, bodies, env, when, timeout, directory, continueOnError, permissions, raw, origin)

FIELDS(Probe, kind, path, command, expectedStatus, every, after, timeout, failures)
FIELDS(ServiceContainer, image, env, ports, healthCommand)
FIELDS(ServiceProcess, prepare, start, ready, afterReady, startTimeout)
FIELDS(Service, name, kind, container, process, origin)
KIND(ValueOutput, "value", value)
KIND(TextFileOutput, "text_file", path)
KIND(ReportOutput, "report", reader, path)
KIND(FilesOutput, "files", paths)
FIELDS(Output, name, job, node, untrusted, secret, origin)

FIELDS(ArtifactInput, output, directory)
KIND(Job, "job", matrix, timeout, runner, container, environment, env, services, inputs, steps, outputs,
     retry, permissions, raw, pure, sources, sandbox)
FIELDS(Requirement, subject, op, bound, target, during, text, origin)
KIND(Gate, "gate", requirements)
FIELDS(HttpCheck, path, expectedStatus, within, origin)
FIELDS(Traffic, path, rate, before, after, identityHeader)
FIELDS(LocalRelease, prepare, start, env, services, inputs, publicPort, traffic, live, ready, keepWarm, drain,
       grace, preStop, longestRequest, startTimeout)
KIND(Deployment, "deployment", strategy, environment, image, port, command, env, live, ready, beforeSwitch,
     afterSwitch, switchWithin, keepWarm, drain, grace, preStop, longestRequest, startTimeout, local)
FIELDS(ReactionArm, outcomes, step)
KIND(Reaction, "reaction", subject, arms)
FIELDS(Node, name, needs, awaits, when, node, doc, origin)
FIELDS(Matrix::Cell, values, node)
FIELDS(Matrix, name, variables, cells, origin)
FIELDS(Trigger, event, filters, origin)
FIELDS(Concurrency, group, cancelInProgress)
FIELDS(PipelineOutput, name, value, doc, origin)
FIELDS(Pipeline, name, doc, triggers, concurrency, runName, wallBudget, worstWall, minutesBudget,
       worstMinutes, raw, nodes, matrices, outputs, origin)

FIELDS(Resources, cpu, memory)
FIELDS(Autoscale, min, max, cpu)
FIELDS(Environment, name, cluster, namespaceName, replicas, resources, autoscale, approvals, config, url,
       origin)
FIELDS(Secret, name, environments, origin)
FIELDS(Param, name, type, defaultValue, choices, check, expected, doc, origin)
KIND(EmitGithub, "github", pipeline, path)
KIND(EmitKubernetes, "kubernetes", environment, directory)
KIND(EmitFile, "file", path, format, document)
FIELDS(Emit, node, origin)
FIELDS(ActionPin, name, version, digest)
FIELDS(ToolPin, name, version, url, sha256)
FIELDS(Plan, name, files, library, exprs, environments, secrets, params, pipelines, nodes, matrices, steps,
       services, outputs, emits, tools, pins)

#undef KIND
#undef FIELDS
#undef PIPELANG_EACH_AGAIN
#undef PIPELANG_EACH
#undef PIPELANG_EXPAND1
#undef PIPELANG_EXPAND2
#undef PIPELANG_EXPAND3
#undef PIPELANG_EXPAND
#undef PIPELANG_PARENS

/// std::optional and Boxed: what may be absent.
template <typename T>
concept Optional = requires(T value) {
  value.emplace();
  *value;
};
/// Left out of the JSON, and what a member is that is not there. False for what has no such value.
template <typename T> bool isEmpty(const T &value) {
  if constexpr (std::same_as<T, bool>)
    return !value;
  else if constexpr (std::same_as<T, Retry>)
    return value.times == 0;
  else if constexpr (requires { value.empty(); })
    return value.empty();
  else
    return false;
}
/// Whether some value of the type is empty.
template <typename T>
concept MayBeEmpty = std::same_as<T, bool> || std::same_as<T, Retry> || requires(const T &value) {
  value.empty();
};

} // namespace pipelang::plan
