// Which type may stand where which is wanted. Nominal and without conversions: a value fits its own type,
// the type under its refinement, and an optional of it. A plain value fits a type with a condition only
// after the condition has been checked.
#pragma once

#include "compiler/sema/type_table.h"

namespace pipelang::sema {

enum class Agreement {
  No,
  Yes,
  Checked, ///< If the value meets the condition of the expected type (ExprInfo::checkedAs).
};

Agreement agree(const Program &program, TypeId actual, TypeId expected);

/// The one type both values have: the wider one, `T?` for a `T` and `none`. Invalid: there is none.
TypeId join(const Program &program, TypeTable &types, TypeId left, TypeId right);

/// `T` of `T where …`.
TypeId withoutRefinement(const Program &program, TypeId type);
/// The type a literal aims at: `T` of `T?` and of `T where …`, in any order.
TypeId literalTarget(const Program &program, TypeId type);

/// A text that is checked when it is made: Path, Glob, Url, GitRef, Image, Cron.
bool isCheckedText(TypeKind kind);
/// Duration, Bytes, Percent, Cpu, Rate.
bool isQuantity(TypeKind kind);
/// Can stand in a hole `#{…}` and in `env`: everything with one obvious spelling.
bool hasText(const Program &program, TypeId type);
/// `T?`: a field, a parameter or a param of it that is not given is `none`.
bool isOptional(const Program &program, TypeId type);
/// Plain data: what `yaml(…)` and its kin take.
bool isData(const Program &program, TypeId type);
/// Can be compared by `==`: data, and what only some module or caller knows the inside of.
bool isComparable(const Program &program, TypeId type);
/// Can be compared by `<`.
bool isOrdered(TypeKind kind);

} // namespace pipelang::sema
