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
  case TypeKind::Union: return "union";
  case TypeKind::Opaque: return "opaque";
  case TypeKind::Variable: return "variable";
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
  case SymbolKind::Field: return "field";
  case SymbolKind::Enum: return "enum";
  case SymbolKind::EnumValue: return "value";
  case SymbolKind::Union: return "union";
  case SymbolKind::UnionCase: return "case";
  case SymbolKind::TypeParameter: return "type parameter";
  case SymbolKind::Binding: return "binding";
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

/// Writes a type, and no more than a line of it: types may hold one another again and again.
class TypeWriter {
public:
  explicit TypeWriter(const Program &program) : program_(program) {}
  void write(TypeId id);
  std::string text;

private:
  static constexpr std::size_t longest = 300;
  void list(const std::vector<TypeId> &types);

  const Program &program_;
};

void TypeWriter::list(const std::vector<TypeId> &types) {
  for (std::size_t i = 0; i < types.size() && text.size() < longest; ++i) {
    text += i ? ", " : "";
    write(types[i]);
  }
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
  llvm::StringRef doc = docOf(program, id);
  if (!doc.empty()) out += "  /// " + doc.split('\n').first.str();
  out += "\n";
  for (SymbolId member : symbol.members)
    dumpSymbol(program, member, indent + 2, out);
}

void TypeWriter::write(TypeId id) {
  if (!id.valid()) {
    text += "?";
    return;
  }
  if (text.size() > longest) {
    text += "…";
    return;
  }
  const Type &type = program_.types[id];
  switch (type.kind) {
  case TypeKind::List:
    text += "list[";
    write(type.element);
    text += "]";
    return;
  case TypeKind::Map:
    text += "map[";
    list({type.key, type.element});
    text += "]";
    return;
  case TypeKind::Optional:
    write(type.element);
    text += "?";
    return;
  case TypeKind::Refined:
    if (type.symbol.valid()) break;
    write(type.element);
    text += " where …";
    return;
  case TypeKind::Fn:
    text += "fn(";
    list(type.parameters);
    text += ") -> ";
    return write(type.element);
  case TypeKind::Node: text += nodeText(program_, type); return;
  case TypeKind::NodeMap:
    text += "jobs " + symbolName(program_, type.symbol) + " by ";
    return list(type.parameters.empty() ? std::vector<TypeId>{type.key} : type.parameters);
  default: break;
  }
  text += type.symbol.valid() ? symbolName(program_, type.symbol) : kindName(type.kind);
  if (type.parameters.empty()) return;
  text += "[";
  list(type.parameters);
  text += "]";
}

} // namespace

std::string toText(const Program &program, TypeId id) {
  TypeWriter writer(program);
  writer.write(id);
  return std::move(writer.text);
}

const std::string &docOf(const Program &program, SymbolId id) {
  static const std::string none;
  const Symbol &symbol = program.symbols[id];
  if (!symbol.module.valid() || symbol.kind == SymbolKind::Module) return none;
  const ast::Module &tree = *program.module(symbol.module).tree;
  if (symbol.statement.valid()) return tree.statements[symbol.statement].doc;
  if (symbol.declaration >= tree.declarations.size()) return none;
  const ast::Decl &decl = tree.declarations[symbol.declaration];
  if (!symbol.owner.valid()) return decl.doc;
  const auto parameters = [&](const std::vector<ast::Parameter> &all) -> const std::string & {
    return symbol.index < all.size() ? all[symbol.index].doc : none;
  };
  if (const auto *record = std::get_if<ast::RecordDecl>(&decl.node))
    return symbol.kind == SymbolKind::Field ? record->fields[symbol.index].doc : none;
  if (const auto *declared = std::get_if<ast::EnumDecl>(&decl.node)) return declared->docs[symbol.index];
  if (const auto *declared = std::get_if<ast::UnionDecl>(&decl.node)) {
    if (symbol.kind == SymbolKind::UnionCase) return declared->cases[symbol.index].doc;
    if (symbol.kind != SymbolKind::Field) return none;
    return parameters(declared->cases[program.symbols[symbol.owner].index].fields);
  }
  if (symbol.kind != SymbolKind::Parameter) return none;
  if (const auto *fn = std::get_if<ast::FnDecl>(&decl.node)) return parameters(fn->parameters);
  if (const auto *task = std::get_if<ast::TaskDecl>(&decl.node)) return parameters(task->parameters);
  if (const auto *service = std::get_if<ast::ServiceDecl>(&decl.node)) return parameters(service->parameters);
  if (const auto *reader = std::get_if<ast::ReaderDecl>(&decl.node)) return parameters(reader->parameters);
  return none;
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
