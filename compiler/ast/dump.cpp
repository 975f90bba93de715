// The tree as text for `pipec --dump=ast`: one node a line, children indented by two.
#include "compiler/ast/dumper.h"
#include "compiler/ast/shape.h"

namespace pipelang::ast {

void Dumper::declaration(const Decl &decl) {
  line() << (decl.isPrivate ? "private " : "");
  heads(decl);
  doc(decl.doc);
  place(decl.span);
  Inside inside(*this);
  annotations(decl.annotations);
  children(decl);
}

void Dumper::type(TypeId id) {
  const TypeExpr &type = module_.types[id];
  line();
  heads(type);
  place(type.span);
  Inside inside(*this);
  children(type);
}

void Dumper::statement(StmtId id) {
  const Stmt &statement = module_.statements[id];
  line();
  heads(statement);
  doc(statement.doc);
  place(statement.span);
  Inside inside(*this);
  children(statement);
}

void Dumper::expression(ExprId id) {
  const Expr &expr = module_.expressions[id];
  line();
  heads(expr);
  place(expr.span);
  Inside inside(*this);
  children(expr);
}

std::string dump(const Module &module, const SourceFile &file) {
  return Dumper(module, file).run();
}

std::string shape(const Module &module, const SourceFile &file) {
  return Dumper(module, file, false).run();
}

} // namespace pipelang::ast
