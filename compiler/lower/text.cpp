// Expressions as text again: for the names of steps and the bounds of gates, and in fixes.
#include "compiler/ast/spelling.h"
#include "compiler/lower/lowering.h"

namespace pipelang::lowering {

namespace {
/// Writes an expression on one line. What has no short spelling is `…`.
struct Speller {
  const ast::Module &tree;

  std::string at(ast::ExprId id) const { return std::visit(*this, tree.expressions[id].node); }
  std::string list(const std::vector<ast::Argument> &arguments) const {
    std::string text;
    for (const ast::Argument &argument : arguments)
      text += (text.empty() ? "" : ", ") + (argument.name ? argument.name->text + " = " : "") +
              at(argument.value);
    return text;
  }
  std::string operator()(const ast::NumberExpr &expr) const {
    return expr.numeral + ast::spelling(expr.unit);
  }
  std::string operator()(const ast::StringExpr &expr) const { return "\"" + content(expr) + "\""; }
  std::string content(const ast::StringExpr &expr) const {
    std::string text;
    for (const ast::StringPart &part : expr.parts) {
      if (const auto *plain = std::get_if<std::string>(&part.node))
        text += *plain;
      else
        text += "#{" + at(std::get<ast::ExprId>(part.node)) + "}";
    }
    return text;
  }
  std::string operator()(const ast::BoolExpr &expr) const { return expr.value ? "true" : "false"; }
  std::string operator()(const ast::NoneExpr &) const { return "none"; }
  std::string operator()(const ast::NameExpr &expr) const { return expr.name; }
  std::string operator()(const ast::MemberExpr &expr) const {
    return at(expr.object) + (expr.optional ? "?." : ".") + expr.member.text;
  }
  std::string operator()(const ast::IndexExpr &expr) const {
    std::string text = at(expr.object) + "[" + at(expr.index);
    for (ast::ExprId more : expr.more)
      text += ", " + at(more);
    return text + "]";
  }
  std::string operator()(const ast::CallExpr &expr) const {
    return at(expr.callee) + "(" + list(expr.arguments) + ")";
  }
  std::string operator()(const ast::UnaryExpr &expr) const {
    return (expr.op == ast::UnaryOp::Not ? "not " : "-") + at(expr.operand);
  }
  std::string operator()(const ast::BinaryExpr &expr) const {
    return at(expr.left) + " " + ast::spelling(expr.op) + " " + at(expr.right);
  }
  std::string operator()(const ast::IsExpr &expr) const {
    return at(expr.subject) + (expr.negated ? " is not " : " is ") + at(expr.pattern);
  }
  std::string operator()(const ast::ListExpr &expr) const {
    std::string text;
    for (ast::ExprId element : expr.elements)
      text += (text.empty() ? "" : ", ") + at(element);
    return "[" + text + "]";
  }
  std::string operator()(const ast::ScriptExpr &expr) const {
    const auto *text = std::get_if<ast::StringExpr>(&tree.expressions[expr.text].node);
    return text ? firstLine(content(*text)) : "…";
  }
  std::string operator()(const ast::ExecExpr &expr) const {
    const auto *arguments = std::get_if<ast::ListExpr>(&tree.expressions[expr.arguments].node);
    if (!arguments) return "exec";
    std::string text;
    for (ast::ExprId element : arguments->elements) {
      const auto *word = std::get_if<ast::StringExpr>(&tree.expressions[element].node);
      text += (text.empty() ? "" : " ") + (word ? content(*word) : at(element));
    }
    return firstLine(text);
  }
  std::string operator()(const ast::UsesExpr &expr) const {
    const auto *text = std::get_if<ast::StringExpr>(&tree.expressions[expr.action].node);
    return text ? content(*text) : "uses";
  }
  template <typename Other> std::string operator()(const Other &) const { return "…"; }

  /// The first line with text, shortened at a character's border.
  static std::string firstLine(llvm::StringRef text) {
    constexpr std::size_t limit = 72;
    llvm::StringRef line = text.ltrim().split('\n').first.rtrim();
    if (line.size() <= limit) return line.str();
    std::size_t end = limit - 1;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
      --end;
    return line.take_front(end).str() + "…";
  }
};
} // namespace

std::string Lowering::spelled(const Place &place) const {
  return Speller{*program_.module(place.module).tree}.at(place.expr);
}

} // namespace pipelang::lowering
