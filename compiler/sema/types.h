// The types of the language: closed and nominal. Interned, so equal types have equal ids.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/support/id.h"
#include <optional>
#include <string>
#include <vector>

namespace pipelang::sema {

struct Type;
struct Symbol;
using TypeId = Id<Type>;
using SymbolId = Id<Symbol>;

enum class TypeKind {
  Error, ///< Already reported; agrees with everything, so that one mistake is one message.
  None,  ///< The type of `none`
  Bool,
  Int,
  String,
  Duration,
  Bytes,
  Percent,
  Cpu,
  Rate,
  Version, // quantities
  Cron,
  Port,
  Path,
  Glob,
  Url,
  GitRef,
  Image,       // texts (Port: an int) that are checked when they are made
  List,        ///< element
  Map,         ///< key, element
  Optional,    ///< element
  Record,      ///< symbol: a record declaration; parameters: what its type parameters are
  Enum,        ///< symbol
  Union,       ///< symbol; parameters
  Opaque,      ///< symbol: an opaque `type`; element: what its own module knows it to be
  Variable,    ///< symbol: a type parameter
  Refined,     ///< symbol: a `type` declaration, or none for one written in place; element; condition
  Fn,          ///< parameters, element = result
  Environment, ///< A declared environment as a value; its fields are those of record `symbol`
  Command,     ///< `sh "…"`, `exec […]` as values
  UsesResult,  ///< What `uses …` gives: every member is a late string
  Node,        ///< A job, gate or deployment by name; symbol. Members: its outputs, `outcome`
  NodeMap,     ///< A job with a comprehension: key -> Node; `.all` folds. Several variables: their types are
               ///< `parameters`
  Service,     ///< symbol: the service declaration; members: the fields of its result record
  Files,       ///< Files kept as an artifact: `files("dist/**")`
  Document,    ///< What `yaml(v)`, `json(v)`, `toml(v)`, `ini(v)`, `text(v)` make, for `emit file`
  Probe,       ///< What `http("/x") {…}`, `tcp(…)` make, for live/ready and checks
  Outcome,     ///< success, failure, skipped, cancelled, timed_out
  Any,         ///< Only the parameter of `yaml()` and its kin: any data
  Void,        ///< A task without result
};

struct Type {
  TypeKind kind = TypeKind::Error;
  TypeId element;
  TypeId key;
  std::vector<TypeId> parameters;
  SymbolId symbol;
  std::uint32_t module = 0;           ///< Refined: the module whose AST holds the condition.
  ast::ExprId condition;              ///< Refined: in terms of `it`.
  std::optional<ast::ExprId> message; ///< Refined: what is said where the condition does not hold.
  auto operator<=>(const Type &) const = default;
};

} // namespace pipelang::sema
