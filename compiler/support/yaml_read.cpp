// YAML -> Document through yaml-cpp, by the rules of YAML 1.2: `on` and `no` are strings. The
// library's exceptions stop here.
#include "compiler/support/document.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/yaml.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <sstream>

namespace pipelang {

namespace {

/// Aliases may unfold to more than anybody wrote; these bounds stop that.
constexpr unsigned deepest = 200;
constexpr unsigned mostNodes = 1'000'000;

llvm::Error errorAt(const YAML::Mark &mark, const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), "line %d: %s", mark.line + 1,
                                 message.str().c_str());
}

bool isOneOf(llvm::StringRef text, llvm::ArrayRef<llvm::StringRef> words) {
  return llvm::is_contained(words, text);
}

/// `-12`, `0.5`, `1e3`: what YAML 1.2 takes for a decimal number.
bool isNumber(llvm::StringRef text) {
  if (!text.consume_front("-")) text.consume_front("+");
  llvm::StringRef whole = text.take_while(llvm::isDigit);
  text = text.drop_front(whole.size());
  llvm::StringRef fraction;
  if (text.consume_front(".")) {
    fraction = text.take_while(llvm::isDigit);
    text = text.drop_front(fraction.size());
  }
  if (whole.empty() && fraction.empty()) return false;
  if (!text.consume_front("e") && !text.consume_front("E")) return text.empty();
  if (!text.consume_front("-")) text.consume_front("+");
  return !text.empty() && llvm::all_of(text, llvm::isDigit);
}

/// A plain scalar by YAML 1.2's core schema.
Document resolvePlain(llvm::StringRef text) {
  if (isOneOf(text, {"", "~", "null", "Null", "NULL"})) return {};
  if (isOneOf(text, {"true", "True", "TRUE"})) return true;
  if (isOneOf(text, {"false", "False", "FALSE"})) return false;
  std::int64_t integer = 0;
  llvm::StringRef digits = text;
  if (digits.consume_front("0x") && !digits.getAsInteger(16, integer)) return integer;
  digits = text;
  if (digits.consume_front("0o") && !digits.getAsInteger(8, integer)) return integer;
  if (!isNumber(text)) return text;
  llvm::StringRef unsignedText = text.startswith("+") ? text.drop_front() : text;
  if (!unsignedText.getAsInteger(10, integer)) return integer;
  return Document::Decimal{unsignedText.str()};
}

/// The text of a scalar. The library makes the escapes `\N` and `\_` one byte each (0x85, 0xA0), which is no
/// UTF-8; what it was given is, so a byte that stands alone is one of those.
std::string textOf(const YAML::Node &scalar) {
  std::string text;
  llvm::StringRef rest = scalar.Scalar();
  for (std::size_t wrong = 0; !llvm::json::isUTF8(rest, &wrong); rest = rest.drop_front(wrong + 1)) {
    text += rest.take_front(wrong);
    text += {'\xC2', rest[wrong]};
  }
  return text + rest.str();
}

class YamlReader {
public:
  llvm::Expected<Document> read(const YAML::Node &node, unsigned depth) {
    if (depth > deepest) return errorAt(node.Mark(), "nested too deeply");
    if (++nodes_ > mostNodes) return errorAt(node.Mark(), "aliases unfold to too much");
    switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null: return Document();
    case YAML::NodeType::Scalar: return scalar(node);
    case YAML::NodeType::Sequence: return list(node, depth);
    case YAML::NodeType::Map: return map(node, depth);
    }
    llvm_unreachable("every type of YAML node is handled");
  }

private:
  static Document scalar(const YAML::Node &node) {
    if (node.Tag() == "?") return resolvePlain(node.Scalar());
    return textOf(node);
  }

  llvm::Expected<Document> list(const YAML::Node &node, unsigned depth) {
    Document list = Document::list();
    for (const YAML::Node &element : node) {
      auto document = read(element, depth + 1);
      if (!document) return document.takeError();
      list.push(std::move(*document));
    }
    return list;
  }

  llvm::Expected<Document> map(const YAML::Node &node, unsigned depth) {
    Document map = Document::map();
    for (const auto &entry : node) {
      if (!entry.first.IsScalar() && !entry.first.IsNull())
        return errorAt(entry.first.Mark(), "a key must be a text");
      std::string key = entry.first.IsNull() ? "null" : textOf(entry.first);
      if (map.find(key)) return errorAt(entry.first.Mark(), "the key `" + key + "` stands twice");
      auto document = read(entry.second, depth + 1);
      if (!document) return document.takeError();
      map.set(key, std::move(*document));
    }
    return map;
  }

  unsigned nodes_ = 0;
};

/// Where documents begin.
class Beginnings : public YAML::EventHandler {
public:
  std::vector<YAML::Mark> all;

  void OnDocumentStart(const YAML::Mark &mark) override { all.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark &, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark &, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark &, const std::string &, YAML::anchor_t, const std::string &) override {}
  void OnSequenceStart(const YAML::Mark &, const std::string &, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark &, const std::string &, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// The first two documents of `text`. Asking for all of them would never end where the text begins with a
/// comma: the library then finds another one that is empty, for ever.
std::vector<YAML::Mark> firstTwo(const std::string &text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Beginnings beginnings;
  while (beginnings.all.size() < 2 && parser.HandleNextDocument(beginnings)) {
  }
  return beginnings.all;
}

} // namespace

llvm::Expected<Document> readYaml(llvm::StringRef text) {
  const auto refuse = [text](std::size_t at, const char *what) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), "line %d: %s",
                                   static_cast<int>(text.take_front(at).count('\n')) + 1, what);
  };
  std::size_t wrong = 0;
  if (!llvm::json::isUTF8(text, &wrong)) return refuse(wrong, "this is no UTF-8");
  // No YAML has any (1.2, 5.1), and the library would guess another encoding.
  if (const std::size_t at = text.find('\0'); at != llvm::StringRef::npos) return refuse(at, "a NUL byte");
  try {
    std::vector<YAML::Mark> documents = firstTwo(text.str());
    if (documents.empty()) return Document();
    if (documents.size() > 1) return errorAt(documents[1], "a second document begins");
    return YamlReader().read(YAML::Load(text.str()), 0);
  } catch (const YAML::Exception &e) { // stops here
    return errorAt(e.mark, e.msg);
  }
}

} // namespace pipelang
