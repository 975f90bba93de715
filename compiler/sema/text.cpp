// Types and programs as text: for messages and for --dump=sema.
#include "compiler/sema/program.h"

namespace pipelang::sema {

namespace {

const char *kindName(TypeKind kind) {
  switch (kind) {
  case TypeKind::Error: return "?";
  case TypeKind::None: return "none";
  case TypeKind::Bool: return "bool";
  case TypeKind::Int: return "int";
  case TypeKind::String: return "string";
  case TypeKind::Duration: return "Duration";
  case TypeKind::Bytes: return "Bytes";
  case TypeKind::Percent: return "Percent";
  case TypeKind::Cpu: return "Cpu";
  case TypeKind::Rate: return "Rate";
  case TypeKind::Version: return "Version";
  case TypeKind::Cron: return "Cron";
  case TypeKind::Port: return "Port";
  case TypeKind::Path: return "Path";
  case TypeKind::Glob: return "Glob";
  case TypeKind::Url: return "Url";
  case TypeKind::GitRef: return "GitRef";
  case TypeKind::Image: return "Image";
  case TypeKind::List: return "list";
  case TypeKind::Map: return "map";
  case TypeKind::Optional: return "optional";
  case TypeKind::Record: return "record";
  case TypeKind::Enum: return "enum";
  case TypeKind::Refined: return "refined";
  case TypeKind::Fn: return "fn";
  case TypeKind::Environment: return "Environment";
  case TypeKind::Command: return "Command";
  case TypeKind::UsesResult: return "UsesResult";
  case TypeKind::Node: return "Node";
  case TypeKind::NodeMap: return "NodeMap";
  case TypeKind::Service: return "service";
  case TypeKind::Files: return "Files";
  case TypeKind::Document: return "Document";
  case TypeKind::Probe: return "Probe";
  case TypeKind::Outcome: return "Outcome";
  case TypeKind::Any: return "Any";
  case TypeKind::Void: return "Void";
  }
  return "";
}

const char *kindName(SymbolKind kind) {
  switch (kind) {
  case SymbolKind::Module: return "module";
  case SymbolKind::Let: return "let";
  case SymbolKind::Fn: return "fn";
  case SymbolKind::Record: return "record";
  case SymbolKind::Enum: return "enum";
  case SymbolKind::EnumValue: return "value";
  case SymbolKind::TypeAlias: return "type";
  case SymbolKind::Environment: return "environment";
  case SymbolKind::Secret: return "secret";
  case SymbolKind::Param: return "param";
  case SymbolKind::Task: return "task";
  case SymbolKind::Service: return "service";
  case SymbolKind::Reader: return "reader";
  case SymbolKind::Pipeline: return "pipeline";
  case SymbolKind::Test: return "test";
  case SymbolKind::Builtin: return "builtin";
  case SymbolKind::Parameter: return "parameter";
  case SymbolKind::LocalLet: return "let";
  case SymbolKind::LoopVariable: return "for";
  case SymbolKind::It: return "it";
  case SymbolKind::Job: return "job";
  case SymbolKind::Gate: return "gate";
  case SymbolKind::Deployment: return "deploy";
  case SymbolKind::ServiceInstance: return "service";
  case SymbolKind::ServicePort: return "port";
  case SymbolKind::Output: return "out";
  }
  return "";
}

std::string symbolName(const Program &program, SymbolId symbol) {
  return symbol.valid() ? program.symbols[symbol].name : std::string();
}

std::string refinedText(const Program &program, const Type &type) {
  if (type.symbol.valid()) return symbolName(program, type.symbol);
  return toText(program, type.element) + " where …";
}

std::string fnText(const Program &program, const Type &type) {
  std::string text = "fn(";
  for (std::size_t i = 0; i < type.parameters.size(); ++i)
    text += (i ? ", " : "") + toText(program, type.parameters[i]);
  return text + ") -> " + toText(program, type.element);
}

std::string nodeText(const Program &program, const Type &type) {
  if (!type.symbol.valid()) return "Node";
  const Symbol &symbol = program.symbols[type.symbol];
  if (!symbol.statement.valid()) return symbol.name;
  return std::string(kindName(symbol.kind)) + " " + symbol.name;
}

void dumpSymbol(const Program &program, SymbolId id, unsigned indent, std::string &out) {
  const Symbol &symbol = program.symbols[id];
  out += std::string(indent, ' ') + kindName(symbol.kind) + " " + symbol.name;
  if (symbol.kind == SymbolKind::Module && symbol.module.valid())
    out += " = " + program.module(symbol.module).name;
  if (symbol.type.valid()) out += ": " + toText(program, symbol.type);
  out += "\n";
  for (SymbolId member : symbol.members)
    dumpSymbol(program, member, indent + 2, out);
}

} // namespace

std::string toText(const Program &program, TypeId id) {
  if (!id.valid()) return "?";
  const Type &type = program.types[id];
  switch (type.kind) {
  case TypeKind::List: return "list[" + toText(program, type.element) + "]";
  case TypeKind::Map: return "map[" + toText(program, type.key) + ", " + toText(program, type.element) + "]";
  case TypeKind::Optional: return toText(program, type.element) + "?";
  case TypeKind::Record:
  case TypeKind::Enum:
  case TypeKind::Environment:
  case TypeKind::Service: return type.symbol.valid() ? symbolName(program, type.symbol) : kindName(type.kind);
  case TypeKind::Refined: return refinedText(program, type);
  case TypeKind::Fn: return fnText(program, type);
  case TypeKind::Node: return nodeText(program, type);
  case TypeKind::NodeMap:
    return "jobs " + symbolName(program, type.symbol) + " by " + toText(program, type.key);
  default: return kindName(type.kind);
  }
}

std::string dump(const Program &program) {
  std::string out;
  for (const Module &module : program.modules) {
    if (module.isLibrary) continue;
    out += "module " + module.name + "\n";
    for (const auto &entry : module.scope)
      dumpSymbol(program, entry.second, 2, out);
  }
  return out;
}

} // namespace pipelang::sema
