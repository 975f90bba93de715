#include "compiler/eval/value.h"
#include "compiler/plan/evaluate.h"
#include <algorithm>

namespace pipelang::eval {

void Labels::join(const Labels &other) {
  if (other.untrusted && !untrusted) {
    untrusted = true;
    untrustedAt = other.untrustedAt;
  }
  if (other.secrets.empty()) return;
  if (secrets.empty()) secretAt = other.secretAt;
  std::vector<plan::SecretId> all;
  std::set_union(secrets.begin(), secrets.end(), other.secrets.begin(), other.secrets.end(),
                 std::back_inserter(all));
  secrets = std::move(all);
}

const std::string &Value::text() const {
  static const std::string none;
  const Text *known = as<Text>();
  return known ? *known->text : none;
}

const Value *RecordData::find(llvm::StringRef name) const {
  for (const auto &[field, value] : fields)
    if (field == name) return &value;
  return nullptr;
}

Labels allLabels(const Value &value) {
  Labels labels = value.labels;
  if (const List *list = value.as<List>())
    for (const Value &element : *list->elements)
      labels.join(allLabels(element));
  if (const Map *map = value.as<Map>())
    for (const auto &[key, element] : map->data->entries) {
      labels.join(allLabels(key));
      labels.join(allLabels(element));
    }
  if (const Record *record = value.as<Record>())
    for (const auto &[name, field] : record->data->fields)
      labels.join(allLabels(field));
  if (const Case *one = value.as<Case>())
    for (const Value &field : *one->fields)
      labels.join(allLabels(field));
  return labels;
}

namespace {
template <typename Pairs, typename SameKey>
bool equalPairs(const Pairs &left, const Pairs &right, SameKey sameKey) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](const auto &a, const auto &b) {
    return sameKey(a.first, b.first) && equal(a.second, b.second);
  });
}

struct Equal {
  bool operator()(const Text &a, const Text &b) const { return a.text == b.text || *a.text == *b.text; }
  bool operator()(const List &a, const List &b) const {
    return std::equal(a.elements->begin(), a.elements->end(), b.elements->begin(), b.elements->end(), equal);
  }
  bool operator()(const Map &a, const Map &b) const {
    return equalPairs(a.data->entries, b.data->entries, equal);
  }
  bool operator()(const Record &a, const Record &b) const {
    return equalPairs(a.data->fields, b.data->fields, std::equal_to<std::string>());
  }
  bool operator()(const EnumCase &a, const EnumCase &b) const { return a.symbol == b.symbol; }
  bool operator()(const Case &a, const Case &b) const {
    return a.symbol == b.symbol &&
           std::equal(a.fields->begin(), a.fields->end(), b.fields->begin(), b.fields->end(), equal);
  }
  bool operator()(const OutcomeCase &a, const OutcomeCase &b) const { return a.outcome == b.outcome; }
  bool operator()(const Late &a, const Late &b) const { return a.expr == b.expr; }
  bool operator()(const NodeRef &a, const NodeRef &b) const { return a.node == b.node; }
  bool operator()(const TextFile &a, const TextFile &b) const { return a.path == b.path; }
  bool operator()(const plan::VersionValue &a, const plan::VersionValue &b) const {
    return compareVersions(a.spelling, b.spelling) == 0 && a.spelling == b.spelling;
  }
  template <typename A, typename B> bool operator()(const A &a, const B &b) const {
    if constexpr (std::is_same_v<A, B> && std::equality_comparable<A>) return a == b;
    return false;
  }
};
} // namespace

bool equal(const Value &left, const Value &right) {
  return std::visit(Equal{}, left.node, right.node);
}

std::optional<plan::Value> toPlan(const sema::Program &program, const Value &value) {
  return std::visit(
      [&](const auto &node) -> std::optional<plan::Value> {
        using Node = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, Text>) {
          return plan::Value{*node.text};
        } else if constexpr (std::is_same_v<Node, EnumCase>) {
          return plan::Value{program.symbols[node.symbol].name};
        } else if constexpr (std::is_same_v<Node, OutcomeCase>) {
          return plan::Value{plan::toText(node.outcome).str()};
        } else if constexpr (std::is_same_v<Node, List>) {
          plan::ValueList elements;
          for (const Value &element : *node.elements) {
            std::optional<plan::Value> converted = toPlan(program, element);
            if (!converted) return std::nullopt;
            elements.push_back(std::move(*converted));
          }
          return plan::Value{std::move(elements)};
        } else if constexpr (std::is_constructible_v<decltype(plan::Value::node), Node> &&
                             !std::is_same_v<Node, Nothing> && !std::is_same_v<Node, ErrorValue>) {
          return plan::Value{node};
        } else {
          return std::nullopt;
        }
      },
      value.node);
}

std::optional<std::string> toText(const sema::Program &program, const Value &value) {
  if (value.is<List>() || value.is<plan::NoneValue>()) return std::nullopt;
  std::optional<plan::Value> converted = toPlan(program, value);
  if (!converted) return std::nullopt;
  return converted->toText();
}

} // namespace pipelang::eval
