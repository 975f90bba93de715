#include "compiler/plan/fields.h"
#include "compiler/plan/json.h"
#include "compiler/plan/names.h"
#include "compiler/support/bounded_json.h"
#include "fmt/format.h"

namespace pipelang::plan {
namespace {

namespace json = llvm::json;

/// Fills Plan types from JSON. Keeps the first mistake, with its path; after it nothing is read.
class Reader {
public:
  llvm::Expected<Plan> readPlan(const json::Value &value) {
    Plan plan;
    if (const json::Object *object = asObject(value)) {
      checkFormat(*object);
      readMembers(*object, plan, {"format"});
    }
    if (failed()) return llvm::createStringError(llvm::inconvertibleErrorCode(), error_);
    return plan;
  }

private:
  /// Reads the members of one object and remembers which keys there are.
  struct Members {
    Reader &reader;
    const json::Object &object;
    std::set<std::string> known;

    template <typename T> void operator()(llvm::StringRef name, T &member) {
      known.insert(name.str());
      const json::Value *value = object.get(name);
      if constexpr (Optional<T>) {
        if (value) reader.at("." + name, *value, member.emplace());
      } else if (value) {
        reader.at("." + name, *value, member);
      } else if constexpr (MayBeEmpty<T>) {
        member = T{};
      } else {
        reader.fail("the key `" + name.str() + "` is missing");
      }
    }
  };

  bool failed() const { return !error_.empty(); }
  void fail(const std::string &what) {
    if (failed()) return;
    llvm::StringRef path = path_;
    path.consume_front(".");
    error_ = path.empty() ? what : path.str() + ": " + what;
  }
  template <typename T> void at(const llvm::Twine &segment, const json::Value &value, T &out) {
    if (failed()) return;
    std::size_t length = path_.size();
    path_ += segment.str();
    read(value, out);
    path_.resize(length);
  }
  const json::Object *asObject(const json::Value &value) {
    if (const json::Object *object = value.getAsObject()) return object;
    fail("must be an object");
    return nullptr;
  }
  const json::Array *asArray(const json::Value &value) {
    if (const json::Array *array = value.getAsArray()) return array;
    fail("must be a list");
    return nullptr;
  }

  void checkFormat(const json::Object &object) {
    std::optional<std::int64_t> version;
    if (auto found = object.getInteger("format")) version = *found;
    if (!version) return fail("not a plan: the key `format` is missing");
    if (*version != Plan::formatVersion)
      fail(fmt::format("format {} of the plan is not the format {} that this program reads", *version,
                       Plan::formatVersion));
  }

  template <typename T>
  void readMembers(const json::Object &object, T &structure, std::set<std::string> known) {
    if (failed()) return;
    Members members{*this, object, std::move(known)};
    fields(members, structure);
    refuseUnknown(object, members.known);
  }
  /// The alphabetically first key that is not in `known` is an error.
  void refuseUnknown(const json::Object &object, const std::set<std::string> &known) {
    std::set<std::string> unknown;
    for (const auto &entry : object)
      if (!known.count(entry.first.str())) unknown.insert(entry.first.str());
    if (!unknown.empty()) fail("unknown key `" + *unknown.begin() + "`");
  }

  void read(const json::Value &value, std::string &out) {
    if (auto text = value.getAsString())
      out = text->str();
    else
      fail("must be a string");
  }
  void read(const json::Value &value, bool &out) {
    if (auto truth = value.getAsBoolean())
      out = *truth;
    else
      fail("must be true or false");
  }
  std::int64_t readInteger(const json::Value &value, std::int64_t least, std::int64_t most) {
    auto number = value.getAsInteger();
    if (number && *number >= least && *number <= most) return *number;
    fail(fmt::format("must be an integer from {} to {}", least, most));
    return least;
  }
  void read(const json::Value &value, int &out) {
    out = static_cast<int>(readInteger(value, INT32_MIN, INT32_MAX));
  }
  template <typename Node> void read(const json::Value &value, Id<Node> &out) {
    out = Id<Node>(static_cast<std::size_t>(readInteger(value, 0, Id<Node>::none - 1)));
  }
  template <typename T>
  requires std::is_enum_v<T>
  void read(const json::Value &value, T &out) {
    auto text = value.getAsString();
    auto found = text ? enumFromName<T>(*text) : std::nullopt;
    if (found)
      out = *found;
    else
      fail("must be one of " + fmt::format("{}", fmt::join(enumNames<T>, ", ")));
  }

