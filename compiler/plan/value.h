// A value that is known now, as the Plan carries it. Every quantity keeps its unit.
#pragma once

#include "compiler/support/quantities.h"
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace pipelang::plan {

/// The kind of a value, for late expressions whose value is not there yet.
enum class ValueType {
  None,
  Bool,
  Int,
  String,
  Duration,
  Bytes,
  Percent,
  Cpu,
  Rate,
  Version,
  Outcome,
  List,
  Record
};

struct NoneValue {
  bool operator==(const NoneValue &) const = default;
};

struct Value;
using ValueList = std::vector<Value>;

/// Version is a struct of its own beside String so that 3.10 keeps its spelling and its order.
struct VersionValue {
  std::string spelling;
  bool operator==(const VersionValue &) const = default;
};

struct Value {
  std::variant<NoneValue, bool, std::int64_t, std::string, Duration, Bytes, Percent, Cpu, Rate, VersionValue,
               ValueList>
      node;

  ValueType type() const;
  /// As the language writes it, text without quotes: `90%`, `5min`, `3.10`, `true`.
  std::string toText() const;
  bool operator==(const Value &) const = default;
};

} // namespace pipelang::plan
