#include "compiler/driver/show.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace pipelang::driver {

namespace {

using llvm::json::Array;
using llvm::json::Object;

class Shown {
public:
  explicit Shown(const Compilation &compilation) : compilation_(compilation) {}

  Array times() {
    Array all;
    for (const eval::Binding &one : merged()) {
      Object entry = named(one);
      entry["time"] = one.late ? "late" : "now";
      if (one.late) entry["because"] = one.lateBecause;
      all.push_back(std::move(entry));
    }
    return all;
  }

  Array labels() {
    Array all;
    for (const eval::Binding &one : merged()) {
      if (!one.labels.any()) continue;
      Object entry = named(one);
      addLabels(entry, one.labels);
      all.push_back(std::move(entry));
    }
    return all;
  }

  Array declassified() {
    std::map<Key, eval::Declassification> byPlace;
    for (const eval::Declassification &one : compilation_.notes.declassified) {
      auto [known, isNew] = byPlace.emplace(keyOf(one.place), one);
      if (!isNew) known->second.labels.join(one.labels);
    }
    Array all;
    for (const auto &[key, one] : byPlace) {
      Object entry{{"place", place(one.place)}, {"what", textOf(one.what)}, {"reason", utf8(one.reason)}};
      addLabels(entry, one.labels);
      all.push_back(std::move(entry));
    }
    return all;
  }

private:
  using Key = std::tuple<std::size_t, std::uint32_t, std::uint32_t>;

  static Key keyOf(Span span) { return {span.file.valid() ? span.file.index() : 0, span.begin, span.end}; }

  static std::string utf8(llvm::StringRef text) {
    return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
  }

  /// Each name once, in the order of the source.
  std::vector<eval::Binding> merged() const {
    std::map<Key, eval::Binding> byPlace;
    for (const eval::Binding &one : compilation_.notes.bindings) {
      auto [known, isNew] = byPlace.emplace(keyOf(one.place), one);
      if (isNew) continue;
      known->second.labels.join(one.labels);
      if (!known->second.late && one.late) known->second.lateBecause = one.lateBecause;
      known->second.late |= one.late;
    }
    std::vector<eval::Binding> all;
    for (auto &[key, one] : byPlace)
      all.push_back(std::move(one));
    return all;
  }

  std::string place(Span span) const {
    if (!span.valid()) return "";
    const SourceFile &file = compilation_.sources[span.file];
    Position position = file.position(span.begin);
    return utf8(file.name()) + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
  }

  std::string textOf(Span span) const {
    if (!span.valid()) return "";
    llvm::StringRef text = compilation_.sources[span.file].text();
    return utf8(text.slice(span.begin, span.end));
  }

  Object named(const eval::Binding &binding) const {
    return Object{{"place", place(binding.place)}, {"kind", binding.kind}, {"name", binding.name}};
  }

  void addLabels(Object &entry, const eval::Labels &labels) const {
    if (labels.untrusted) entry["untrusted"] = place(labels.untrustedAt);
    if (!labels.secret()) return;
    Array names;
    for (plan::SecretId secret : labels.secrets)
      names.push_back(compilation_.plan.secrets[secret].name);
    entry["secret"] = std::move(names);
  }

  const Compilation &compilation_;
};

std::string word(const Object &entry, llvm::StringRef key) {
  auto text = entry.getString(key);
  return text ? text->str() : std::string();
}

/// `, untrusted from ci.pipe:3:4`, `, secret token`
std::string labelWords(const Object &entry) {
  std::string text;
  if (entry.get("untrusted")) {
    std::string from = word(entry, "untrusted");
    text += from.empty() ? ", untrusted" : ", untrusted since " + from;
  }
  const Array *secrets = entry.getArray("secret");
  if (!secrets) return text;
  text += ", secret";
  for (const llvm::json::Value &secret : *secrets)
    text += " " + secret.getAsString()->str();
  return text;
}

std::string line(const Object &entry, llvm::StringRef what) {
  std::string text = word(entry, "place") + ": ";
  if (what == "declassified")
    return text + word(entry, "what") + labelWords(entry) + ": " + word(entry, "reason") + "\n";
  text += word(entry, "kind") + " " + word(entry, "name");
  if (what == "labels") return text + labelWords(entry) + "\n";
  text += ": " + word(entry, "time");
  std::string because = word(entry, "because");
  return text + (because.empty() ? "" : ", for " + because) + "\n";
}

} // namespace

std::string shown(const Compilation &compilation, llvm::StringRef what, bool json) {
  Shown found(compilation);
  Array all = what == "times" ? found.times() : what == "labels" ? found.labels() : found.declassified();
  if (json)
    return llvm::formatv("{0:2}", llvm::json::Value(Object{{"version", 1}, {what, std::move(all)}})).str() +
           "\n";
  std::string text;
  for (const llvm::json::Value &entry : all)
    text += line(*entry.getAsObject(), what);
  return text;
}

} // namespace pipelang::driver
