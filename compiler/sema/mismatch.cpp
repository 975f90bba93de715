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
  const TypeKind wanted = kindOf(aim(expected));
  const auto *number = has(id) ? std::get_if<ast::NumberExpr>(&expr(id).node) : nullptr;
  if (!number || number->unit != Unit::None || !isQuantity(wanted)) return false;
  const std::string with = number->numeral + usualUnit(wanted);
  diagnostics_.report(expr(id).span, diag::MissingUnit, number->numeral, text(aim(expected)))
      .fix(expr(id).span, with, "write `" + with + "`");
  info(id).type = error();
  return true;
}

/// Both types as text, with `…` for what agrees inside of them.
static std::pair<std::string, std::string> differing(const Program &program, TypeId left, TypeId right,
                                                     int depth) {
  if (left == right) return {"…", "…"};
  const Type a = program.types[left], b = program.types[right];
  const bool same = a.kind == b.kind && a.symbol == b.symbol && a.parameters.size() == b.parameters.size();
  const bool holds = a.kind == TypeKind::List || a.kind == TypeKind::Map || a.kind == TypeKind::Optional ||
                     !a.parameters.empty();
  if (!same || !holds || depth > 5) return {toText(program, left), toText(program, right)};
  std::pair<std::string, std::string> inside;
  const auto add = [&](TypeId one, TypeId other) {
    if (!one.valid() || !other.valid()) return;
    const auto [first, second] = differing(program, one, other, depth + 1);
    inside.first += (inside.first.empty() ? "" : ", ") + first;
    inside.second += (inside.second.empty() ? "" : ", ") + second;
  };
  add(a.key, b.key);
  for (std::size_t i = 0; i < a.parameters.size(); ++i)
    add(a.parameters[i], b.parameters[i]);
  if (a.kind != TypeKind::Fn) add(a.element, b.element);
  if (a.kind == TypeKind::Optional) return {inside.first + "?", inside.second + "?"};
  if (a.kind == TypeKind::Fn) {
    const auto [first, second] = differing(program, a.element, b.element, depth + 1);
    return {"fn(" + inside.first + ") -> " + first, "fn(" + inside.second + ") -> " + second};
  }
  const std::string name = a.kind == TypeKind::List  ? "list"
                           : a.kind == TypeKind::Map ? "map"
                                                     : program.symbols[a.symbol].name;
  return {name + "[" + inside.first + "]", name + "[" + inside.second + "]"};
}

/// Points at the declaration of `symbol`, if it is the user's.
void Checker::labelDeclared(Diagnostics::Builder &builder, SymbolId symbol, const std::string &message) {
  const Symbol &declared = program_.symbols[symbol];
  if (!declared.module.valid() || !declared.span.valid() || program_.module(declared.module).isLibrary)
    return;
  builder.label(declared.span, message);
}

/// As one would import it.
std::string Checker::moduleName(SymbolId symbol) const {
  const std::string &name = program_.module(program_.symbols[symbol].module).name;
  return name.empty() ? "this file" : name;
}

/// `{ times = …; on = … }`: a record with what it must have.
std::string Checker::recordShape(TypeId record) {
  std::string fields;
  if (const ast::RecordDecl *declared = recordOf(type(record).symbol))
    for (std::size_t i = 0; i < declared->fields.size(); ++i)
      if (!mayLack(*declared, record, i))
        fields += (fields.empty() ? "" : "; ") + declared->fields[i].name.text + " = …";
  return fields.empty() ? "`{ … }`" : "`{ " + fields + " }`";
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
  const bool amended = kindOf(expected) == TypeKind::Environment && kindOf(found) == TypeKind::Record;
  if (amended && std::holds_alternative<ast::AmendExpr>(written.node)) {
    diagnostics_.report(written.span, diag::NoEnvironment)
        .note("declare it: `environment name from other { … }`, and name that one");
    return;
  }
  const auto [wanted, seen] = differing(program_, expected, found, 0);
  auto builder = diagnostics_.report(written.span, diag::TypeMismatch, wanted, seen);
  if (reason_.expr == id && reason_.declared.valid())
    labelDeclared(builder, reason_.declared, "`" + text(expected) + "` by this declaration");
  for (TypeId side : {expected, found})
    if (const TypeId inner = kindOf(side) == TypeKind::Optional ? type(side).element : side;
        kindOf(inner) == TypeKind::Opaque && bare(inner) == inner)
      builder.note("`" + text(inner) + "` is opaque: only module `" + moduleName(type(inner).symbol) +
                   "` sees what it is made of");
  const TypeId target = aim(expected);
  if (kindOf(target) == TypeKind::Record && kindOf(found) != TypeKind::Record)
    builder.note("it is written " + recordShape(target));
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
  if (!has(id) || hasText(program_, bare(found))) return;
  auto builder = diagnostics_.report(expr(id).span, diag::NoText, text(found));
  if (kindOf(found) == TypeKind::List)
    builder.note("say how its elements are put together: `join(list, \",\")`");
  if (kindOf(found) == TypeKind::Optional) builder.note("give what holds for `none`: `value ?? other`");
  info(id).type = error();
}

} // namespace pipelang::sema
