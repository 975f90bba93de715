// Types with a condition: what a value must be to have them.
#include "compiler/eval/evaluator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::eval {

namespace {
bool isCronField(llvm::StringRef field) {
  return !field.empty() && llvm::all_of(field, [](char c) {
    return llvm::isAlnum(c) || c == '*' || c == '/' || c == ',' || c == '-' || c == '?' || c == '#';
  });
}

/// Why `text` is no `kind`, or null.
const char *textProblem(sema::TypeKind kind, llvm::StringRef text) {
  auto has = [&](llvm::StringRef set) { return text.find_first_of(set) != llvm::StringRef::npos; };
  switch (kind) {
  case sema::TypeKind::Cron: {
    llvm::SmallVector<llvm::StringRef, 5> fields;
    text.split(fields, ' ', -1, false);
    return fields.size() == 5 && llvm::all_of(fields, isCronField)
               ? nullptr
               : "it has five fields: minute, hour, day, month, weekday";
  }
  case sema::TypeKind::Path:
  case sema::TypeKind::Glob: return text.empty() ? "it is empty" : nullptr;
  case sema::TypeKind::Url:
    return text.contains("://") && !has(" \t\n") ? nullptr
                                                 : "it begins with `https://` or the like and has no blanks";
  case sema::TypeKind::GitRef:
    return text.empty() || has(" ~^:?*[\\") ? "a git reference is not empty and has none of ` ~^:?*[\\`"
                                            : nullptr;
  case sema::TypeKind::Image:
    return text.empty() || has(" \t\n\"'$`;&|<>()") ? "it is `registry/name:tag` or `name@sha256:…`"
                                                    : nullptr;
  default: return nullptr;
  }
}
} // namespace

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
  case sema::TypeKind::Refined: break;
  default:
    if (!value.is<Text>()) return value;
    const char *problem = textProblem(type.kind, value.text());
    if (!problem) return value;
    reporter_.report(span, diag::NotOfType, value.text(), sema::toText(program_, id), problem);
    return Value::error();
  }
  value = checked(std::move(value), type.element, span);
  if (value.isError()) return value;
  if (value.isLate()) {
    reporter_.report(span, diag::LateRefinement, sema::toText(program_, id))
        .note("take the plain type here; a text can be tested when the pipeline runs: `validate(x, r\"…\")`");
    return Value::error();
  }
  Place condition{sema::ModuleId(type.module), type.condition};
  const std::vector<sema::SymbolId> &it = infoAt(condition).binds;
  Value previous = it.empty() ? Value{} : bind(it[0], value);
  Value holds = evaluate(condition);
  if (!it.empty()) bind(it[0], std::move(previous));
  const bool *known = holds.as<bool>();
  if (!known || *known) return known ? value : Value::error();
  reporter_
      .report(span, diag::ConditionFails, toText(program_, value).value_or("this value"),
              sema::toText(program_, id))
      .label(exprAt(condition).span, "this condition does not hold");
  return Value::error();
}

} // namespace pipelang::eval
