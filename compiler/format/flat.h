// Things on one line: how wide they are, and how they look.
#pragma once

#include "compiler/format/tree.h"

namespace pipelang::formatting {

/// Sets `width` and `forced` from what is inside.
void measure(Item &item);
void measure(Node &group);

/// Appends `item` as it stands on one line, without its comments.
void flatten(const Item &item, std::string &text);
void flatten(const Node &node, std::string &text);
/// With the space that belongs in front of node `at`.
void flatten(const Item &item, std::size_t at, std::string &text);

/// The columns node `at` of `item` takes on one line, the space in front of it included.
std::uint32_t widthAt(const Item &item, std::size_t at);

} // namespace pipelang::formatting
