// Operators: numbers keep their units.
#include "compiler/ast/spelling.h"
#include "compiler/sema/checker.h"

namespace pipelang::sema {

using ast::BinaryOp;

TypeId Checker::checkUnary(const ast::UnaryExpr &unary, TypeId expected) {
  if (unary.op == ast::UnaryOp::Not) {
    check(unary.operand, types_.of(TypeKind::Bool));
    return types_.of(TypeKind::Bool);
  }
  const TypeId target = aim(expected);
  const TypeId found = check(unary.operand, kindOf(target) == TypeKind::Port ? TypeId() : target);
  const TypeKind kind = plainKind(found);
  if (kind == TypeKind::Error || kind == TypeKind::Int || kind == TypeKind::Percent) return bare(found);
  diagnostics_.report(expr(unary.operand).span, diag::TypeMismatch, "int", text(found))
      .note("only an `int` or a `Percent` can be negative");
  return error();
}

TypeId Checker::checkBinary(const ast::Expr &, const ast::BinaryExpr &binary, TypeId expected) {
  switch (binary.op) {
  case BinaryOp::And:
  case BinaryOp::Or: {
    const TypeId boolean = types_.of(TypeKind::Bool);
    check(binary.left, boolean);
    check(binary.right, boolean);
    return boolean;
  }
  case BinaryOp::Coalesce: return checkCoalesce(binary, expected);
  case BinaryOp::Add:
  case BinaryOp::Subtract:
  case BinaryOp::Multiply:
  case BinaryOp::Divide: return checkArithmetic(binary, expected);
  default: return checkComparison(binary);
  }
}

/// An expression that is only understood with a wanted type: a bare numeral, a record, a name that may be
/// a value of an enum.
bool Checker::needsExpectation(ast::ExprId id) {
  if (!has(id)) return false;
  const auto &node = expr(id).node;
  if (const auto *number = std::get_if<ast::NumberExpr>(&node)) return number->unit == Unit::None;
  if (std::holds_alternative<ast::RecordExpr>(node) || std::holds_alternative<ast::ListExpr>(node))
    return true;
  const auto *string = std::get_if<ast::StringExpr>(&node);
  if (string) return true;
  const auto *call = std::get_if<ast::CallExpr>(&node);
  const auto *name = std::get_if<ast::NameExpr>(call && has(call->callee) ? &expr(call->callee).node : &node);
  bool incomplete = false;
  return name && !lookup(name->name, incomplete).valid();
}

TypeId Checker::arithmeticResult(BinaryOp op, TypeId left, TypeId right) {
  const TypeKind a = plainKind(left) == TypeKind::Port ? TypeKind::Int : plainKind(left);
  const TypeKind b = plainKind(right) == TypeKind::Port ? TypeKind::Int : plainKind(right);
  const bool numbers = a == TypeKind::Int || isQuantity(a);
  switch (op) {
  case BinaryOp::Add:
    if (a == TypeKind::List && b == TypeKind::List)
      return pipelang::sema::join(program_, types_, left, right);
    [[fallthrough]];
  case BinaryOp::Subtract: return numbers && a == b ? types_.of(a) : TypeId();
  case BinaryOp::Multiply:
    if (numbers && b == TypeKind::Int) return types_.of(a);
    return a == TypeKind::Int && isQuantity(b) ? types_.of(b) : TypeId();
  case BinaryOp::Divide:
    if (numbers && b == TypeKind::Int) return types_.of(a);
    return isQuantity(a) && a == b ? types_.of(TypeKind::Int) : TypeId();
  default: return {};
  }
}

TypeId Checker::checkArithmetic(const ast::BinaryExpr &binary, TypeId expected) {
  const TypeKind wanted = kindOf(aim(expected));
  const bool lists = wanted == TypeKind::List && binary.op == BinaryOp::Add;
  const TypeId down = lists ? aim(expected) : TypeId();
  const TypeId left = check(binary.left, down);
  const TypeId right = check(binary.right, down);
  if (isError(left) || isError(right)) return error();
  const TypeId result = arithmeticResult(binary.op, left, right);
  if (result.valid()) return result;
  reportOperands(binary, left, right);
  return error();
}

void Checker::reportOperands(const ast::BinaryExpr &binary, TypeId left, TypeId right) {
  const bool scales = binary.op == BinaryOp::Multiply || binary.op == BinaryOp::Divide;
  if (!scales && isQuantity(plainKind(left)) && reportMissingUnit(binary.right, left)) return;
  if (!scales && isQuantity(plainKind(right)) && reportMissingUnit(binary.left, right)) return;
  auto builder = diagnostics_.report(binary.operatorSpan, diag::BadOperands, ast::spelling(binary.op),
                                     text(left), text(right));
  if (has(binary.left)) builder.label(expr(binary.left).span, "`" + text(left) + "`");
  if (has(binary.right)) builder.label(expr(binary.right).span, "`" + text(right) + "`");
  const bool texts = hasText(program_, left) && hasText(program_, right);
  if (binary.op == BinaryOp::Add && texts) builder.note("texts are put together in a string: `\"#{a}#{b}\"`");
  const bool optional = kindOf(left) == TypeKind::Optional || kindOf(right) == TypeKind::Optional;
  if (optional) builder.note("give what holds for `none`: `value ?? other`");
}

TypeId Checker::checkComparison(const ast::BinaryExpr &binary, bool inRequirement) {
  const TypeId boolean = types_.of(TypeKind::Bool);
  const bool turned = needsExpectation(binary.left) && !needsExpectation(binary.right);
  const ast::ExprId first = turned ? binary.right : binary.left;
  const ast::ExprId second = turned ? binary.left : binary.right;
  TypeId known = check(first);
  if (kindOf(known) == TypeKind::Node) known = types_.of(TypeKind::Outcome);
  if (inRequirement && kindOf(known) == TypeKind::Optional) known = type(known).element;
  const TypeId wanted = isError(known) ? error() : bare(known);
  const bool named = kindOf(wanted) == TypeKind::Enum || kindOf(wanted) == TypeKind::Outcome ||
                     kindOf(wanted) == TypeKind::Union;
  const bool literal = named || needsExpectation(second);
  const TypeId found = check(second, literal ? wanted : isError(known) ? error() : TypeId());
  if (isError(known) || isError(found)) return boolean;
  const bool comparable = agree(program_, found, wanted) != Agreement::No ||
                          agree(program_, wanted, bare(found)) != Agreement::No;
  const bool equality = binary.op == BinaryOp::Equal || binary.op == BinaryOp::NotEqual;
  const bool plain = isComparable(program_, wanted) || kindOf(wanted) == TypeKind::None;
  if (comparable && (equality ? plain : isOrdered(kindOf(wanted)))) return boolean;
  reportOperands(binary, turned ? found : known, turned ? known : found);
  return boolean;
}

/// `image.ref`, `unit[3.11].coverage.lines`: there only where the job succeeded.
bool Checker::isOfOutput(ast::ExprId id) {
  while (has(id)) {
    const auto &node = expr(id).node;
    if (const auto *both = std::get_if<ast::BinaryExpr>(&node); both && both->op == BinaryOp::Coalesce) {
      id = both->right;
      continue;
    }
    const auto *member = std::get_if<ast::MemberExpr>(&node);
    if (!member) return false;
    const SymbolId symbol = info(id).symbol;
    if (symbol.valid() && program_.symbols[symbol].kind == SymbolKind::Output) return true;
    id = member->object;
  }
  return false;
}

TypeId Checker::checkCoalesce(const ast::BinaryExpr &binary, TypeId expected) {
  const TypeId wanted = expected.valid() && !isError(expected) ? types_.optional(expected) : expected;
  const TypeId left = check(binary.left, wanted);
  if (isError(left)) {
    check(binary.right, error());
    return error();
  }
  const TypeKind kind = kindOf(left);
  if (kind == TypeKind::None) return check(binary.right, expected);
  if (kind != TypeKind::Optional && isOfOutput(binary.left)) {
    check(binary.right, left);
    return left;
  }
  if (kind != TypeKind::Optional) {
    diagnostics_.report(binary.operatorSpan, diag::NotOptional, "??", text(left));
    check(binary.right, left);
    return left;
  }
  const TypeId inner = type(left).element;
  const TypeId right = check(binary.right, types_.optional(inner));
  return kindOf(right) == TypeKind::Optional || kindOf(right) == TypeKind::None ? left : inner;
}

} // namespace pipelang::sema