  void read(const json::Value &value, Duration &out) {
    readUnit(value, out.milliseconds, "a duration such as `5min`",
             [](Unit unit) { return millisecondsIn(unit); });
  }
  void read(const json::Value &value, Bytes &out) {
    readUnit(value, out.count, "a size such as `512MiB`", [](Unit unit) { return bytesIn(unit); });
  }
  void read(const json::Value &value, Percent &out) {
    readUnit(value, out.millionths, "a share such as `90%`", percentIn);
  }
  void read(const json::Value &value, Cpu &out) {
    readUnit(value, out.millis, "a processor share such as `500m`", cpuIn);
  }
  void read(const json::Value &value, Rate &out) {
    readUnit(value, out.perThousandHours, "a rate such as `200/s`", rateIn);
  }
  /// `sizeOf` says how many of the smallest unit are in one, 0 for a unit of another kind.
  template <typename SizeOf>
  void readUnit(const json::Value &value, std::int64_t &out, const char *what, SizeOf sizeOf) {
    llvm::StringRef text = value.getAsString().getValueOr("");
    std::size_t split = text.find_first_not_of("-0123456789.");
    std::optional<Unit> unit = unitFromText(text.substr(split));
    std::int64_t size = unit ? sizeOf(*unit) : 0;
    if (size == 0) return fail(std::string("must be ") + what);
    llvm::Expected<std::int64_t> count = scaleNumeral(text.take_front(split), size);
    if (count)
      out = *count;
    else
      fail(std::string("must be ") + what + ": " + llvm::toString(count.takeError()));
  }

  void read(const json::Value &value, Span &out) {
    if (value.getAsNull()) return;
    const json::Object *object = asObject(value);
    if (!object) return;
    auto number = [&](const char *key) {
      const json::Value *found = object->get(key);
      if (!found) fail(std::string("the key `") + key + "` is missing");
      return found ? readInteger(*found, 0, UINT32_MAX - 1) : 0;
    };
    out.file = Id<SourceFile>(static_cast<std::size_t>(number("file")));
    out.begin = static_cast<std::uint32_t>(number("begin"));
    out.end = static_cast<std::uint32_t>(number("end"));
    refuseUnknown(*object, {"file", "begin", "end"});
  }

  template <typename Add> void readList(const json::Value &value, Add add) {
    const json::Array *array = asArray(value);
    if (!array) return;
    for (std::size_t i = 0; i < array->size() && !failed(); ++i)
      add("[" + std::to_string(i) + "]", (*array)[i]);
  }
  template <typename T> void read(const json::Value &value, std::vector<T> &out) {
    readList(value, [&](const std::string &segment, const json::Value &element) {
      at(segment, element, out.emplace_back());
    });
  }
  template <typename T> void read(const json::Value &value, Table<T> &out) {
    readList(value, [&](const std::string &segment, const json::Value &element) {
      at(segment, element, out[out.add(T{})]);
    });
  }
  template <typename T> void read(const json::Value &value, std::set<T> &out) {
    readList(value, [&](const std::string &segment, const json::Value &element) {
      T one{};
      at(segment, element, one);
      if (!out.insert(one).second) fail("holds one element twice");
    });
  }
  void read(const json::Value &value, std::map<std::string, std::string> &out) {
    if (const json::Object *object = asObject(value))
      for (const auto &entry : *object)
        at("." + entry.first.str(), entry.second, out[entry.first.str()]);
  }
  void read(const json::Value &value, std::map<Target, std::vector<Action>> &out) {
    const json::Object *object = asObject(value);
    if (!object) return;
    for (const auto &entry : *object) {
      auto target = enumFromName<Target>(entry.first.str());
      if (!target) return fail("unknown key `" + entry.first.str() + "`");
      at("." + entry.first.str(), entry.second, out[*target]);
    }
  }
  void read(const json::Value &value, std::pair<std::string, std::vector<std::string>> &out) {
    const json::Object *object = asObject(value);
    if (!object) return;
    Members members{*this, *object, {}};
    members("name", out.first);
    members("values", out.second);
    refuseUnknown(*object, members.known);
  }

