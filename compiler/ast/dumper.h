// What the parts of dump.cpp share: the writer of lines, and its visitors of nodes.
#pragma once

#include "compiler/ast/ast.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::ast {

class Dumper {
public:
  Dumper(const Module &module, const SourceFile &file, bool places = true)
      : module_(module), file_(file), places_(places), out_(text_) {}

  std::string run() {
    out_ << "Module";
    doc(module_.doc);
    out_ << '\n';
    Inside inside(*this);
    for (const Decl &decl : module_.declarations)
      declaration(decl);
    return std::move(out_.str());
  }

private:
  struct Inside {
    explicit Inside(Dumper &dumper) : dumper(dumper) { ++dumper.depth_; }
    ~Inside() { --dumper.depth_; }
    Dumper &dumper;
  };

  llvm::raw_ostream &line() {
    out_.indent(static_cast<unsigned>(depth_ * 2));
    return out_;
  }
  void place(Span span) {
    if (!places_) {
      out_ << '\n';
      return;
    }
    Position begin = file_.position(span.begin), end = file_.position(span.end);
    out_ << " @" << begin.line << ':' << begin.column << '-' << end.line << ':' << end.column << '\n';
  }
  void quoted(llvm::StringRef value) {
    out_ << '"';
    llvm::printEscapedString(value, out_);
    out_ << '"';
  }
  void doc(llvm::StringRef value) {
    if (value.empty()) return;
    out_ << " doc ";
    quoted(value);
  }
  static std::string named(const Name &name) { return name.text.empty() ? "<missing>" : name.text; }
  static std::string joined(const std::vector<Name> &names, const char *between) {
    std::string all;
    for (const Name &name : names)
      all += (all.empty() ? "" : between) + named(name);
    return all;
  }
  static std::string listed(const std::vector<Name> &names) { return joined(names, ", "); }
  /// A line that only groups: `then`, `body`, …
  void group(llvm::StringRef label, const Body &statements) {
    if (statements.empty()) return;
    line() << label << '\n';
    Inside inside(*this);
    for (StmtId id : statements)
      statement(id);
  }
  void labelled(llvm::StringRef label, ExprId id) {
    line() << label << '\n';
    Inside inside(*this);
    expression(id);
  }
  void labelled(llvm::StringRef label, const std::optional<ExprId> &id) {
    if (id) labelled(label, *id);
  }
  void type(const std::optional<TypeId> &id) {
    if (id) type(*id);
  }
  void parameters(const std::vector<Parameter> &all) {
    for (const Parameter &parameter : all) {
      line() << "parameter " << named(parameter.name);
      doc(parameter.doc);
      place(parameter.name.span);
      Inside inside(*this);
      annotations(parameter.annotations);
      type(parameter.type);
      labelled("default", parameter.defaultValue);
    }
  }
  void fields(const std::vector<FieldDecl> &all) {
    for (const FieldDecl &field : all) {
      line() << (field.open ? "open field " : "field ") << named(field.name);
      doc(field.doc);
      place(field.span);
      Inside inside(*this);
      annotations(field.annotations);
      type(field.type);
      labelled("default", field.defaultValue);
    }
  }
  void annotations(const std::vector<Annotation> &all) {
    for (const Annotation &annotation : all) {
      line() << "@" << named(annotation.name);
      place(annotation.span);
      Inside inside(*this);
      arguments(annotation.arguments);
    }
  }
  void refinement(const Refinement &refinement) {
    labelled("where", refinement.condition);
    labelled("message", refinement.message);
  }
  void arguments(const std::vector<Argument> &all) {
    for (const Argument &argument : all) {
      if (argument.name)
        labelled(named(*argument.name) + " =", argument.value);
      else
        expression(argument.value);
    }
  }
  void generators(const std::vector<Generator> &all) {
    for (const Generator &generator : all) {
      line() << "for " << listed(generator.variables);
      place(generator.span);
      Inside inside(*this);
      expression(generator.source);
      labelled("if", generator.condition);
    }
  }
  void entry(const MapEntry &entry) {
    labelled("key", entry.key);
    labelled("value", entry.value);
  }

  void declaration(const Decl &decl);
  void type(TypeId id);
  void statement(StmtId id);
  void expression(ExprId id);

  void heads(const Decl &decl);
  void heads(const TypeExpr &type);
  void heads(const Stmt &statement);
  void heads(const Expr &expr);
  void children(const Decl &decl);
  void children(const TypeExpr &type);
  void children(const Stmt &statement);
  void children(const Expr &expr);

  // One overload for each node: its word and names, then (after place) what is below it.
  struct Head;  ///< dump_heads.cpp
  struct Below; ///< dump_children.cpp

  const Module &module_;
  const SourceFile &file_;
  bool places_;
  std::string text_;
  llvm::raw_string_ostream out_;
  int depth_ = 0;
};

} // namespace pipelang::ast
