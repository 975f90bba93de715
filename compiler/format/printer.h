// Items and groups to text, within a width.
#pragma once

#include "compiler/format/tree.h"

namespace pipelang::formatting {

inline constexpr std::uint32_t lineWidth = 110; ///< Columns a line should not exceed.
inline constexpr std::uint32_t indentStep = 2;

/// How far the printer may go.
enum class Breaks { AfterOperators, InBracketsOnly };

/// The text of the whole file; sets the `pad`s in it.
std::string print(Group &file, Breaks breaks);

/// Sets the `pad`s that put the `=` of neighbouring settings, and the braces of equal shape behind them, into
/// columns. `group` is printed one item a line, indented by `indent`.
void alignColumns(Group &group, std::uint32_t indent);

/// Whether a line may end behind `node`.
bool breaksBehind(const Node &node);

} // namespace pipelang::formatting
