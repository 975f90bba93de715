#include "compiler/support/formats.h"
#include "fmt/format.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <array>
#include <optional>

namespace pipelang {

namespace {

struct CronField {
  const char *name;
  int least;
  int most;
  llvm::ArrayRef<const char *> names; ///< The first is `least`.
};

const char *const monthNames[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                  "jul", "aug", "sep", "oct", "nov", "dec"};
const char *const dayNames[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
const std::array<CronField, 5> cronFields{{{"minute", 0, 59, {}},
                                           {"hour", 0, 23, {}},
                                           {"day of the month", 1, 31, {}},
                                           {"month", 1, 12, monthNames},
                                           {"day of the week", 0, 7, dayNames}}};

/// The number that `text` is in this field; empty: it is none.
std::optional<int> cronNumber(const CronField &field, llvm::StringRef text) {
  for (std::size_t i = 0; i < field.names.size(); ++i)
    if (text.equals_insensitive(field.names[i])) return field.least + static_cast<int>(i);
  int number = 0;
  const bool digits = !text.empty() && llvm::all_of(text, llvm::isDigit);
  if (!digits || text.getAsInteger(10, number) || number < field.least || number > field.most)
    return std::nullopt;
  return number;
}

/// `*`, `5`, `1-5`, with or without `/2`.
std::string cronItemProblem(const CronField &field, llvm::StringRef item) {
  const auto notA = [&](llvm::StringRef text) {
    return fmt::format("`{}` is no {}: {} to {}", text.str(), field.name, field.least, field.most);
  };
  const auto [range, step] = item.split('/');
  if (range.size() != item.size()) {
    int width = 0;
    if (step.empty() || step.getAsInteger(10, width) || width < 1 || width > field.most)
      return fmt::format("`{}` is no step of {}s: 1 to {}", step.str(), field.name, field.most);
  }
  if (range == "*") return {};
  if (range.empty()) return fmt::format("the {} has an empty part", field.name);
  const auto [first, last] = range.split('-');
  const std::optional<int> from = cronNumber(field, first);
  if (!from) return notA(first);
  if (first.size() == range.size()) return {};
  const std::optional<int> to = cronNumber(field, last);
  if (!to) return notA(last);
  if (*from > *to) return fmt::format("the range `{}` of the {} runs backwards", range.str(), field.name);
  return {};
}

bool hasControl(llvm::StringRef text) {
  return llvm::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool isHexadecimal(llvm::StringRef text) {
  return llvm::all_of(text, [](char c) { return llvm::isDigit(c) || (c >= 'a' && c <= 'f'); });
}

std::string portProblem(llvm::StringRef port) {
  int number = 0;
  const bool digits = !port.empty() && llvm::all_of(port, llvm::isDigit);
  if (digits && !port.getAsInteger(10, number) && number >= 1 && number <= 65535) return {};
  return "`" + port.str() + "` is no port: 1 to 65535";
}

/// The name of an image without tag and digest.
std::string imageNameProblem(llvm::StringRef name) {
  const auto isFirst = [](llvm::StringRef part) {
    return part.contains('.') || part.contains(':') || part == "localhost";
  };
  bool first = true;
  while (true) {
    const auto [part, rest] = name.split('/');
    const bool registry = first && part.size() != name.size() && isFirst(part);
    if (registry && part.contains(':'))
      if (std::string problem = portProblem(part.split(':').second); !problem.empty()) return problem;
    if (part.empty()) return "a part of its name is empty";
    const auto allowed = [&](char c) {
      const bool lower = llvm::isDigit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-';
      return lower || (registry && (c == ':' || llvm::isAlpha(c)));
    };
    const auto *wrong = llvm::find_if_not(part, allowed);
    if (wrong != part.end() && llvm::isAlpha(*wrong))
      return fmt::format("`{}` has capital letters, which names of images have not", part.str());
    if (wrong != part.end()) return fmt::format("`{}` cannot stand in its name", *wrong);
    if (!llvm::isAlnum(part.front()) || !llvm::isAlnum(part.back()))
      return fmt::format("`{}` does not begin and end with a letter or digit", part.str());
    if (part.size() == name.size()) return {};
    name = rest;
    first = false;
  }
}

} // namespace

std::string cronProblem(llvm::StringRef text) {
  if (text.startswith("@")) return "it has five fields; `@daily` is written `0 0 * * *`";
  llvm::SmallVector<llvm::StringRef, 8> fields;
  text.split(fields, ' ', -1, false);
  if (fields.size() != cronFields.size())
    return fmt::format("it has five fields: minute, hour, day, month, weekday; here are {}", fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    llvm::SmallVector<llvm::StringRef, 8> items;
    fields[i].split(items, ',');
    for (llvm::StringRef item : items)
      if (std::string problem = cronItemProblem(cronFields[i], item); !problem.empty()) return problem;
  }
  return {};
}

std::string urlProblem(llvm::StringRef text) {
  if (hasControl(text) || text.contains(' '))
    return "a blank or control character is written `%20` and the like";
  const std::size_t colon = text.find("://");
  if (text.empty() || colon == llvm::StringRef::npos) return "it has no scheme; write `https://…`";
  const llvm::StringRef scheme = text.take_front(colon);
  const bool named = !scheme.empty() && llvm::isAlpha(scheme.front()) && llvm::all_of(scheme, [](char c) {
    return llvm::isAlnum(c) || c == '+' || c == '-' || c == '.';
  });
  if (!named) return "`" + scheme.str() + "` is no scheme";
  const llvm::StringRef behind = text.drop_front(colon + 3);
  llvm::StringRef host = behind.take_until([](char c) { return c == '/' || c == '?' || c == '#'; });
  if (host.contains('@')) host = host.rsplit('@').second;
  if (host.empty()) return scheme == "file" && behind.startswith("/") ? "" : "it names no host";
  const std::size_t bracket = host.find(']');
  if (host.startswith("[") && bracket == llvm::StringRef::npos) return "`[` of its host is never closed";
  llvm::StringRef port = host.startswith("[") ? host.drop_front(bracket + 1) : host;
  port = port.drop_front(std::min(port.find(':'), port.size()));
  if (port.consume_front(":"))
    if (std::string problem = portProblem(port); !problem.empty()) return problem;
  for (std::size_t at = text.find('%'); at != llvm::StringRef::npos; at = text.find('%', at + 1)) {
    const llvm::StringRef code = text.substr(at + 1, 2);
    if (code.size() != 2 || !llvm::all_of(code, [](char c) { return llvm::isHexDigit(c); }))
      return "`%` is followed by two hexadecimal digits";
  }
  return {};
}

std::string imageProblem(llvm::StringRef text) {
  if (text.empty()) return "it is empty";
  auto [name, digest] = text.split('@');
  const bool digested = name.size() != text.size();
  if (digested && !digest.consume_front("sha256:")) return "its digest does not begin with `sha256:`";
  if (digested && (digest.size() != 64 || !isHexadecimal(digest)))
    return fmt::format("its digest has {} characters, not 64 hexadecimal digits", digest.size());
  const std::size_t slash = name.rfind('/');
  const std::size_t colon = name.rfind(':');
  const bool tagged = colon != llvm::StringRef::npos && (slash == llvm::StringRef::npos || colon > slash);
  if (!tagged && !digested)
    return "it has no tag and no digest; write `" + text.take_front(100).str() +
           ":…`, or it is another image tomorrow";
  const llvm::StringRef tag = tagged ? name.drop_front(colon + 1) : "";
  if (tagged) name = name.take_front(colon);
  const bool goodTag =
      tag.size() <= 128 && !tag.startswith(".") && !tag.startswith("-") &&
      llvm::all_of(tag, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '-'; });
  if (tagged && (tag.empty() || !goodTag)) return "`" + tag.take_front(100).str() + "` is no tag";
  return imageNameProblem(name);
}

std::string gitRefProblem(llvm::StringRef text) {
  if (text.empty()) return "it is empty";
  if (hasControl(text)) return "it holds a control character";
  const std::size_t at = text.find_first_of(" ~^:?*[\\");
  if (at != llvm::StringRef::npos) return fmt::format("`{}` cannot stand in it", text[at]);
  for (const char *run : {"..", "@{", "//"})
    if (text.contains(run)) return fmt::format("`{}` cannot stand in it", run);
  if (text == "@" || text.startswith("-")) return "git would take it for something else";
  if (text.startswith("/") || text.endswith("/") || text.endswith("."))
    return "it begins or ends with `/` or `.`";
  for (llvm::StringRef rest = text; !rest.empty();) {
    const auto [part, behind] = rest.split('/');
    if (part.startswith(".") || part.endswith(".lock"))
      return fmt::format("`{}` is no part of a name", part.str());
    rest = behind;
  }
  return {};
}

std::string pathProblem(llvm::StringRef text) {
  if (text.empty()) return "it is empty";
  if (hasControl(text)) return "it holds a control character";
  if (text.contains('\\')) return "between its parts stands `/`";
  if (text.trim() != text) return "it begins or ends with a blank";
  return text.size() > 4096 ? "it is longer than 4096 bytes" : "";
}

std::string globProblem(llvm::StringRef text) {
  if (std::string problem = pathProblem(text); !problem.empty()) return problem;
  bool open = false;
  for (char c : text) {
    if (c == '[' && !open) open = true;
    if (c == ']') open = false;
    if (c == '/' && open) break;
  }
  return open ? "`[` is never closed" : "";
}

} // namespace pipelang
