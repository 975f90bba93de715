// From ANTLR's tree to ours. One class; its parts are in build_*.cpp. Parts of the tree may be
// missing after a syntax error (null, or a context without children): they become Error nodes
// silently.
#pragma once

#include "compiler/ast/ast.h"
#include "compiler/parse/stream.h"

namespace pipelang::parser {

class Builder {
public:
  Builder(const Source &source, const TokenList &list, ast::Module &module)
      : source_(source), list_(list), module_(module) {}

  void file(K::FileContext *context);

private:
  // places and names
  const Lexeme &tokenOf(antlr4::Token *token) const;
  Span span(antlr4::ParserRuleContext *context) const;
  Span span(antlr4::Token *token) const;
  Span headerOf(antlr4::ParserRuleContext *context) const;
  std::string doc(antlr4::ParserRuleContext *context) const;
  std::string docAt(std::uint32_t at) const;
  ast::Name name(K::NameContext *context) const;
  ast::Name name(antlr4::Token *token) const;
  std::vector<ast::Name> names(const std::vector<K::NameContext *> &contexts) const;
  llvm::StringRef text(antlr4::Token *token) const;

  // build_declarations.cpp
  void declaration(K::DeclarationContext *context);
  ast::Decl declarationNode(K::DeclarationContext *context, bool native);
  ast::ImportDecl importDeclaration(K::ImportDeclarationContext *context);
  ast::LetDecl letDeclaration(K::LetDeclarationContext *context, bool native);
  ast::FnDecl fnDeclaration(K::FnDeclarationContext *context, bool native);
  ast::EnumDecl enumDeclaration(K::EnumDeclarationContext *context);
  ast::UnionDecl unionDeclaration(K::UnionDeclarationContext *context);
  ast::EnvironmentDecl environmentDeclaration(K::EnvironmentDeclarationContext *context);
  ast::TaskDecl taskDeclaration(K::TaskDeclarationContext *context, bool native);
  ast::EmitDecl emitDeclaration(K::EmitDeclarationContext *context);
  std::vector<ast::FieldDecl> fields(K::RecordBodyContext *context);
  std::vector<ast::Parameter> parameters(K::ParametersContext *context);
  std::vector<ast::Name> typeParameters(K::TypeParametersContext *context);
  std::vector<ast::Annotation> annotations(const std::vector<K::AnnotationContext *> &contexts);
  ast::Argument argument(K::ArgumentContext *context);
  ast::Refinement refinement(K::RefinementContext *context);
  ast::RecordDecl recordDeclaration(K::RecordDeclarationContext *context);
  ast::TypeId type(K::TypeContext *context);
  ast::TypeId type(K::PlainTypeContext *context);
  ast::TypeId plainType(K::PlainTypeContext *context);
  std::optional<ast::TypeId> optionalType(K::TypeContext *context);
  std::optional<ast::TypeId> optionalType(K::PlainTypeContext *context);
  ast::TypeId add(ast::TypeExpr type);

  // build_statements.cpp
  ast::Body body(K::BlockContext *context, bool inPipeline = false);
  ast::StmtId statement(K::StatementContext *context, bool inPipeline);
  ast::Stmt statementNode(antlr4::ParserRuleContext *context, bool inPipeline);
  ast::Stmt ifStatement(K::IfStatementContext *context, bool inPipeline);
  ast::Stmt onStatement(K::OnStatementContext *context, bool inPipeline);
  ast::SimulateStmt simulate(K::SimulateStatementContext *context);
  ast::Fact fact(K::FactContext *context);
  ast::Stmt step(K::StepContext *context);
  ast::StmtId add(ast::Stmt statement, antlr4::ParserRuleContext *context);
  ast::Generator generator(K::GeneratorContext *context);
  std::vector<ast::Generator> generators(const std::vector<K::GeneratorContext *> &contexts);

  // build_expressions.cpp
  ast::ExprId expression(K::ExpressionContext *context);
  ast::ExprId expression(K::HeadExpressionContext *context);
  std::optional<ast::ExprId> optional(K::ExpressionContext *context);
  std::optional<ast::ExprId> optional(K::HeadExpressionContext *context);
  struct Chain;
  ast::ExprId chain(antlr4::ParserRuleContext *context);
  ast::ExprId chainFrom(Chain &chain, int binding);
  ast::ExprId prefixed(Chain &chain);
  ast::ExprId operandBase(antlr4::ParserRuleContext *operand, std::size_t at);
  ast::ExprId operand(antlr4::ParserRuleContext *operand);
  ast::ExprId primary(K::PrimaryContext *context);
  ast::ExprId number(antlr4::Token *token);
  ast::ExprId suffix(ast::ExprId object, K::SuffixContext *context);
  ast::ExprId amend(ast::ExprId base, K::BracesContext *context);
  ast::ExprId braces(K::BracesContext *context);
  std::vector<ast::Argument> fieldsOf(K::BracesContext *context);
  ast::ExprId list(K::ListContext *context);
  ast::ExprId match(K::PrimaryContext *context);
  ast::ExprId error(Span span) { return add({span, ast::ErrorExpr{}}); }
  ast::ExprId add(ast::Expr expr);

  // build_strings.cpp
  ast::ExprId string(K::StringLiteralContext *context, bool script = false);

  const Source &source_;
  const TokenList &list_;
  ast::Module &module_;
  std::vector<std::uint32_t> heights_; ///< Of each expression's tree.
  std::size_t typeDepth_ = 0;
  bool tooDeep_ = false; ///< Reported already.
};

} // namespace pipelang::parser
