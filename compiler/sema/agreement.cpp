#include "compiler/sema/agreement.h"

namespace pipelang::sema {

bool isCheckedText(TypeKind kind) {
  return kind == TypeKind::Path || kind == TypeKind::Glob || kind == TypeKind::Url ||
         kind == TypeKind::GitRef || kind == TypeKind::Image || kind == TypeKind::Cron;
}

bool isQuantity(TypeKind kind) {
  return kind == TypeKind::Duration || kind == TypeKind::Bytes || kind == TypeKind::Percent ||
         kind == TypeKind::Cpu || kind == TypeKind::Rate;
}

bool isOptional(const Program &program, TypeId type) {
  return type.valid() && program.types[type].kind == TypeKind::Optional;
}

bool isOrdered(TypeKind kind) {
  return isQuantity(kind) || kind == TypeKind::Int || kind == TypeKind::Port || kind == TypeKind::Version;
}

TypeId withoutRefinement(const Program &program, TypeId type) {
  while (type.valid() && program.types[type].kind == TypeKind::Refined)
    type = program.types[type].element;
  return type;
}

TypeId literalTarget(const Program &program, TypeId type) {
  while (type.valid() &&
         (program.types[type].kind == TypeKind::Refined || program.types[type].kind == TypeKind::Optional))
    type = program.types[type].element;
  return type;
}

bool hasText(const Program &program, TypeId type) {
  const TypeKind kind = program.types[withoutRefinement(program, type)].kind;
  switch (kind) {
  case TypeKind::Error:
  case TypeKind::Bool:
  case TypeKind::Int:
  case TypeKind::String:
  case TypeKind::Version:
  case TypeKind::Port:
  case TypeKind::Enum:
  case TypeKind::Outcome: return true;
  default: return isQuantity(kind) || isCheckedText(kind);
  }
}

bool isData(const Program &program, TypeId type) {
  const Type &known = program.types[withoutRefinement(program, type)];
  switch (known.kind) {
  case TypeKind::List:
  case TypeKind::Optional: return isData(program, known.element);
  case TypeKind::Map: return isData(program, known.element) && hasText(program, known.key);
  case TypeKind::None:
  case TypeKind::Any:
  case TypeKind::Record:
  case TypeKind::Union:
  case TypeKind::Environment: return true;
  case TypeKind::Opaque: return isData(program, known.element);
  default: return hasText(program, type);
  }
}

bool isComparable(const Program &program, TypeId type) {
  const Type &known = program.types[withoutRefinement(program, type)];
  if (known.kind == TypeKind::Opaque || known.kind == TypeKind::Variable) return true;
  const bool holds = known.kind == TypeKind::List || known.kind == TypeKind::Optional;
  return holds ? isComparable(program, known.element) : isData(program, type);
}

/// Both sides without refinement; what is left is decided by the kinds.
static Agreement agreePlain(const Program &program, const Type &actual, const Type &expected) {
  if (expected.kind == TypeKind::Any) return Agreement::No;
  if (expected.kind == TypeKind::String && isCheckedText(actual.kind)) return Agreement::Yes;
  if (actual.kind == TypeKind::String && isCheckedText(expected.kind)) return Agreement::Checked;
  if (expected.kind == TypeKind::Int && actual.kind == TypeKind::Port) return Agreement::Yes;
  if (actual.kind == TypeKind::Int && expected.kind == TypeKind::Port) return Agreement::Checked;
  const bool isEnvironment = actual.kind == TypeKind::Environment &&
                             (expected.kind == TypeKind::Record || expected.kind == TypeKind::Environment);
  if (isEnvironment) return actual.symbol == expected.symbol ? Agreement::Yes : Agreement::No;
  if (actual.kind != expected.kind) return Agreement::No;
  const auto both = [&](TypeId left, TypeId right) { return agree(program, left, right) == Agreement::Yes; };
  if (actual.kind == TypeKind::List)
    return both(actual.element, expected.element) ? Agreement::Yes : Agreement::No;
  if (actual.kind == TypeKind::Map)
    return both(actual.element, expected.element) && both(actual.key, expected.key) ? Agreement::Yes
                                                                                    : Agreement::No;
  const bool generic = actual.kind == TypeKind::Record || actual.kind == TypeKind::Union;
  if (generic || actual.kind == TypeKind::Fn) {
    if (actual.symbol != expected.symbol || actual.parameters.size() != expected.parameters.size())
      return Agreement::No;
    for (std::size_t i = 0; i < actual.parameters.size(); ++i) {
      const TypeId have = actual.parameters[i], want = expected.parameters[i];
      const bool known =
          program.types[have].kind != TypeKind::Error && program.types[want].kind != TypeKind::Error;
      if (known && (generic ? have != want : !both(want, have))) return Agreement::No;
    }
    return !generic && !both(actual.element, expected.element) ? Agreement::No : Agreement::Yes;
  }
  if (actual.kind == TypeKind::Node) {
    if (!expected.symbol.valid()) return Agreement::Yes;
    const Symbol &wanted = program.symbols[expected.symbol];
    const bool anyOfKind = !wanted.statement.valid() && actual.symbol.valid();
    return anyOfKind && program.symbols[actual.symbol].kind == wanted.kind ? Agreement::Yes : Agreement::No;
  }
  return Agreement::No;
}

Agreement agree(const Program &program, TypeId actual, TypeId expected) {
  if (actual == expected || !actual.valid() || !expected.valid()) return Agreement::Yes;
  const Type &have = program.types[actual];
  const Type &want = program.types[expected];
  if (have.kind == TypeKind::Error || want.kind == TypeKind::Error) return Agreement::Yes;
  if (want.kind == TypeKind::Any && isData(program, actual)) return Agreement::Yes;
  if (want.kind == TypeKind::Optional) {
    if (have.kind == TypeKind::None) return Agreement::Yes;
    const TypeId inner = have.kind == TypeKind::Optional ? have.element : actual;
    return agree(program, inner, want.element);
  }
  if (have.kind == TypeKind::Refined) {
    if (agree(program, have.element, expected) == Agreement::Yes) return Agreement::Yes;
  }
  if (want.kind == TypeKind::Refined)
    return agree(program, withoutRefinement(program, actual), want.element) == Agreement::No
               ? Agreement::No
               : Agreement::Checked;
  if (have.kind == TypeKind::Refined) return agree(program, have.element, expected);
  return agreePlain(program, have, want);
}

TypeId join(const Program &program, TypeTable &types, TypeId left, TypeId right) {
  if (program.types[left].kind == TypeKind::Error) return right;
  if (agree(program, right, left) == Agreement::Yes) return left;
  if (agree(program, left, right) == Agreement::Yes) return right;
  if (program.types[left].kind == TypeKind::None) return types.optional(right);
  if (program.types[right].kind == TypeKind::None) return types.optional(left);
  const TypeId plainLeft = withoutRefinement(program, left);
  const TypeId plainRight = withoutRefinement(program, right);
  if (plainLeft != left || plainRight != right) return join(program, types, plainLeft, plainRight);
  const bool texts = isCheckedText(program.types[left].kind) && isCheckedText(program.types[right].kind);
  return texts ? types.of(TypeKind::String) : TypeId();
}

} // namespace pipelang::sema
