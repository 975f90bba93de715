// Texts as code points: what the writers need to know about each.
#pragma once

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace pipelang {

/// `text` with every ill-formed byte replaced by U+FFFD.
std::string wellFormedUtf8(llvm::StringRef text);

/// Calls `visit` with each code point of well-formed `text` and its bytes.
void forEachCodePoint(llvm::StringRef text,
                      llvm::function_ref<void(std::uint32_t code, llvm::StringRef bytes)> visit);

/// Whether every reader and every terminal shows `code` as it stands: no control character, no line
/// break of any kind, no blank that looks like another, no noncharacter.
bool isPrintable(std::uint32_t code);

/// `comment` as one line: whatever is not printable becomes a space.
std::string commentLine(llvm::StringRef comment);

} // namespace pipelang
