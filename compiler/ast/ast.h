// What was written, and nothing more: names are unresolved, numerals keep their spelling. Made by
// parse/, read by sema/ and format/. Nodes live in the Module's tables; links between them are ids.
// The concrete syntax of each node stands in its comment; docs/reference.md has the grammar.
#pragma once

#include "compiler/support/id.h"
#include "compiler/support/quantities.h"
#include "compiler/support/source.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pipelang::ast {

struct Expr;
struct TypeExpr;
struct Stmt;
using ExprId = Id<Expr>;
using TypeId = Id<TypeExpr>;
using StmtId = Id<Stmt>;

/// An identifier where it stands. Empty text: it was missing (a diagnostic has said so).
struct Name {
  std::string text;
  Span span;
};

// ---------------------------------------------------------------- types

/// `int`, `git.Ref`, `list[T]`, `map[K, V]`: a dotted name with arguments.
struct NamedType {
  std::vector<Name> path;
  std::vector<TypeId> arguments;
};
/// `T?`
struct OptionalType {
  TypeId inner;
};
/// `fn(A, B) -> C`
struct FnType {
  std::vector<TypeId> parameters;
  TypeId result;
};
/// `where condition else "message"`: what a value must meet, and what is said where it does not.
struct Refinement {
  ExprId condition;
  std::optional<ExprId> message; ///< A StringExpr.
};
/// `T where condition else "message"`; in the condition `it` is the value.
struct RefinedType {
  TypeId inner;
  Refinement refinement;
};
/// Something unreadable; already reported.
struct ErrorType {};

struct TypeExpr {
  Span span;
  std::variant<ErrorType, NamedType, OptionalType, FnType, RefinedType> node;
};

// ---------------------------------------------------------------- expressions

/// `name = value` in a call, record, block or amendment. Positional call arguments have no name.
struct Argument {
  std::optional<Name> name;
  ExprId value;
  Span span;
};

/// `for a in list if condition` of a comprehension (and of `job x for a in …`, without condition).
/// `for key, value in map` names two variables.
struct Generator {
  std::vector<Name> variables;
  ExprId source;
  std::optional<ExprId> condition;
  Span span;
};

/// Text as meant (escapes done, dedented), or a hole `#{expr}`.
struct StringPart {
  std::variant<std::string, ExprId> node;
  Span span; ///< Of the text, or of the whole `#{…}`.
};

struct ErrorExpr {};
struct NumberExpr {    ///< `3.10`, `5min`, `90%`, `512MiB`, `500m`, `200/s`
  std::string numeral; ///< Digits as written, `_` and all, without the unit.
  Unit unit = Unit::None;
};
struct StringExpr { ///< `"…"`, `"""…"""`, `r"…"`. Adjacent text parts are merged.
  std::vector<StringPart> parts;
};
struct BoolExpr {
  bool value = false;
};
struct NoneExpr {}; ///< `none`
struct NameExpr {
  std::string name;
};
struct MemberExpr { ///< `a.b`, or `a?.b`
  ExprId object;
  Name member;
  bool optional = false;
};
struct IndexExpr { ///< `a[b]`, or `unit[3.11, "linux"]` of a job with several `for`
  ExprId object;
  ExprId index;
  std::vector<ExprId> more; ///< After the first.
};
struct CallExpr { ///< `f(1, name = 2)`
  ExprId callee;
  std::vector<Argument> arguments;
};
struct ListExpr { ///< `[a, b]`
  std::vector<ExprId> elements;
};
struct ListForExpr { ///< `[e for x in xs if c]`; generators nest from left to right
  ExprId element;
  std::vector<Generator> generators;
};
struct RecordExpr { ///< `{ a = 1; b = 2 }`; its type comes from where it stands
  std::vector<Argument> fields;
};
struct MapEntry { ///< `[key] = value`
  ExprId key;
  ExprId value;
  Span span;
};
struct MapExpr { ///< `{ ["k"] = v; ["l"] = w }`; `{}` is a RecordExpr without fields
  std::vector<MapEntry> entries;
};
struct MapForExpr { ///< `{ [k] = v for k in ks }`
  MapEntry entry;
  std::vector<Generator> generators;
};
struct AmendExpr { ///< `value { field = x }`: a copy with changes; `Type { field = x }` constructs
  ExprId base;
  std::vector<Argument> fields;
};
enum class UnaryOp { Negate, Not };
struct UnaryExpr { ///< `-x`, `not x`
  UnaryOp op;
  ExprId operand;
};
enum class BinaryOp {
  Add,
  Subtract,
  Multiply,
  Divide,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  And,
  Or,
  Coalesce
};
struct BinaryExpr { ///< `a + b`, `a and b`, `a ?? b`. Comparisons do not chain.
  BinaryOp op;
  ExprId left;
  ExprId right;
  Span operatorSpan;
};
struct IsExpr { ///< `x is success`, `x is not skipped`, `http("/health") is 200`
  ExprId subject;
  ExprId pattern;
  bool negated = false;
};
struct IfExpr { ///< `if c then a else b`
  ExprId condition;
  ExprId thenValue;
  ExprId elseValue;
};
/// `a, b => value`, `_ => value`. A pattern is a name (`_` for the rest), a literal, or a case that binds
/// its fields, written like a call: `git(url, ref)`, `git(url = u)`.
struct MatchArm {
  std::vector<ExprId> patterns;
  ExprId value;
  Span span;
};
struct MatchExpr { ///< `match x { a => 1; b, c => 2 }`
  ExprId subject;
  std::vector<MatchArm> arms;
};
/// `sh "…"`, `bash "…"`, `python "…"`, `node "…"`: a script; the text is that language's, only `#{}` is ours.
struct ScriptExpr {
  std::string language; ///< `sh`, `bash`, `python` or `node`
  ExprId text;          ///< A StringExpr.
};
struct ExecExpr {   ///< `exec ["make", target]`: an argument vector, no shell
  ExprId arguments; ///< A list of strings.
};
struct UsesExpr { ///< `uses "actions/checkout" { fetch_depth = 1 }`: a GitHub action, in `on github` bodies
  ExprId action;  ///< A StringExpr: owner/name[/path]; the version comes from pipe.lock
  std::vector<Argument> inputs;
};

