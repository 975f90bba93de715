// The checker is total: trees with missing parts, in every place, give a program and no crash.
#include "compiler/sema/program.h"
#include "gtest/gtest.h"

namespace pipelang::sema {
namespace {

template <typename Variant, std::size_t Index = 0, typename Visitor>
void forEachAlternative(const Visitor &visit) {
  if constexpr (Index < std::variant_size_v<Variant>) {
    visit(Variant(std::in_place_index<Index>));
    forEachAlternative<Variant, Index + 1>(visit);
  }
}

using ExprNode = decltype(ast::Expr::node);
using StmtNode = decltype(ast::Stmt::node);
using DeclNode = decltype(ast::Decl::node);

const Span here{Id<SourceFile>(std::size_t(0)), 0, 0};

std::unique_ptr<ast::Module> emptyModule() {
  auto module = std::make_unique<ast::Module>();
  module->file = here.file;
  return module;
}

ast::ExprId addExpr(ast::Module &module, ExprNode node) {
  return module.expressions.add({here, std::move(node)});
}
ast::StmtId addStmt(ast::Module &module, StmtNode node) {
  return module.statements.add({here, here, "", std::move(node)});
}
void addDecl(ast::Module &module, DeclNode node) {
  module.declarations.push_back({here, here, "", false, {}, std::move(node)});
}

Program checked(std::unique_ptr<ast::Module> module) {
  Diagnostics diagnostics;
  Program program = check(std::move(module), ModuleLoader{}, diagnostics);
  EXPECT_FALSE(program.modules.empty());
  EXPECT_FALSE(dump(program).empty());
  return program;
}

TEST(CheckerIsTotal, EveryDeclarationWithoutItsParts) {
  forEachAlternative<DeclNode>([](const DeclNode &node) {
    auto module = emptyModule();
    addDecl(*module, node);
    addDecl(*module, node);
    checked(std::move(module));
  });
}

TEST(CheckerIsTotal, EveryExpressionWithoutItsParts) {
  forEachAlternative<ExprNode>([](const ExprNode &node) {
    auto module = emptyModule();
    ast::LetDecl let;
    let.name = {"x", here};
    let.value = addExpr(*module, node);
    addDecl(*module, let);
    checked(std::move(module));
  });
}

/// A body of one statement in everything that has a body.
void inEveryBody(const StmtNode &node) {
  auto module = emptyModule();
  const ast::Body body{addStmt(*module, node), ast::StmtId()};
  ast::JobStmt job;
  job.name = {"build", here};
  job.body = body;
  ast::GateStmt gate;
  gate.name = {"quality", here};
  gate.body = body;
  ast::DeployStmt deploy;
  deploy.name = {"api", here};
  deploy.body = body;
  ast::OnTargetStmt local;
  local.target = {"local", here};
  local.body = body;
  deploy.body.push_back(addStmt(*module, local));
  ast::PipelineDecl pipeline;
  pipeline.name = {"ci", here};
  pipeline.body = body;
  for (const StmtNode &part : {StmtNode(job), StmtNode(gate), StmtNode(deploy)})
    pipeline.body.push_back(addStmt(*module, part));
  addDecl(*module, pipeline);
  ast::TaskDecl task;
  task.name = {"greet", here};
  task.body = body;
  addDecl(*module, task);
  ast::ServiceDecl service;
  service.name = {"db", here};
  service.body = body;
  addDecl(*module, service);
  ast::EnvironmentDecl environment;
  environment.name = {"production", here};
  environment.body = body;
  addDecl(*module, environment);
  checked(std::move(module));
}

TEST(CheckerIsTotal, EveryStatementWithoutItsPartsInEveryBody) {
  forEachAlternative<StmtNode>(inEveryBody);
}

TEST(CheckerIsTotal, LongChainsOfDefinitionsEndInOneDiagnostic) {
  auto module = emptyModule();
  constexpr int length = 20000;
  for (int i = 0; i < length; ++i) {
    ast::LetDecl let;
    let.name = {"a" + std::to_string(i), here};
    const ExprNode next = ast::NameExpr{"a" + std::to_string(i + 1)};
    let.value = addExpr(*module, i + 1 < length ? next : ExprNode(ast::BoolExpr{true}));
    addDecl(*module, let);
  }
  Diagnostics diagnostics;
  check(std::move(module), ModuleLoader{}, diagnostics);
  EXPECT_EQ(diagnostics.errorCount(), 1u);
  EXPECT_EQ(diagnostics.all().front().code, "P0336");
}

} // namespace
} // namespace pipelang::sema