  template <typename... Kinds> void read(const json::Value &value, std::variant<Kinds...> &out) {
    const json::Object *object = asObject(value);
    if (!object) return;
    llvm::StringRef kind = object->getString("kind").getValueOr("");
    bool found =
        ((kind == kindName<Kinds> && (readMembers(*object, out.template emplace<Kinds>(), {"kind"}), true)) ||
         ...);
    if (!found)
      fail("`kind` must be one of " +
           fmt::format("{}", fmt::join(std::initializer_list<const char *>{kindName<Kinds>...}, ", ")));
  }

  void read(const json::Value &value, Value &out) {
    if (value.getAsNull()) return;
    if (auto truth = value.getAsBoolean())
      out.node = *truth;
    else if (auto number = value.getAsInteger())
      out.node = *number;
    else if (auto text = value.getAsString())
      out.node = text->str();
    else if (value.getAsArray())
      read(value, out.node.emplace<ValueList>());
    else if (const json::Object *object = value.getAsObject(); object && object->size() == 1)
      readTagged(object->begin()->first.str(), object->begin()->second, out);
    else
      fail("must be null, true, false, an integer, a string, a list or {\"unit\": \"text\"}");
  }
  void readTagged(llvm::StringRef tag, const json::Value &value, Value &out) {
    std::string segment = "." + tag.str();
    switch (enumFromName<ValueType>(tag).value_or(ValueType::None)) {
    case ValueType::Duration: return at(segment, value, out.node.emplace<Duration>());
    case ValueType::Bytes: return at(segment, value, out.node.emplace<Bytes>());
    case ValueType::Percent: return at(segment, value, out.node.emplace<Percent>());
    case ValueType::Cpu: return at(segment, value, out.node.emplace<Cpu>());
    case ValueType::Rate: return at(segment, value, out.node.emplace<Rate>());
    case ValueType::Version: return at(segment, value, out.node.emplace<VersionValue>().spelling);
    default: return fail("unknown kind of value `" + tag.str() + "`");
    }
  }

  void read(const json::Value &value, Document &out) {
    const json::Object *object = asObject(value);
    if (!object) return;
    if (const json::Value *node = object->get("value"))
      at(".value", *node, out.node);
    else
      fail("the key `value` is missing");
    if (const json::Value *origin = object->get("origin")) at(".origin", *origin, out.origin);
    if (const json::Value *comment = object->get("comment")) at(".comment", *comment, out.comment);
    refuseUnknown(*object, {"value", "origin", "comment"});
  }
  void read(const json::Value &value, Document::Node &out) {
    if (value.getAsNull()) return;
    if (auto truth = value.getAsBoolean())
      out = *truth;
    else if (auto number = value.getAsInteger())
      out = *number;
    else if (auto text = value.getAsString())
      out = text->str();
    else if (value.getAsArray())
      read(value, out.emplace<DocumentList>());
    else
      readMapOrDecimal(value, out);
  }
  void readMapOrDecimal(const json::Value &value, Document::Node &out) {
    const json::Object *object = value.getAsObject();
    if (!object || object->size() != 1) return fail("must be plain data, {\"map\": …} or {\"decimal\": …}");
    refuseUnknown(*object, {"map", "decimal"});
    if (const json::Value *decimal = object->get("decimal"))
      at(".decimal", *decimal, out.emplace<Document::Decimal>().spelling);
    else if (const json::Value *map = object->get("map"))
      at(".map", *map, out.emplace<DocumentMap>());
  }
  void read(const json::Value &value, std::pair<std::string, Document> &out) {
    const json::Array *entry = asArray(value);
    if (!entry) return;
    if (entry->size() != 2) return fail("must be a key and a value");
    at("[0]", (*entry)[0], out.first);
    at("[1]", (*entry)[1], out.second);
  }

  void read(const json::Value &value, Structure auto &structure) {
    if (const json::Object *object = asObject(value)) readMembers(*object, structure, {});
  }

  std::string path_; ///< `.nodes[3].node.steps[0]`
  std::string error_;
};

} // namespace

llvm::Expected<Plan> fromJsonUnchecked(llvm::StringRef text) {
  llvm::Expected<json::Value> value = parseBoundedJson(text, 400);
  if (!value) return value.takeError();
  return Reader().readPlan(*value);
}

llvm::Expected<Plan> fromJson(llvm::StringRef text) {
  llvm::Expected<Plan> plan = fromJsonUnchecked(text);
  if (!plan) return plan;
  if (llvm::Error error = validate(*plan)) return error;
  return plan;
}

} // namespace pipelang::plan
