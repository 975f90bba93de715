#include "runtime/gates/readers.h"
#include "runtime/gates/reader_list.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace pipelang::gates {

llvm::Error unreadable(const llvm::Twine &what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), what);
}

std::optional<std::int64_t> countFromText(llvm::StringRef text) {
  std::int64_t count = 0;
  if (text.empty() || text.front() == ',') return std::nullopt;
  for (char c : text) {
    if (c == ',') continue;
    if (c < '0' || c > '9') return std::nullopt;
    count = count > (INT64_MAX - 9) / 10 ? INT64_MAX : count * 10 + (c - '0');
  }
  return count;
}

std::int64_t sumOf(std::int64_t one, std::int64_t other) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(one, other, &sum) ? INT64_MAX : sum;
}

std::optional<Percent> shareOf(std::int64_t part, std::int64_t whole) {
  if (whole <= 0 || part < 0 || part > whole) return std::nullopt;
  return Percent{static_cast<std::int64_t>(__int128(part) * 100 * Percent::scale / whole)};
}

std::optional<Duration> durationFromMilliseconds(double milliseconds) {
  if (!(milliseconds >= 0) || milliseconds > 1e15) return std::nullopt; // also not a number
  // A float such as 500.00000000000006 is 500: what is lost is under a millionth of a millisecond.
  return Duration{static_cast<std::int64_t>(std::ceil(milliseconds - 1e-6))};
}

std::optional<Duration> durationFromSeconds(llvm::StringRef seconds) {
  std::string plain;
  for (char c : seconds.trim())
    if (c != ',') plain += c;
  double value = 0;
  if (plain.empty() || llvm::StringRef(plain).getAsDouble(value)) return std::nullopt;
  return durationFromMilliseconds(value * 1000);
}

namespace {
struct NamedReader {
  const char *name;
  Reader *read;
};
constexpr NamedReader readers[] = {
#define READER(NAME, FUNCTION, RECORD) {#NAME, FUNCTION},
#include "runtime/gates/readers.def"
};
} // namespace

llvm::Expected<Reading> readReport(llvm::StringRef reader, llvm::StringRef text) {
  auto found = llvm::find_if(readers, [&](const NamedReader &each) { return reader == each.name; });
  if (found == std::end(readers)) return unreadable("there is no reader `" + reader + "`");
  if (text.trim().empty() || text == "\xEF\xBB\xBF")
    return unreadable("the file is empty: the tool that should have written it did not finish");
  return found->read(text);
}

std::vector<std::string> readerNames() {
  std::vector<std::string> names;
  for (const NamedReader &reader : readers)
    names.push_back(reader.name);
  return names;
}

plan::Value fieldOf(const Reading &reading, llvm::StringRef field) {
  auto found = reading.find(field.str());
  return found == reading.end() ? plan::Value{} : found->second;
}

} // namespace pipelang::gates
