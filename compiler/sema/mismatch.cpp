// A value that does not fit: what is wanted, what was found, and what to write instead.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

static const char *usualUnit(TypeKind kind) {
  switch (kind) {
  case TypeKind::Duration: return "s";
  case TypeKind::Bytes: return "MiB";
  case TypeKind::Percent: return "%";
  case TypeKind::Cpu: return "cpu";
  case TypeKind::Rate: return "/s";
  default: return "";
  }
}

/// A bare numeral where a quantity is wanted.
bool Checker::reportMissingUnit(ast::ExprId id, TypeId expected) {
  const TypeKind wanted = kindOf(literalTarget(program_, expected));
  const auto *number = has(id) ? std::get_if<ast::NumberExpr>(&expr(id).node) : nullptr;
  if (!number || number->unit != Unit::None || !isQuantity(wanted)) return false;
  const std::string with = number->numeral + usualUnit(wanted);
  diagnostics_
      .report(expr(id).span, diag::MissingUnit, number->numeral, text(literalTarget(program_, expected)))
      .fix(expr(id).span, with, "write `" + with + "`");
  info(id).type = error();
  return true;
}

void Checker::reportMismatch(ast::ExprId id, TypeId found, TypeId expected) {
  if (reportMissingUnit(id, expected)) return;
  const ast::Expr &written = expr(id);
  if (kindOf(found) == TypeKind::Optional &&
      agree(program_, type(found).element, expected) != Agreement::No) {
    diagnostics_.report(written.span, diag::IsOptional, text(found))
        .note("give what holds for `none`: `value ?? other`");
    return;
  }
  auto builder = diagnostics_.report(written.span, diag::TypeMismatch, text(expected), text(found));
  const TypeId target = literalTarget(program_, expected);
  const auto *string = std::get_if<ast::StringExpr>(&written.node);
  const bool plain =
      string && string->parts.size() == 1 && std::holds_alternative<std::string>(string->parts.front().node);
  if (plain && (kindOf(target) == TypeKind::Version || kindOf(target) == TypeKind::Int)) {
    const std::string &inside = std::get<std::string>(string->parts.front().node);
    const bool digits = !inside.empty() && inside.find_first_not_of("0123456789.") == std::string::npos;
    if (digits) builder.fix(written.span, inside, "write it without quotes: `" + inside + "`");
  }
  if (const auto *number = std::get_if<ast::NumberExpr>(&written.node);
      number && kindOf(target) == TypeKind::String)
    if (number->unit == Unit::None)
      builder.fix(written.span, "\"" + number->numeral + "\"",
                  "write it as a text: `\"" + number->numeral + "\"`");
  if (kindOf(target) == TypeKind::List && agree(program_, found, type(target).element) != Agreement::No) {
    builder.fix({written.span.file, written.span.begin, written.span.begin}, "[", "put it into a list");
    builder.fix({written.span.file, written.span.end, written.span.end}, "]", "put it into a list");
  }
}

/// What stands in text, in `env` or in an argument vector.
void Checker::requireText(ast::ExprId id, TypeId found) {
  if (!has(id) || hasText(program_, found)) return;
  auto builder = diagnostics_.report(expr(id).span, diag::NoText, text(found));
  if (kindOf(found) == TypeKind::List)
    builder.note("say how its elements are put together: `join(list, \",\")`");
  if (kindOf(found) == TypeKind::Optional) builder.note("give what holds for `none`: `value ?? other`");
  info(id).type = error();
}

} // namespace pipelang::sema
