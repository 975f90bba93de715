// Tests: what they simulate, what they give, what they expect.
#include "compiler/sema/checker.h"

namespace pipelang::sema {
namespace {

/// Every registered code.
const std::vector<std::string> &allCodes() {
  static const std::vector<std::string> codes = {
#define DIAG(NAME, CODE, ...) CODE,
#include "compiler/support/diagnostics.def"
#undef DIAG
  };
  return codes;
}

bool isKnown(const std::vector<std::string> &words, const std::string &word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The text of a test's name, where it has no holes.
std::string plainText(const ast::Expr &expr) {
  const auto *string = std::get_if<ast::StringExpr>(&expr.node);
  if (!string || string->parts.size() != 1) return {};
  const auto *text = std::get_if<std::string>(&string->parts.front().node);
  return text ? *text : std::string();
}

} // namespace

void Checker::checkTests() {
  Seen names;
  for (const ast::Decl &decl : tree().declarations) {
    const auto *test = std::get_if<ast::TestDecl>(&decl.node);
    if (!test || !has(test->name)) continue;
    check(test->name, types_.of(TypeKind::String));
    const std::string name = plainText(expr(test->name));
    auto [first, isNew] = names.try_emplace(name, expr(test->name).span);
    if (!isNew && !name.empty())
      diagnostics_.report(expr(test->name).span, diag::DuplicateTest, name)
          .label(first->second, "the first is here");
    checkTest(decl, *test);
  }
}

/// What follows a simulation sees its pipeline's jobs, gates and deployments, up to the next one.
void Checker::checkTest(const ast::Decl &decl, const ast::TestDecl &test) {
  Frame frame;
  Restore<Frame *> current(place_.frame, &frame);
  Restore<BodyKind> inside(place_.body, BodyKind::Test);
  Restore<std::string> owner(place_.owner, "the test");
  Seen seen;
  std::optional<Span> unasked; // the simulation about which nothing has been expected yet
  bool any = false;
  for (ast::StmtId id : test.body) {
    if (!tree().statements.contains(id)) continue;
    const ast::Stmt &statement = stmt(id);
    if (std::holds_alternative<ast::ErrorStmt>(statement.node)) {
      frame.incomplete = any = true;
      unasked.reset();
    } else if (checkPlacement(statement)) {
      if (const auto *simulate = std::get_if<ast::SimulateStmt>(&statement.node)) {
        if (unasked) diagnostics_.report(*unasked, diag::ExpectsNothing, "this simulation");
        unasked = statement.header;
        frame.parent = checkSimulate(*simulate);
      } else if (const auto *expect = std::get_if<ast::ExpectStmt>(&statement.node)) {
        checkExpect(*expect);
        any = true;
        unasked.reset();
      } else {
        checkStatement(id, "test", seen);
      }
    }
  }
  if (unasked && any) diagnostics_.report(*unasked, diag::ExpectsNothing, "this simulation");
  if (!any)
    diagnostics_.report(decl.header, diag::ExpectsNothing, "this test")
        .note("say what must hold: `expect …`");
}

/// The names of the simulated pipeline; null: there is none of that name.
const Frame *Checker::checkSimulate(const ast::SimulateStmt &simulate) {
  const auto &scope = program_.modules[place_.module].scope;
  auto found = scope.find(simulate.pipeline.text);
  static const Frame unknown{{}, nullptr, true};
  if (found == scope.end() || program_.symbols[found->second].kind != SymbolKind::Pipeline) {
    std::vector<std::string> pipelines;
    for (const auto &[name, symbol] : scope)
      if (program_.symbols[symbol].kind == SymbolKind::Pipeline) pipelines.push_back(name);
    const Suggestion near = suggest(simulate.pipeline.text, pipelines);
    if (!simulate.pipeline.text.empty())
      offer(diagnostics_.report(simulate.pipeline.span, diag::UnknownPipeline, simulate.pipeline.text,
                                near.text),
            simulate.pipeline.span, near);
    return &unknown;
  }
  const Frame &nodes = pipelineFrames_[found->second];
  Frame inner;
  inner.parent = place_.frame;
  for (const auto &[name, symbol] : nodes.names)
    inner.names.emplace(name, symbol);
  inner.incomplete = nodes.incomplete;
  Restore<Frame *> current(place_.frame, &inner);
  for (ast::ExprId node : simulate.of)
    checkNodes(node, "all outcomes of");
  for (const ast::Fact &fact : simulate.facts)
    checkFact(fact);
  return &nodes;
}

/// `subject` must name nodes: one, the cells of a job, or a list of them.
bool Checker::checkNodes(ast::ExprId subject, const char *what) {
  if (!has(subject)) return true;
  const TypeId found = check(subject);
  const TypeKind kind = kindOf(found);
  const bool list = kind == TypeKind::List && kindOf(type(found).element) == TypeKind::Node;
  if (kind == TypeKind::Node || kind == TypeKind::NodeMap || kind == TypeKind::Error || list) return true;
  diagnostics_.report(expr(subject).span, diag::NotANode, what, text(found));
  return false;
}

void Checker::checkFact(const ast::Fact &fact) {
  if (fact.value) {
    const TypeId wanted = check(fact.subject);
    const bool node = kindOf(wanted) == TypeKind::Node || kindOf(wanted) == TypeKind::NodeMap;
    if (node && has(fact.subject))
      diagnostics_.report(fact.span, diag::NotGivable, text(wanted))
          .note("a job, gate or deployment has an outcome: it `succeeds`, `fails`, `times out`, `is skipped` "
                "or "
                "`is cancelled`");
    check(*fact.value, node ? error() : wanted);
    return;
  }
  checkNodes(fact.subject, "simulate");
  static const std::vector<std::string> verbs{"succeeds", "fails", "times out"};
  const std::vector<std::string> known = fact.is ? caseNames(types_.of(TypeKind::Outcome)) : verbs;
  if (fact.outcome.text.empty() || isKnown(known, fact.outcome.text)) return;
  const Suggestion near = suggest(fact.outcome.text, known);
  offer(diagnostics_.report(fact.outcome.span, diag::UnknownVerb, fact.outcome.text, near.text),
        fact.outcome.span, near);
}

void Checker::checkExpect(const ast::ExpectStmt &expect) {
  if (expect.condition) check(*expect.condition, types_.of(TypeKind::Bool));
  if (!expect.errorCode || expect.errorCode->text.empty() || isKnown(allCodes(), expect.errorCode->text))
    return;
  const Suggestion near = suggest(expect.errorCode->text, allCodes());
  offer(diagnostics_.report(expect.errorCode->span, diag::UnknownCode, expect.errorCode->text, near.text),
        expect.errorCode->span, near);
}

} // namespace pipelang::sema
