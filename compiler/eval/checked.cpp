// Types with a condition: what a value must be to have them.
#include "compiler/eval/evaluator.h"
#include "compiler/sema/checked_text.h"

namespace pipelang::eval {

/// A value as messages show it: its text, or a record's fields, no more than a line of them.
static std::string shown(const sema::Program &program, const Value &value) {
  if (std::optional<std::string> text = toText(program, value)) return *text;
  const Record *record = value.as<Record>();
  if (!record) return value.isLate() ? "(late)" : "…";
  std::string all = program.symbols[record->data->record].name + " {";
  for (const auto &[name, field] : record->data->fields) {
    const bool first = all.back() == '{';
    if (all.size() > 100) return all + "; … }";
    all += (first ? " " : "; ") + name + " = " + (field.is<Record>() ? "…" : shown(program, field));
  }
  return all + " }";
}

/// Whether `value` meets `refinement`, whose names are bound; reports where it does not.
bool Evaluator::holds(sema::ModuleId module, const ast::Refinement &refinement, const Value &value,
                      llvm::StringRef type, Span span) {
  const Place condition{module, refinement.condition};
  const Value result = evaluate(condition);
  if (result.isLate()) reporter_.report(span, diag::LateRefinement, type);
  const bool *known = result.as<bool>();
  if (!known || *known) return known != nullptr;
  const Value message = refinement.message ? evaluate({module, *refinement.message}) : Value::error();
  const std::string seen = shown(program_, value);
  auto builder = message.is<Text>() ? reporter_.report(span, diag::NotOfType, seen, type, message.text())
                                    : reporter_.report(span, diag::ConditionFails, seen, type);
  builder.label(exprAt(condition).span, "this condition does not hold");
  return false;
}

Value Evaluator::checked(Value value, sema::TypeId id, Span span) {
  const sema::Type &type = program_.types[id];
  if (value.isError()) return value;
  switch (type.kind) {
  case sema::TypeKind::Optional:
    return value.is<plan::NoneValue>() ? value : checked(std::move(value), type.element, span);
  case sema::TypeKind::List:
    if (const List *list = value.as<List>())
      for (const Value &element : *list->elements)
        if (checked(element, type.element, span).isError()) return Value::error();
    return value;
  case sema::TypeKind::Port: {
    const std::int64_t *number = value.as<std::int64_t>();
    if (!number || (*number >= 1 && *number <= 65535)) return value;
    reporter_.report(span, diag::NotOfType, std::to_string(*number), "Port", "a port is 1 to 65535");
    return Value::error();
  }
  case sema::TypeKind::Opaque: return checked(std::move(value), type.element, span);
  case sema::TypeKind::Refined: break;
  default:
    if (!value.is<Text>()) return value;
    return sema::reportTextProblem(reporter_, type.kind, value.text(), span) ? Value::error() : value;
  }
  value = checked(std::move(value), type.element, span);
  if (value.isError()) return value;
  if (value.isLate()) {
    reporter_.report(span, diag::LateRefinement, sema::toText(program_, id))
        .note("take the plain type here; a text can be tested when the pipeline runs: `validate(x, r\"…\")`");
    return Value::error();
  }
  const sema::ModuleId module(type.module);
  const std::vector<sema::SymbolId> &it = infoAt({module, type.condition}).binds;
  Value previous = it.empty() ? Value{} : bind(it[0], value);
  const bool good = holds(module, {type.condition, type.message}, value, sema::toText(program_, id), span);
  if (!it.empty()) bind(it[0], std::move(previous));
  return good ? value : Value::error();
}

} // namespace pipelang::eval
