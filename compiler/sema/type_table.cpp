#include "compiler/sema/type_table.h"
#include <array>

namespace pipelang::sema {

namespace {
struct NamedKind {
  const char *name;
  TypeKind kind;
};
constexpr std::array namedKinds{
    NamedKind{"bool", TypeKind::Bool},         NamedKind{"int", TypeKind::Int},
    NamedKind{"string", TypeKind::String},     NamedKind{"Duration", TypeKind::Duration},
    NamedKind{"Bytes", TypeKind::Bytes},       NamedKind{"Percent", TypeKind::Percent},
    NamedKind{"Cpu", TypeKind::Cpu},           NamedKind{"Rate", TypeKind::Rate},
    NamedKind{"Version", TypeKind::Version},   NamedKind{"Cron", TypeKind::Cron},
    NamedKind{"Port", TypeKind::Port},         NamedKind{"Path", TypeKind::Path},
    NamedKind{"Glob", TypeKind::Glob},         NamedKind{"Url", TypeKind::Url},
    NamedKind{"GitRef", TypeKind::GitRef},     NamedKind{"Image", TypeKind::Image},
    NamedKind{"Command", TypeKind::Command},   NamedKind{"Files", TypeKind::Files},
    NamedKind{"Document", TypeKind::Document}, NamedKind{"Probe", TypeKind::Probe},
    NamedKind{"Outcome", TypeKind::Outcome},   NamedKind{"Any", TypeKind::Any},
    NamedKind{"Node", TypeKind::Node},         NamedKind{"UsesResult", TypeKind::UsesResult},
    NamedKind{"Void", TypeKind::Void}};
} // namespace

TypeKind builtinType(llvm::StringRef name) {
  for (const NamedKind &named : namedKinds)
    if (name == named.name) return named.kind;
  return TypeKind::Error;
}

std::vector<std::string> builtinTypeNames() {
  std::vector<std::string> names{"list", "map", "Job", "Gate", "Deployment"};
  for (const NamedKind &named : namedKinds)
    names.push_back(named.name);
  return names;
}

TypeId TypeTable::intern(const Type &type) {
  auto [place, isNew] = ids_.try_emplace(type);
  if (isNew) place->second = program_.types.add(type);
  return place->second;
}

TypeId TypeTable::optional(TypeId element) {
  const TypeKind kind = program_.types[element].kind;
  if (kind == TypeKind::Optional || kind == TypeKind::Error || kind == TypeKind::None) return element;
  return make(TypeKind::Optional, element, {}, {});
}

TypeId TypeTable::named(TypeKind kind, SymbolId symbol, std::vector<TypeId> arguments) {
  Type type;
  type.kind = kind;
  type.symbol = symbol;
  type.parameters = std::move(arguments);
  return intern(type);
}

TypeId TypeTable::make(TypeKind kind, TypeId element, TypeId key, SymbolId symbol) {
  Type type;
  type.kind = kind;
  type.element = element;
  type.key = key;
  type.symbol = symbol;
  return intern(type);
}

} // namespace pipelang::sema
