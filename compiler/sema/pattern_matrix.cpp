// Exhaustive and useful matches, column by column: a first column of constructors splits the rows by
// constructor, and the parts of each become columns of their own.
#include "compiler/sema/patterns.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::sema {

namespace {

using Kind = MatchPattern::Kind;

/// `row` for values of constructor `choice`, its parts in front; empty: it takes none of them.
std::optional<PatternRow> specialized(const PatternRow &row, std::size_t choice, std::size_t parts) {
  const MatchPattern &first = row.front();
  if (first.kind == Kind::Literal || (first.kind == Kind::Choice && first.choice != choice))
    return std::nullopt;
  PatternRow result = first.parts;
  result.resize(parts); // of a name or `_`, and of a case without parentheses: anything
  result.insert(result.end(), row.begin() + 1, row.end());
  return result;
}

std::vector<PatternRow> specialized(const std::vector<PatternRow> &rows, std::size_t choice,
                                    std::size_t parts) {
  std::vector<PatternRow> result;
  for (const PatternRow &row : rows)
    if (std::optional<PatternRow> kept = specialized(row, choice, parts)) result.push_back(std::move(*kept));
  return result;
}

/// The rows that take any value in the first column, or this literal too, without that column.
std::vector<PatternRow> others(const std::vector<PatternRow> &rows, const std::string *literal = nullptr) {
  std::vector<PatternRow> result;
  for (const PatternRow &row : rows) {
    const bool same = literal && row.front().kind == Kind::Literal && row.front().literal == *literal;
    if (same || row.front().kind == Kind::Any) result.emplace_back(row.begin() + 1, row.end());
  }
  return result;
}

std::vector<TypeId> columns(const Constructor &constructor, const std::vector<TypeId> &types) {
  std::vector<TypeId> result = constructor.parts;
  result.insert(result.end(), types.begin() + 1, types.end());
  return result;
}

bool choosesFirst(const std::vector<PatternRow> &rows) {
  return llvm::any_of(rows, [](const PatternRow &row) { return row.front().kind == Kind::Choice; });
}

/// `name(a, b)` of the first texts, then the rest.
std::vector<std::string> built(const Constructor &constructor, std::vector<std::string> texts) {
  const auto end = texts.begin() + static_cast<std::ptrdiff_t>(constructor.parts.size());
  std::string inside;
  bool plain = true;
  for (auto part = texts.begin(); part != end; ++part) {
    inside += (inside.empty() ? "" : ", ") + *part;
    plain &= *part == "_";
  }
  std::string text = constructor.name;
  if (text.empty())
    text = inside; // what is not `none`
  else if (plain && constructor.isRecord)
    text = "_";
  else if (!plain)
    text += "(" + inside + ")";
  std::vector<std::string> result = {std::move(text)};
  result.insert(result.end(), end, texts.end());
  return result;
}

} // namespace

std::optional<std::vector<std::string>> PatternMatrix::missing(std::vector<PatternRow> rows,
                                                               std::vector<TypeId> types) {
  if (types.empty()) return rows.empty() ? std::optional(std::vector<std::string>()) : std::nullopt;
  left_ -= static_cast<std::int64_t>(rows.size() * types.size()) + 1;
  if (tooMuch()) return std::nullopt;
  if (!choosesFirst(rows)) {
    auto found = missing(others(rows), {types.begin() + 1, types.end()});
    if (found) found->insert(found->begin(), "_");
    return found;
  }
  const std::vector<Constructor> all = constructors_(types.front());
  for (std::size_t i = 0; i < all.size(); ++i)
    if (auto found = missing(specialized(rows, i, all[i].parts.size()), columns(all[i], types)))
      return built(all[i], std::move(*found));
  return std::nullopt;
}

bool PatternMatrix::adds(std::vector<PatternRow> rows, PatternRow row, std::vector<TypeId> types) {
  if (types.empty()) return rows.empty();
  left_ -= static_cast<std::int64_t>(rows.size() * types.size()) + 1;
  if (tooMuch()) return true;
  const MatchPattern &first = row.front();
  const std::vector<TypeId> restTypes(types.begin() + 1, types.end());
  const PatternRow rest(row.begin() + 1, row.end());
  if (first.kind == Kind::Literal) return adds(others(rows, &first.literal), rest, restTypes);
  if (first.kind == Kind::Any && !choosesFirst(rows)) return adds(others(rows), rest, restTypes);
  const std::vector<Constructor> all = constructors_(types.front());
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::optional<PatternRow> kept = specialized(row, i, all[i].parts.size());
    if (kept && adds(specialized(rows, i, all[i].parts.size()), std::move(*kept), columns(all[i], types)))
      return true;
  }
  return false;
}

} // namespace pipelang::sema
