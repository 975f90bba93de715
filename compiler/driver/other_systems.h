// Words that people bring along from other systems: what they are called here.
#pragma once

#include "compiler/support/diagnostics.h"

namespace pipelang::driver {

/// Of all that was found, in the order of its places: where a line begins with such a word, one message that
/// says what to write instead, and, where the rest of the line shows it, a fix. What was made of the word,
/// and of what stands below it, is left out.
Diagnostics inOurWords(const Diagnostics &all, const Sources &sources);

} // namespace pipelang::driver