struct Expr {
  Span span;
  std::variant<ErrorExpr, NumberExpr, StringExpr, BoolExpr, NoneExpr, NameExpr, MemberExpr, IndexExpr,
               CallExpr, ListExpr, ListForExpr, RecordExpr, MapExpr, MapForExpr, AmendExpr, UnaryExpr,
               BinaryExpr, IsExpr, IfExpr, MatchExpr, ScriptExpr, ExecExpr, UsesExpr>
      node;
};

// ---------------------------------------------------------------- statements in bodies
// Bodies of pipelines, jobs, tasks, services, gates, deployments and environments are lists of
// statements; which statement may stand in which body is checked by sema.

using Body = std::vector<StmtId>;

/// `let name: Type = value`
struct LetStmt {
  Name name;
  std::optional<TypeId> type;
  ExprId value;
};
/// `name = value`: a setting of the body it stands in (`timeout = 5min`, `image = x`, `cluster = "…"`).
struct SettingStmt {
  Name name;
  ExprId value;
};
/// `env NAME = value`
struct EnvStmt {
  Name name;
  ExprId value;
};
/// A step: `git.checkout()`, `sh "…" { env A = b; timeout = 1min }`, `exec […]`. Also the plain
/// expressions of other bodies: the checks in `before switch { http("/health") is 200 within 5s }`.
struct ExprStmt {
  ExprId value;
  std::optional<ExprId> within; ///< `… within 5s`
  std::optional<ExprId> when;   ///< `… when cond`
  Body block;                   ///< Settings and env of this step; empty without a block.
};
/// `out name: Type = value`; a task may say `return value` instead.
struct OutStmt {
  Name name;
  std::optional<TypeId> type;
  ExprId value;
};
struct ReturnStmt {
  ExprId value;
};
/// `service db = postgres(version = 15)`
struct ServiceStmt {
  Name name;
  ExprId value;
};
/// `after quality, unit`
struct AfterStmt {
  std::vector<ExprId> nodes;
};
/// `if cond { … } else { … }` around statements; `else if` nests.
struct IfStmt {
  ExprId condition;
  Body thenBody;
  Body elseBody;
};
/// `require condition target bound for duration`, in gates and after a switch. The condition is written
/// as a comparison; `target` is what one aims at (between the two: a warning).
struct RequireStmt {
  ExprId condition;
  std::optional<ExprId> target;
  std::optional<ExprId> duration;
};
/// `on github { … }`, `on local { … }` in tasks, services and deployments.
struct OnTargetStmt {
  Name target;
  Body body;
};
/// `on push { branches = ["main"] }`, `on pull_request`, `on schedule { … }` in pipelines. The parser
/// cannot tell it from OnTargetStmt and uses this where it stands directly in a pipeline.
struct TriggerStmt {
  Name event;
  Body filters;
};
/// `budget { wall = 20min }`
struct BudgetStmt {
  Body limits;
};
/// `job unit for py in [3.11] when cond { … }`
struct JobStmt {
  Name name;
  std::vector<Generator> generators; ///< At most one today; several are a product.
  std::optional<ExprId> when;
  Body body;
};
/// `gate name when cond { require … }`
struct GateStmt {
  Name name;
  std::optional<ExprId> when;
  Body body;
};
/// `deploy api blue_green when cond { … }`
struct DeployStmt {
  Name name;
  Name strategy;
  std::optional<ExprId> when;
  Body body;
};
/// `before switch { … }`, `after switch { … }` in deployments.
struct SwitchPhaseStmt {
  bool before = true;
  Body body;
};
/// `switch within 1s`
struct SwitchWithinStmt {
  ExprId limit;
};
/// `success => …` of `on outcome of x { … }`: what is done is a step (or `nothing`).
struct OutcomeArm {
  std::vector<Name> outcomes;
  StmtId action; ///< An ExprStmt.
  Span span;
};
/// `on outcome of api { success => …; failure, timed_out => … }`
struct OutcomeStmt {
  ExprId subject;
  std::vector<OutcomeArm> arms;
};
/// One line of a simulation: how a node ends (`api fails`, `api is skipped`), or what a late value is
/// (`git.branch = "main"`).
struct Fact {
  ExprId subject;
  std::optional<ExprId> value; ///< Of `subject = value`; without it there is an outcome.
  Name outcome;                ///< As written: `fails`, `times out`, or after `is`: `skipped`.
  bool is = false;             ///< `subject is outcome`
  Span span;
};
/// `simulate ci { quality_gate fails }`, `simulate cd for all outcomes of a, b { … }` in tests. Every
/// expectation after it, up to the next one, is about it.
struct SimulateStmt {
  Name pipeline;
  bool everyOutcome = false; ///< `for all outcomes`
  std::vector<ExprId> of;    ///< Of which nodes; empty: of all.
  std::vector<Fact> facts;
};
/// `expect condition`, or `expect error P0201 { … }`: a program that must be wrong in just this way.
struct ExpectStmt {
  std::optional<Name> errorCode;
  std::optional<ExprId> condition;
  Span program; ///< Between the braces of `expect error`; what is there has not been read.
};
/// `raw github """…"""`: the target's own words, merged into what is written for the thing it stands in.
struct RawStmt {
  Name target;
  ExprId text; ///< A StringExpr.
};
struct ErrorStmt {};

