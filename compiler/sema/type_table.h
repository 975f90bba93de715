// Makes types, each once: equal types have equal ids. Read next: agreement.h.
#pragma once

#include "compiler/sema/program.h"
#include <map>

namespace pipelang::sema {

class TypeTable {
public:
  explicit TypeTable(Program &program) : program_(program) {}

  TypeId intern(const Type &type);
  /// A type that its kind alone says: `int`, `Duration`, `Probe`.
  TypeId of(TypeKind kind) { return make(kind, {}, {}, {}); }
  TypeId error() { return of(TypeKind::Error); }
  TypeId list(TypeId element) { return make(TypeKind::List, element, {}, {}); }
  TypeId map(TypeId key, TypeId element) { return make(TypeKind::Map, element, key, {}); }
  /// `T?`; of an optional type that type itself.
  TypeId optional(TypeId element);
  /// A Record, Enum, Environment, Node or Service of `symbol`.
  TypeId named(TypeKind kind, SymbolId symbol) { return make(kind, {}, {}, symbol); }
  /// A Record or Union whose type parameters are `arguments`.
  TypeId named(TypeKind kind, SymbolId symbol, std::vector<TypeId> arguments);
  /// The opaque type that `symbol` declares, made of `element`.
  TypeId opaque(SymbolId symbol, TypeId element) { return make(TypeKind::Opaque, element, {}, symbol); }
  /// By the types of its variables; at least one.
  TypeId nodeMap(const std::vector<TypeId> &keys, SymbolId job) {
    Type made;
    made.kind = TypeKind::NodeMap;
    made.key = keys.front();
    if (keys.size() > 1) made.parameters = keys;
    made.symbol = job;
    return intern(made);
  }

private:
  TypeId make(TypeKind kind, TypeId element, TypeId key, SymbolId symbol);

  Program &program_;
  std::map<Type, TypeId> ids_;
};

/// The built-in type of that name (`int`, `Duration`, `Probe`), or Error where there is none. List, map and
/// the nodes are not among them.
TypeKind builtinType(llvm::StringRef name);
/// Every built-in type name, for suggestions.
std::vector<std::string> builtinTypeNames();

} // namespace pipelang::sema
