#include "compiler/support/quantities.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include <array>
#include <limits>
#include <utility>

namespace pipelang {

std::optional<Unit> unitFromText(llvm::StringRef text) {
  return llvm::StringSwitch<std::optional<Unit>>(text)
      .Case("", Unit::None)
      .Case("ms", Unit::Ms)
      .Case("s", Unit::S)
      .Case("min", Unit::Min)
      .Case("h", Unit::H)
      .Case("d", Unit::D)
      .Case("B", Unit::B)
      .Case("kB", Unit::KB)
      .Case("MB", Unit::MB)
      .Case("GB", Unit::GB)
      .Case("TB", Unit::TB)
      .Case("KiB", Unit::KiB)
      .Case("MiB", Unit::MiB)
      .Case("GiB", Unit::GiB)
      .Case("TiB", Unit::TiB)
      .Case("%", Unit::Percent)
      .Case("m", Unit::Milli)
      .Case("cpu", Unit::Cpu)
      .Case("/s", Unit::PerS)
      .Case("/min", Unit::PerMin)
      .Case("/h", Unit::PerH)
      .Default(std::nullopt);
}

static llvm::Error numeralError(const char *what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), what);
}

llvm::Expected<std::int64_t> scaleNumeral(llvm::StringRef numeral, std::int64_t unitSize) {
  bool negative = numeral.consume_front("-");
  auto [whole, fraction] = numeral.split('.');
  if (whole.empty()) return numeralError("not a number");
  __int128 total = 0;
  __int128 divisor = 1;
  constexpr __int128 limit = std::numeric_limits<std::int64_t>::max();
  for (llvm::StringRef digits : {whole, fraction}) {
    for (char digit : digits) {
      if (digit == '_') continue;
      if (digit < '0' || digit > '9') return numeralError("not a number");
      total = total * 10 + (digit - '0');
      if (digits.data() == fraction.data()) divisor *= 10;
      if (total > limit || divisor > limit) return numeralError("out of range");
    }
  }
  total *= unitSize; // both factors fit 64 bits, so the product fits 128
  if (total % divisor != 0) return numeralError("not a whole number of the smallest unit");
  total /= divisor;
  if (total > limit) return numeralError("out of range");
  return static_cast<std::int64_t>(negative ? -total : total);
}

std::int64_t millisecondsIn(Unit unit) {
  switch (unit) {
  case Unit::Ms: return 1;
  case Unit::S: return 1000;
  case Unit::Min: return 60'000;
  case Unit::H: return 3'600'000;
  case Unit::D: return 86'400'000;
  default: return 0;
  }
}

std::int64_t bytesIn(Unit unit) {
  switch (unit) {
  case Unit::B: return 1;
  case Unit::KB: return 1000;
  case Unit::MB: return 1'000'000;
  case Unit::GB: return 1'000'000'000;
  case Unit::TB: return 1'000'000'000'000;
  case Unit::KiB: return std::int64_t(1) << 10;
  case Unit::MiB: return std::int64_t(1) << 20;
  case Unit::GiB: return std::int64_t(1) << 30;
  case Unit::TiB: return std::int64_t(1) << 40;
  default: return 0;
  }
}

std::int64_t percentIn(Unit unit) {
  return unit == Unit::Percent ? Percent::scale : 0;
}

std::int64_t cpuIn(Unit unit) {
  return unit == Unit::Milli ? 1 : unit == Unit::Cpu ? 1000 : 0;
}

std::int64_t rateIn(Unit unit) {
  switch (unit) {
  case Unit::PerS: return Rate::perSecond;
  case Unit::PerMin: return Rate::perMinute;
  case Unit::PerH: return Rate::perHour;
  default: return 0;
  }
}

/// `count` in the largest of `units` (largest first) that divides it.
template <std::size_t N>
static std::string inLargest(std::int64_t count,
                             const std::array<std::pair<std::int64_t, const char *>, N> &units) {
  for (auto [size, name] : units)
    if (count % size == 0 && (count != 0 || size == units.back().first))
      return std::to_string(count / size) + name;
  llvm_unreachable("the last unit is 1");
}

/// `count` / 10^`digits` as a decimal without trailing zeros.
static std::string asDecimal(std::int64_t count, unsigned digits) {
  std::string text = std::to_string(count < 0 ? -count : count);
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  text.insert(text.size() - digits, ".");
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return count < 0 ? "-" + text : text;
}

std::string toText(Duration duration) {
  return inLargest(duration.milliseconds,
                   std::array<std::pair<std::int64_t, const char *>, 5>{
                       {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "min"}, {1000, "s"}, {1, "ms"}}});
}

/// In the unit that needs the smallest number: `512MB`, `512MiB`.
std::string toText(Bytes bytes) {
  static constexpr std::array<std::pair<Unit, const char *>, 9> units{{{Unit::TiB, "TiB"},
                                                                       {Unit::TB, "TB"},
                                                                       {Unit::GiB, "GiB"},
                                                                       {Unit::GB, "GB"},
                                                                       {Unit::MiB, "MiB"},
                                                                       {Unit::MB, "MB"},
                                                                       {Unit::KiB, "KiB"},
                                                                       {Unit::KB, "kB"},
                                                                       {Unit::B, "B"}}};
  for (auto [unit, name] : units)
    if (bytes.count % bytesIn(unit) == 0 && (bytes.count != 0 || unit == Unit::B))
      return std::to_string(bytes.count / bytesIn(unit)) + name;
  llvm_unreachable("the last unit is 1");
}

std::string toText(Percent percent) {
  return asDecimal(percent.millionths, 6) + "%";
}

std::string toText(Cpu cpu) {
  if (cpu.millis % 1000 == 0) return std::to_string(cpu.millis / 1000) + "cpu";
  return std::to_string(cpu.millis) + "m";
}

std::string toText(Rate rate) {
  const std::int64_t count = rate.perThousandHours;
  if (count % Rate::perSecond == 0) return std::to_string(count / Rate::perSecond) + "/s";
  if (count % Rate::perMinute == 0) return std::to_string(count / Rate::perMinute) + "/min";
  return asDecimal(count, 3) + "/h";
}

std::strong_ordering compareVersions(llvm::StringRef left, llvm::StringRef right) {
  while (!left.empty() || !right.empty()) {
    auto [leftPart, leftRest] = left.split('.');
    auto [rightPart, rightRest] = right.split('.');
    unsigned long long leftNumber = 0, rightNumber = 0;
    bool numeric = !leftPart.getAsInteger(10, leftNumber) && !rightPart.getAsInteger(10, rightNumber);
    auto order = numeric ? leftNumber <=> rightNumber : leftPart.compare_numeric(rightPart) <=> 0;
    if (order != 0) return order;
    left = leftRest;
    right = rightRest;
  }
  return std::strong_ordering::equal;
}

} // namespace pipelang
