// Keeps the height of expression trees within what recursive readers of them can bear.
#include "compiler/parse/build.h"
#include <algorithm>

namespace pipelang::parser {

using namespace ast;

namespace {

constexpr std::uint32_t heightLimit = 500;

/// The greatest height among the expressions right below a node.
struct Below {
  const std::vector<std::uint32_t> &heights;
  std::uint32_t most = 0;

  void see(ExprId id) { most = std::max(most, heights[id.index()]); }
  void see(const std::vector<ExprId> &ids) {
    for (ExprId id : ids)
      see(id);
  }
  void see(const std::vector<Argument> &arguments) {
    for (const Argument &argument : arguments)
      see(argument.value);
  }
  void see(const std::vector<Generator> &generators) {
    for (const Generator &generator : generators) {
      see(generator.source);
      if (generator.condition) see(*generator.condition);
    }
  }

  void operator()(const ErrorExpr &) {}
  void operator()(const NumberExpr &) {}
  void operator()(const BoolExpr &) {}
  void operator()(const NoneExpr &) {}
  void operator()(const NameExpr &) {}
  void operator()(const StringExpr &string) {
    for (const StringPart &part : string.parts)
      if (const auto *hole = std::get_if<ExprId>(&part.node)) see(*hole);
  }
  void operator()(const MemberExpr &member) { see(member.object); }
  void operator()(const IndexExpr &index) { see(index.object), see(index.index), see(index.more); }
  void operator()(const CallExpr &call) { see(call.callee), see(call.arguments); }
  void operator()(const ListExpr &list) { see(list.elements); }
  void operator()(const ListForExpr &list) { see(list.element), see(list.generators); }
  void operator()(const RecordExpr &record) { see(record.fields); }
  void operator()(const MapExpr &map) {
    for (const MapEntry &entry : map.entries)
      see(entry.key), see(entry.value);
  }
  void operator()(const MapForExpr &map) { see(map.entry.key), see(map.entry.value), see(map.generators); }
  void operator()(const AmendExpr &amend) { see(amend.base), see(amend.fields); }
  void operator()(const UnaryExpr &unary) { see(unary.operand); }
  void operator()(const BinaryExpr &binary) { see(binary.left), see(binary.right); }
  void operator()(const IsExpr &test) { see(test.subject), see(test.pattern); }
  void operator()(const IfExpr &choice) {
    see(choice.condition), see(choice.thenValue), see(choice.elseValue);
  }
  void operator()(const MatchExpr &match) {
    see(match.subject);
    for (const MatchArm &arm : match.arms)
      see(arm.patterns), see(arm.value);
  }
  void operator()(const ScriptExpr &script) { see(script.text); }
  void operator()(const ExecExpr &exec) { see(exec.arguments); }
  void operator()(const UsesExpr &uses) { see(uses.action), see(uses.inputs); }
};

} // namespace

ExprId Builder::add(Expr expr) {
  Below below{heights_};
  std::visit(below, expr.node);
  std::uint32_t height = below.most + 1;
  if (height > heightLimit) {
    if (!tooDeep_)
      source_.diagnostics.report(expr.span, diag::TooDeep, static_cast<std::int64_t>(heightLimit));
    tooDeep_ = true;
    expr.node = ErrorExpr{};
    height = 1;
  }
  heights_.push_back(height);
  return module_.expressions.add(std::move(expr));
}

} // namespace pipelang::parser
