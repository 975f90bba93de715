// The readers of readers.def as functions, and what they share.
#pragma once

#include "runtime/gates/readers.h"
#include "llvm/ADT/Twine.h"
#include <optional>

namespace pipelang::gates {

/// Reads the whole of a report. Not called with an empty text.
using Reader = llvm::Expected<Reading>(llvm::StringRef text);

#define READER(NAME, FUNCTION, RECORD) Reader FUNCTION;
#include "runtime/gates/readers.def"

/// What is wrong with a report. Never quotes what may be a secret: only names, places and short words.
llvm::Error unreadable(const llvm::Twine &what);

/// A count in decimal digits, commas between thousands allowed; more than fits is the largest one.
/// None: anything else, also a sign.
std::optional<std::int64_t> countFromText(llvm::StringRef text);
/// The sum of two numbers that are not negative; the largest there is where it is larger.
std::int64_t sumOf(std::int64_t one, std::int64_t other);
/// `part` of `whole`, rounded down so that a bound is never reached by rounding. None: `whole` is 0, or
/// `part` more.
std::optional<Percent> shareOf(std::int64_t part, std::int64_t whole);
/// Milliseconds, rounded up so that a bound is never kept by rounding. None: negative or no number.
std::optional<Duration> durationFromMilliseconds(double milliseconds);
/// Seconds as decimal text: `0.25`, `1,234.5`, `1e-3`.
std::optional<Duration> durationFromSeconds(llvm::StringRef seconds);

} // namespace pipelang::gates
