// Which values the arms of a `match` take: patterns without names. Private to this room.
#pragma once

#include "compiler/sema/types.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <string>
#include <vector>

namespace pipelang::sema {

/// A pattern as far as it decides.
struct MatchPattern {
  enum class Kind {
    Any,     ///< A name, or `_`.
    Choice,  ///< One of the type's constructors, with a pattern for each of its parts.
    Literal, ///< One of infinitely many values.
  };
  Kind kind = Kind::Any;
  std::size_t choice = 0;
  std::vector<MatchPattern> parts;
  std::string literal;
};

/// One way to be of a type: a case, an enum's value, `none`, a record.
struct Constructor {
  std::string name; ///< Empty: of what may be `none`, the value that is there.
  std::vector<TypeId> parts;
  bool isRecord = false; ///< The only one of its type.
};
/// The constructors of a type; none: it has too many values.
using Constructors = llvm::function_ref<std::vector<Constructor>(TypeId)>;

using PatternRow = std::vector<MatchPattern>;

/// Compares rows of patterns with each other. What would take too long counts as taken: see `tooMuch`.
class PatternMatrix {
public:
  explicit PatternMatrix(Constructors constructors) : constructors_(constructors) {}

  /// Texts of patterns, one for each of `types`, of values that no row takes; empty: there are none.
  std::optional<std::vector<std::string>> missing(std::vector<PatternRow> rows, std::vector<TypeId> types);
  /// Whether `row` takes some value that no row of `rows` takes.
  bool adds(std::vector<PatternRow> rows, PatternRow row, std::vector<TypeId> types);
  bool tooMuch() const { return left_ <= 0; }

private:
  Constructors constructors_;
  std::int64_t left_ = 200'000; ///< Rows that may still be looked at.
};

} // namespace pipelang::sema
