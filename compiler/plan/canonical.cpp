#include "compiler/plan/canonical.h"
#include "compiler/plan/fields.h"
#include "fmt/format.h"

namespace pipelang::plan {
namespace {

class Canonical {
public:
  explicit Canonical(const Plan &plan) : plan_(plan) {}

  std::string text;

  /// One member of the structure at hand.
  template <typename T> void operator()(llvm::StringRef name, const T &value) {
    text += name;
    text += '=';
    write(value);
    text += ';';
  }

  void write(const Structure auto &structure) {
    text += '{';
    fields(*this, structure);
    text += '}';
  }

private:
  void write(const Optional auto &value) {
    if (value) write(*value);
  }
  void write(const std::string &value) { text += fmt::format("{}:{}", value.size(), value); }
  void write(bool value) { text += value ? '1' : '0'; }
  void write(int value) { text += std::to_string(value); }
  template <typename T>
  requires std::is_enum_v<T>
  void write(T value) { text += std::to_string(static_cast<int>(value)); }
  void write(Quantity auto quantity) { text += pipelang::toText(quantity); }
  void write(Span) {} // where it stands
  void write(const Value &value) {
    text += std::to_string(value.node.index());
    write(value.toText());
  }
  void write(const Document &document);

  /// Parts may be shared: each is written once, and stands by its number after that.
  void write(ExprId id) {
    const auto [known, isNew] = numbers_.emplace(id, numbers_.size());
    text += fmt::format("#{}", known->second);
    if (isNew) write(plan_.exprs[id]);
  }
  void write(NodeId id) { write(plan_.nodes[id].name); }
  void write(OutputId id) {
    write(plan_.outputs[id].job);
    write(plan_.outputs[id].name);
  }
  void write(ServiceId id) { write(plan_.services[id].name); }
  void write(SecretId id) { write(plan_.secrets[id].name); }
  void write(Id<Param> id) { write(plan_.params[id].name); }
  void write(Id<Matrix> id) { write(plan_.matrices[id].name); }
  void write(EnvironmentId id) { write(plan_.environments[id]); }
  void write(StepId id) { write(plan_.steps[id]); }
  /// A job's own, not references to another's.
  void write(const std::vector<OutputId> &own) {
    for (const OutputId id : own)
      write(plan_.outputs[id]);
  }
  void write(const std::vector<ServiceId> &own) {
    for (const ServiceId id : own)
      write(plan_.services[id]);
  }
  template <typename T> void write(const std::vector<T> &list) { writeAll(list); }
  template <typename T> void write(const std::set<T> &set) { writeAll(set); }
  template <typename K, typename V> void write(const std::map<K, V> &map) { writeAll(map); }
  template <typename A, typename B> void write(const std::pair<A, B> &pair) {
    write(pair.first);
    text += ':';
    write(pair.second);
  }
  template <typename List> void writeAll(const List &list) {
    text += '[';
    for (const auto &element : list) {
      write(element);
      text += ',';
    }
    text += ']';
  }
  template <typename... Kinds> void write(const std::variant<Kinds...> &variant) {
    text += std::to_string(variant.index());
    std::visit([&](const auto &alternative) { write(alternative); }, variant);
  }

  const Plan &plan_;
  std::map<ExprId, std::size_t> numbers_;
};

/// Only `raw` has one, and no run here reads it.
void Canonical::write(const Document &) {}

} // namespace

std::string canonicalText(const Plan &plan, NodeId node) {
  Canonical canonical(plan);
  canonical.write(plan.nodes[node]);
  return std::move(canonical.text);
}

} // namespace pipelang::plan
