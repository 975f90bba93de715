#include "compiler/plan/value.h"
#include "llvm/Support/ErrorHandling.h"

namespace pipelang::plan {

ValueType Value::type() const {
  static constexpr ValueType types[] = {ValueType::None,    ValueType::Bool,     ValueType::Int,
                                        ValueType::String,  ValueType::Duration, ValueType::Bytes,
                                        ValueType::Percent, ValueType::Cpu,      ValueType::Rate,
                                        ValueType::Version, ValueType::List};
  static_assert(std::size(types) == std::variant_size_v<decltype(node)>);
  return types[node.index()];
}

namespace {
struct ToText {
  std::string operator()(const NoneValue &) const { return "none"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string &value) const { return value; }
  std::string operator()(const VersionValue &value) const { return value.spelling; }
  std::string operator()(const ValueList &values) const {
    std::string text = "[";
    for (const Value &value : values)
      text += (text.size() > 1 ? ", " : "") + value.toText();
    return text + "]";
  }
  template <typename Quantity> std::string operator()(const Quantity &value) const {
    return pipelang::toText(value);
  }
};
} // namespace

std::string Value::toText() const {
  return std::visit(ToText{}, node);
}

} // namespace pipelang::plan
