// A checked program: the syntax trees of all modules, and what sema found out about every expression.
// eval/ computes with it, lower/ makes the Plan of it.
#pragma once

#include "compiler/sema/types.h"
#include "compiler/support/diagnostics.h"
#include <functional>
#include <map>
#include <memory>
#include <set>

namespace pipelang::sema {

using ModuleId = Id<ast::Module>;

enum class SymbolKind {
  Module, ///< An import; `module` is the imported one.
  Let,
  Fn,
  Record,
  Field, ///< Of a record, or of a case of a union; `owner` is the Record or UnionCase.
  Enum,
  EnumValue,
  Union,
  UnionCase,
  TypeAlias,
  TypeParameter, ///< `T` of `fn first[T](…)`, `record Page[T]`, `union Result[T]`
  Environment,
  Secret,
  Param,
  Task,
  Service,
  Reader,
  Pipeline,
  Test,
  Builtin,   ///< A function of the language itself: `http`, `yaml`, `validate`, `files`, … (builtins.def)
  Parameter, ///< Of a fn, task or service
  LocalLet,  ///< `let` in a body
  LoopVariable, ///< Of a generator
  Binding,      ///< A name that the pattern of a `match` gives to a field.
  It,           ///< `it` of a refinement
  Job,
  Gate,
  Deployment,
  ServiceInstance, ///< `service db = …`
  ServicePort,     ///< `port` in the body of a service declaration: an int, late; `owner` is the Service
  Output,          ///< `out x` of a job
};

/// A declared name. Where its syntax is depends on the kind: `declaration` indexes the module's
/// declarations, `statement` its statements.
struct Symbol {
  SymbolKind kind;
  std::string name;
  ModuleId module;
  Span span; ///< Of the name where it is declared.
  /// Of the value; of a Record, Enum or alias: the type it declares; of a Task, Service or Reader: what it
  /// gives; of a Job: Node or NodeMap.
  TypeId type;
  std::uint32_t declaration = UINT32_MAX;
  ast::StmtId statement;
  std::uint32_t index = 0; ///< EnumValue, UnionCase, Field, Parameter, LoopVariable: which one.
  /// EnumValue: its Enum; UnionCase: its Union; Field: its Record or UnionCase; Parameter, TypeParameter:
  /// what has it; Output: its Job; nodes: the Pipeline.
  SymbolId owner;
  bool isPrivate = false;
  /// In the order written. Fn, Task, Service, Reader: its parameters; Record, UnionCase: its fields; Enum:
  /// its values; Union: its cases; Job: its outputs; Pipeline: its jobs, gates and deployments.
  std::vector<SymbolId> members;
  std::vector<SymbolId> typeParameters; ///< Fn, Record, Union.
};

/// What is known of one expression.
struct ExprInfo {
  TypeId type;
  SymbolId symbol; ///< NameExpr and MemberExpr that name a declaration; CallExpr: what is called.
  /// CallExpr: for each parameter of the callee, the argument's value, or invalid: use the default.
  /// Builtins with a free number of arguments: in the order written.
  std::vector<ast::ExprId> arguments;
  /// The source of a generator: the symbols of its variables. The condition of a refinement: `it`. A pattern
  /// with parentheses: for each field of its case the Binding, or invalid.
  std::vector<SymbolId> binds;
  /// A plain value flows into a type with a condition (Refined, Port, Path, Cron, …): its value must meet
  /// that type's condition when it is made. Invalid: nothing to check beyond `type`.
  TypeId checkedAs;
};

struct Module {
  std::string name; ///< `std.git`, or the path as imported; the root: its file name.
  std::unique_ptr<ast::Module> tree;
  std::vector<ExprInfo> expressions;      ///< Indexed by ast::ExprId.
  std::vector<TypeId> types;              ///< Indexed by ast::TypeId.
  std::map<std::string, SymbolId> scope;  ///< Top-level names, imports included.
  std::vector<SymbolId> statementSymbols; ///< Indexed by ast::StmtId: what the statement declares.
  bool isLibrary = false;

  const ExprInfo &of(ast::ExprId id) const { return expressions[id.index()]; }
};

/// The root is module 0. If `diagnostics` had errors the program is still whole, with Error types.
struct Program {
  std::vector<Module> modules;
  Table<Type> types;
  Table<Symbol> symbols;
  SymbolId environmentRecord; ///< std's `Environment`, from the prelude.

  const Module &module(ModuleId id) const { return modules[id.index()]; }
};

/// Finds modules for imports; the driver reads files and the embedded library.
struct ModuleLoader {
  struct Loaded {
    Id<SourceFile> file;
    std::unique_ptr<ast::Module>
        tree;                 ///< Null where this file was loaded before: the module of `file` is meant.
    std::string refused = {}; ///< Why the file is not read though it may be there; else empty.
  };
  /// `std.git` or a quoted path relative to the importing file; empty: there is none. One file has one
  /// id, however often and under whichever spelling it is imported: that is how circles are found.
  std::function<std::optional<Loaded>(const ast::ImportDecl &import, Id<SourceFile> importer)> load;
  std::function<std::vector<std::string>()> libraryNames; ///< For suggestions.
};

/// Checks `root` and all it imports. `std.prelude` is imported into every module without being named.
Program check(std::unique_ptr<ast::Module> root, const ModuleLoader &loader, Diagnostics &diagnostics);

/// What stands in front of `symbol` as `///`; empty: nothing.
const std::string &docOf(const Program &program, SymbolId symbol);
/// For --dump=sema: every declaration with its type and doc comment.
std::string dump(const Program &program);
/// `list[Version]?`, as the language writes it.
std::string toText(const Program &program, TypeId type);

} // namespace pipelang::sema
