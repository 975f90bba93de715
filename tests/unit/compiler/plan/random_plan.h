// Plans with every member filled at random: shape only, ids may point nowhere.
#pragma once

#include "compiler/plan/fields.h"
#include <random>

namespace pipelang::plan {

class RandomPlan {
public:
  explicit RandomPlan(unsigned seed) : random_(seed) {}
  Plan make() {
    Plan plan;
    fields(*this, plan);
    return plan;
  }

  template <typename T> void operator()(const char *, T &member) { fill(member); }

private:
  std::int64_t upTo(std::int64_t most) {
    return static_cast<std::int64_t>(random_() % static_cast<unsigned long>(most + 1));
  }
  /// Small numbers mostly, huge and negative ones sometimes.
  std::int64_t number() {
    switch (upTo(3)) {
    case 0: return upTo(10);
    case 1: return upTo(100'000);
    case 2: return -upTo(1'000'000);
    default: return static_cast<std::int64_t>(random_() >> 1);
    }
  }
  void fill(std::string &text) {
    static const char *const pieces[] = {"a",  "B", "0",    " ",        "\n", "\"",
                                         "\\", "é", "\x01", "${{ x }}", "😀",  "/"};
    for (std::int64_t n = upTo(4); n > 0; --n)
      text += pieces[upTo(std::size(pieces) - 1)];
  }
  void fill(bool &value) { value = upTo(1) != 0; }
  void fill(int &value) { value = static_cast<int>(number() % 100'000); }
  void fill(std::int64_t &value) { value = number(); }
  void fill(Duration &value) { value.milliseconds = upTo(1) ? upTo(100) * 1000 : upTo(INT32_MAX); }
  void fill(Bytes &value) { value.count = upTo(1) ? upTo(100) * 1024 : upTo(INT32_MAX); }
  void fill(Percent &value) { value.millionths = number() % 1'000'000'000; }
  void fill(Cpu &value) { value.millis = upTo(5000); }
  void fill(Rate &value) { value.perThousandHours = upTo(50'000'000); }
  void fill(VersionValue &value) { fill(value.spelling); }
  void fill(NoneValue &) {}
  void fill(std::monostate &) {}
  void fill(Document::Decimal &value) { fill(value.spelling); }
  template <typename N> void fill(Id<N> &id) { id = Id<N>(static_cast<std::size_t>(upTo(100))); }
  void fill(Span &span) {
    if (upTo(3) == 0) return;
    span = {Id<SourceFile>(static_cast<std::size_t>(upTo(3))), static_cast<std::uint32_t>(upTo(50)),
            static_cast<std::uint32_t>(upTo(5000))};
  }
  template <typename T>
  requires std::is_enum_v<T>
  void fill(T &value) { value = static_cast<T>(upTo(std::is_same_v<T, Deployment::Strategy> ? 0 : 2)); }
  void fill(Optional auto &value) {
    if (upTo(1)) fill(value.emplace());
  }
  template <typename T> void fill(std::vector<T> &list) {
    if (++depth_ < 6)
      for (std::int64_t n = upTo(3); n > 0; --n)
        fill(list.emplace_back());
    --depth_;
  }
  template <typename T> void fill(Table<T> &table) {
    for (std::int64_t n = upTo(6); n > 0; --n)
      fill(table[table.add(T{})]);
  }
  template <typename T> void fill(std::set<T> &set) {
    for (std::int64_t n = upTo(3); n > 0; --n)
      set.insert(static_cast<T>(upTo(4)));
  }
  template <typename K, typename V> void fill(std::map<K, V> &map) {
    for (std::int64_t n = upTo(2); n > 0; --n) {
      K key{};
      fill(key);
      fill(map[key]);
    }
  }
  template <typename A, typename B> void fill(std::pair<A, B> &pair) {
    fill(pair.first);
    fill(pair.second);
  }
  void fill(Value &value) { fill(value.node); }
  void fill(Document &document) {
    fill(document.node);
    fill(document.origin);
    fill(document.comment);
  }
  template <typename... Kinds> void fill(std::variant<Kinds...> &variant) {
    std::size_t wanted = static_cast<std::size_t>(upTo(sizeof...(Kinds) - 1)), index = 0;
    (void)((index++ == wanted && (fill(variant.template emplace<Kinds>()), true)) || ...);
  }
  void fill(Structure auto &structure) { fields(*this, structure); }

  std::mt19937_64 random_;
  int depth_ = 0;
};

} // namespace pipelang::plan