struct Stmt {
  Span span;
  Span header;     ///< The part to point at: up to the opening brace, or the whole statement.
  std::string doc; ///< `///` lines before it, without the slashes; empty if none.
  std::variant<ErrorStmt, LetStmt, SettingStmt, EnvStmt, ExprStmt, OutStmt, ReturnStmt, ServiceStmt,
               AfterStmt, IfStmt, RequireStmt, OnTargetStmt, TriggerStmt, BudgetStmt, JobStmt, GateStmt,
               DeployStmt, SwitchPhaseStmt, SwitchWithinStmt, OutcomeStmt, SimulateStmt, ExpectStmt, RawStmt>
      node;
};

// ---------------------------------------------------------------- declarations

/// `import std.git`, `import std.git as g`, `import "./lib/common.pipe" as common`
struct ImportDecl {
  std::vector<Name> path;          ///< For the dotted form.
  std::optional<std::string> file; ///< For the quoted form.
  std::optional<Name> alias;
};
/// `@deprecated("why", use = other)` before a declaration, a field or a parameter.
struct Annotation {
  Name name;
  std::vector<Argument> arguments;
  Span span;
};
/// `name: Type = default` of a fn, task, service or case of a union. The default may use the parameters
/// before it.
struct Parameter {
  Name name;
  TypeId type;
  std::optional<ExprId> defaultValue;
  std::string doc;
  std::vector<Annotation> annotations;
};
/// `let name: Type = value`, or `native let name: Type` (known to the programs; std only)
struct LetDecl {
  Name name;
  std::optional<TypeId> type;
  std::optional<ExprId> value;
  bool native = false;
};
/// `fn name[T](a: T, b: U = 1) -> R = expr`, or `native fn name(…) -> R`
struct FnDecl {
  Name name;
  std::vector<Name> typeParameters;
  std::vector<Parameter> parameters;
  std::optional<TypeId> result;
  std::optional<ExprId> body;
  bool native = false;
};
/// `name: Type = default` of a record; `open` fields may be changed by an overlay. The default may use the
/// fields before it.
struct FieldDecl {
  Name name;
  TypeId type;
  std::optional<ExprId> defaultValue;
  bool open = false;
  std::string doc;
  Span span;
  std::vector<Annotation> annotations;
};
/// `record Name[T] { … } where min <= max else "message"`; the conditions are in terms of the fields.
struct RecordDecl {
  Name name;
  std::vector<Name> typeParameters;
  std::vector<FieldDecl> fields;
  std::vector<Refinement> refinements;
};
/// `enum Name { a, b }`
struct EnumDecl {
  Name name;
  std::vector<Name> values;
  std::vector<std::string> docs; ///< One for each value.
};
/// `git(url: Url, ref: GitRef)` of a union; without parentheses it holds nothing.
struct UnionCase {
  Name name;
  std::vector<Parameter> fields;
  std::string doc;
  Span span;
};
/// `union Name[T] { git(url: Url); none_at_all }`: exactly one of its cases.
struct UnionDecl {
  Name name;
  std::vector<Name> typeParameters;
  std::vector<UnionCase> cases;
};
/// `type Name = T where cond`, `opaque type Name = T`: only its own module sees what it is made of.
struct TypeDecl {
  Name name;
  TypeId type;
  bool opaque = false;
};
/// `environment production from staging: Type { … }`; body: settings only. Without a type: std's
/// `Environment`.
struct EnvironmentDecl {
  Name name;
  std::optional<Name> base;
  std::optional<TypeId> type;
  Body body;
};
/// `secret name in production, staging`; without `in`: in every environment, and for jobs without one.
struct SecretDecl {
  Name name;
  std::vector<Name> environments;
};
/// `param name: Type = default`: given with `--param name=value`.
struct ParamDecl {
  Name name;
  TypeId type;
  std::optional<ExprId> defaultValue;
};
/// `task name(…) -> Type { … }`; the body has `on TARGET { … }` statements only, or none of them.
struct TaskDecl {
  Name name;
  std::vector<Parameter> parameters;
  std::optional<TypeId> result;
  Body body;
  bool native = false; ///< `native task`: no body.
};
/// `service name(…) -> Type { … }` at top level: how a service is started for each target.
struct ServiceDecl {
  Name name;
  std::vector<Parameter> parameters;
  std::optional<TypeId> result; ///< The record of what jobs see: `url`, `port`.
  Body body;
};
/// `reader name(file: Path) -> Record`: a report format known to runtime/gates/readers.def (std only).
struct ReaderDecl {
  Name name;
  std::vector<Parameter> parameters;
  TypeId result;
};
struct PipelineDecl {
  Name name;
  Body body;
};
/// `emit github ci`, `emit kubernetes production { directory = "k8s" }`, `emit file "x.yaml" = yaml(v)`
struct EmitDecl {
  Name target;                 ///< `github`, `kubernetes`, `file`, …
  std::optional<ExprId> what;  ///< The pipeline or environment; for files the path.
  std::optional<ExprId> value; ///< For files: `yaml(…)`.
  Body settings;
};
/// `test "name" { … }`: `let`, `simulate` and `expect`.
struct TestDecl {
  ExprId name;
  Body body;
};
struct ErrorDecl {};

struct Decl {
  Span span;
  Span header;            ///< The part to point at: up to the opening brace or `=`.
  std::string doc;        ///< `///` lines before it, without the slashes.
  bool isPrivate = false; ///< `private let …`: not visible to importers.
  std::vector<Annotation> annotations;
  std::variant<ErrorDecl, ImportDecl, LetDecl, FnDecl, RecordDecl, EnumDecl, UnionDecl, TypeDecl,
               EnvironmentDecl, SecretDecl, ParamDecl, TaskDecl, ServiceDecl, ReaderDecl, PipelineDecl,
               EmitDecl, TestDecl>
      node;
};

/// One file. Parsing always returns one, however broken the text.
struct Module {
  Id<SourceFile> file;
  std::string doc;                ///< `///` or `//!` lines at the top, before the first blank line.
  std::vector<Decl> declarations; ///< In the order written.
  Table<Expr> expressions;
  Table<TypeExpr> types;
  Table<Stmt> statements;
};

/// A readable tree for `pipec --dump=ast`: one node a line, children indented, spans as line:column.
std::string dump(const Module &module, const SourceFile &file);

} // namespace pipelang::ast
