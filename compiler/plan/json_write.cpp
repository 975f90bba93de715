#include "compiler/plan/fields.h"
#include "compiler/plan/json.h"
#include "compiler/plan/names.h"
#include "fmt/format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pipelang::plan {
namespace {

/// Bytes that are no UTF-8 become U+FFFD: JSON cannot carry them.
std::string asUtf8(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

class Writer {
public:
  Writer(llvm::raw_ostream &out, unsigned indent) : json_(out, indent) {}

  void writePlan(const Plan &plan) {
    json_.objectBegin();
    json_.attribute("format", Plan::formatVersion);
    fields(*this, plan);
    json_.objectEnd();
  }

  /// One member of the object at hand. What is absent or empty is left out.
  template <typename T> void operator()(llvm::StringRef name, const T &value) {
    if constexpr (Optional<T>) {
      if (value) member(name, *value);
    } else if (!isEmpty(value)) {
      member(name, value);
    }
  }

private:
  template <typename T> void member(llvm::StringRef name, const T &value) {
    json_.attributeBegin(name);
    write(value);
    json_.attributeEnd();
  }
  void write(const std::string &text) { json_.value(asUtf8(text)); }
  void write(bool value) { json_.value(value); }
  void write(int value) { json_.value(value); }
  template <typename Node> void write(Id<Node> id) { json_.value(static_cast<std::int64_t>(id.index())); }
  template <typename T>
  requires std::is_enum_v<T>
  void write(T value) { json_.value(nameOf(value)); }
  void write(Quantity auto quantity) { json_.value(pipelang::toText(quantity)); }
  void write(Span span) {
    if (!span.valid()) return json_.value(nullptr);
    json_.rawValue(
        fmt::format(R"({{"file": {}, "begin": {}, "end": {}}})", span.file.index(), span.begin, span.end));
  }
  /// Lists of ids stay on one line.
  template <typename Node> void write(const std::vector<Id<Node>> &ids) {
    std::string text;
    for (Id<Node> id : ids)
      text += (text.empty() ? "" : ", ") + std::to_string(id.index());
    json_.rawValue("[" + text + "]");
  }
  template <typename T> void write(const std::vector<T> &list) { writeAll(list); }
  template <typename T> void write(const Table<T> &table) { writeAll(table); }
  template <typename T> void write(const std::set<T> &set) { writeAll(set); }
  template <typename List> void writeAll(const List &list) {
    json_.arrayBegin();
    for (const auto &element : list)
      write(element);
    json_.arrayEnd();
  }
  void write(const std::map<std::string, std::string> &map) {
    json_.objectBegin();
    for (const auto &[key, value] : map)
      json_.attribute(asUtf8(key), asUtf8(value));
    json_.objectEnd();
  }
  void write(const std::map<Target, std::vector<Action>> &bodies) {
    json_.objectBegin();
    for (const auto &[target, actions] : bodies)
      member(nameOf(target), actions); // one without actions too: it is there
    json_.objectEnd();
  }
  void write(const std::pair<std::string, std::vector<std::string>> &filter) {
    json_.objectBegin();
    (*this)("name", filter.first);
    (*this)("values", filter.second);
    json_.objectEnd();
  }

  template <typename... Kinds> void write(const std::variant<Kinds...> &variant) {
    std::visit(
        [&](const auto &alternative) {
          json_.objectBegin();
          json_.attribute("kind", kindName<std::decay_t<decltype(alternative)>>);
          fields(*this, alternative);
          json_.objectEnd();
        },
        variant);
  }

  void write(const Value &value) {
    std::visit([&](const auto &known) { writeKnown(known); }, value.node);
  }
  void writeKnown(const NoneValue &) { json_.value(nullptr); }
  void writeKnown(bool value) { json_.value(value); }
  void writeKnown(std::int64_t value) { json_.value(value); }
  void writeKnown(const std::string &text) { write(text); }
  void writeKnown(const ValueList &list) { writeAll(list); }
  void writeKnown(const VersionValue &version) { tagged(ValueType::Version, version.spelling); }
  template <typename Quantity> void writeKnown(const Quantity &quantity) {
    tagged(Value{quantity}.type(), pipelang::toText(quantity));
  }
  void tagged(ValueType type, const std::string &text) {
    json_.object([&] { json_.attribute(nameOf(type), asUtf8(text)); });
  }

  void write(const Document &document) {
    json_.objectBegin();
    json_.attributeBegin("value");
    std::visit([&](const auto &node) { writeNode(node); }, document.node);
    json_.attributeEnd();
    if (document.origin.valid()) (*this)("origin", document.origin);
    if (!document.comment.empty()) (*this)("comment", document.comment);
    json_.objectEnd();
  }
  void writeNode(std::monostate) { json_.value(nullptr); }
  void writeNode(bool value) { json_.value(value); }
  void writeNode(std::int64_t value) { json_.value(value); }
  void writeNode(const std::string &text) { write(text); }
  void writeNode(const Document::Decimal &decimal) {
    json_.object([&] { json_.attribute("decimal", asUtf8(decimal.spelling)); });
  }
  void writeNode(const DocumentList &list) { writeAll(list); }
  /// Pairs, not an object: the order of keys is part of a Document.
  void writeNode(const DocumentMap &map) {
    json_.object([&] {
      json_.attributeArray("map", [&] {
        for (const auto &entry : map)
          json_.array([&] {
            write(entry.first);
            write(entry.second);
          });
      });
    });
  }

  void write(const Structure auto &structure) {
    json_.objectBegin();
    fields(*this, structure);
    json_.objectEnd();
  }

  llvm::json::OStream json_;
};

} // namespace

void writeJson(const Plan &plan, llvm::raw_ostream &out, unsigned indent) {
  Writer(out, indent).writePlan(plan);
  out << '\n';
}

std::string toJson(const Plan &plan) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out.SetBuffered(); // LLVM's JSON goes out byte by byte
  writeJson(plan, out, 1);
  out.flush();
  return text;
}

} // namespace pipelang::plan
