// How large values are, and what reading large ones costs.
#include "compiler/eval/evaluator.h"

namespace pipelang::eval {
namespace {

constexpr std::uint64_t partBytes = 16; ///< Of anything: its name, quotes, a line of its own.

struct Weight {
  std::uint64_t operator()(const Text &text) const { return partBytes + text.text->size(); }
  std::uint64_t operator()(const List &list) const {
    std::uint64_t sum = partBytes;
    for (const Value &element : *list.elements)
      sum += weightOf(element);
    return sum;
  }
  std::uint64_t operator()(const Case &one) const {
    std::uint64_t sum = partBytes;
    for (const Value &field : *one.fields)
      sum += weightOf(field);
    return sum;
  }
  std::uint64_t operator()(const Map &map) const { return pairs(map.data->entries); }
  std::uint64_t operator()(const Record &record) const { return pairs(record.data->fields); }
  template <typename Other> std::uint64_t operator()(const Other &) const { return partBytes; }

private:
  static std::uint64_t weightOfKey(const Value &key) { return weightOf(key); }
  static std::uint64_t weightOfKey(const std::string &name) { return name.size(); }
  template <typename Pairs> static std::uint64_t pairs(const Pairs &all) {
    std::uint64_t sum = partBytes;
    for (const auto &[key, value] : all)
      sum += weightOfKey(key) + weightOf(value);
    return sum;
  }
};

} // namespace

std::uint64_t weightOf(const Value &value) {
  return value.weight != 0 ? value.weight : std::visit(Weight{}, value.node);
}

/// False: the value is too large to be used (reported). Whoever gets a large one may go through all of it, so
/// that costs steps.
bool Evaluator::weigh(Value &value, Span span) {
  const bool holds = value.is<List>() || value.is<Map>() || value.is<Record>() || value.is<Case>();
  if (!holds) return true;
  std::uint64_t weight = weightOf(value);
  if (weight > limits_.valueBytes) {
    if (!exhausted_) reporter_.report(span, diag::ValueTooLarge, limits_.valueBytes);
    exhausted_ = true;
    stepsLeft_ = 0;
    return false;
  }
  value.weight = static_cast<std::uint32_t>(weight);
  stepsLeft_ -= static_cast<std::int64_t>(weight >> 10);
  return true;
}

} // namespace pipelang::eval
