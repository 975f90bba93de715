// For clang 14 with libstdc++ 12 only, included before everything else (CMakeLists.txt): in C++20 that
// library's vector is constexpr, clang 14 then looks into members of vectors of unfinished types too early,
// and LLVM 14's JSON.h does not compile. Here the vector of that pair is an ordinary one, as in C++17.
#pragma once

#include <string>

#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 __fill_bits_a1 // its other declaration is constexpr already
#include <vector>
#undef __fill_a1
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR constexpr

/// What std::fill of a vector<bool> calls, under the name its first declaration has.
[[gnu::used]] inline void pipelangFillBits(std::_Bit_iterator first, std::_Bit_iterator last,
                                           const bool &value) asm("_ZSt9__fill_a1St13_Bit_iteratorS_RKb");
inline void pipelangFillBits(std::_Bit_iterator first, std::_Bit_iterator last, const bool &value) {
  std::__fill_bits_a1(first, last, value);
}
