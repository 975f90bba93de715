// Numbers that carry their unit. Each is exact: an integer of a smallest unit, never a double.
// Reading (`5min`) and writing (`300s`, `5min`) are here too; lowering to a target's spelling is the
// backend's. Read next: compiler/plan/value.h.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pipelang {

/// A span of time in whole milliseconds, 0 or more. Units: ms, s, min, h, d.
struct Duration {
  std::int64_t milliseconds = 0;
  static constexpr Duration fromMilliseconds(std::int64_t n) { return Duration{n}; }
  static constexpr Duration fromSeconds(std::int64_t n) { return Duration{n * 1000}; }
  static constexpr Duration fromMinutes(std::int64_t n) { return Duration{n * 60000}; }
  auto operator<=>(const Duration &) const = default;
};

/// A size in bytes, 0 or more. Units: B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (1024).
struct Bytes {
  std::int64_t count = 0;
  auto operator<=>(const Bytes &) const = default;
};

/// A share in millionths of a percent: 90 % is 90'000'000. May be over 100 % or negative (a change).
struct Percent {
  std::int64_t millionths = 0;
  static constexpr std::int64_t scale = 1'000'000;
  static constexpr Percent whole(std::int64_t percent) { return Percent{percent * scale}; }
  auto operator<=>(const Percent &) const = default;
};

/// Processor share in thousandths of a core: `500m` is 500, `2cpu` is 2000.
struct Cpu {
  std::int64_t millis = 0;
  auto operator<=>(const Cpu &) const = default;
};

/// Events per time, in events per 1000 hours, so that `1/h`, `100/min` and `200/s` are all exact.
struct Rate {
  std::int64_t perThousandHours = 0;
  static constexpr std::int64_t perHour = 1000;
  static constexpr std::int64_t perMinute = 60 * perHour;
  static constexpr std::int64_t perSecond = 60 * perMinute;
  auto operator<=>(const Rate &) const = default;
};

/// A version as written, ordered by its numeric parts: `3.9` < `3.10`; `3.1` is not `3.10`.
struct Version {
  std::string spelling;
};
std::strong_ordering compareVersions(llvm::StringRef left, llvm::StringRef right);

/// What a literal's unit may be. `none` for a bare numeral.
enum class Unit {
  None,
  Ms,
  S,
  Min,
  H,
  D,
  B,
  KB,
  MB,
  GB,
  TB,
  KiB,
  MiB,
  GiB,
  TiB,
  Percent,
  Milli,
  Cpu,
  PerS,
  PerMin,
  PerH
};

/// The unit spelled `text` (`min`, `MiB`, `%`, `m`, `/s`, …), if there is one.
std::optional<Unit> unitFromText(llvm::StringRef text);

/// A decimal numeral times `unitSize`, exactly. Error: not a numeral, a fraction of the smallest unit,
/// or out of range (says which).
llvm::Expected<std::int64_t> scaleNumeral(llvm::StringRef numeral, std::int64_t unitSize);

/// The smallest units in one of `unit`: milliseconds, bytes, millionths of a percent, thousandths of a core,
/// events per 1000 hours; 0 for units of another kind.
std::int64_t millisecondsIn(Unit unit);
std::int64_t bytesIn(Unit unit);
std::int64_t percentIn(Unit unit);
std::int64_t cpuIn(Unit unit);
std::int64_t rateIn(Unit unit);

/// The shortest exact spelling in the language: `90s`, `5min`, `512MiB`, `90%`, `500m`, `200/s`.
std::string toText(Duration duration);
std::string toText(Bytes bytes);
std::string toText(Percent percent);
std::string toText(Cpu cpu);
std::string toText(Rate rate);

} // namespace pipelang
