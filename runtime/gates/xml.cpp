#include "runtime/gates/xml.h"
#include "runtime/gates/reader_list.h"
#include <expat.h>
#include <memory>

namespace pipelang::gates {

static llvm::StringRef withoutPrefix(llvm::StringRef name) {
  return name.contains(':') ? name.rsplit(':').second : name;
}

std::optional<llvm::StringRef> XmlAttributes::get(llvm::StringRef name) const {
  for (const char **pair = pairs_; *pair; pair += 2)
    if (withoutPrefix(*pair) == name) return llvm::StringRef(pair[1]);
  return std::nullopt;
}

namespace {

struct Stream {
  XML_Parser parser;
  XmlHandler &handler;
  unsigned depth = 0;

  void stopOnFailure() {
    if (!handler.failure().empty()) XML_StopParser(parser, XML_FALSE);
  }
};

void onStart(void *data, const XML_Char *name, const XML_Char **attributes) {
  auto &stream = *static_cast<Stream *>(data);
  if (!stream.handler.failure().empty()) return;
  stream.handler.start(withoutPrefix(name), XmlAttributes(attributes), stream.depth++);
  stream.stopOnFailure();
}

void onEnd(void *data, const XML_Char *name) {
  auto &stream = *static_cast<Stream *>(data);
  if (!stream.handler.failure().empty()) return;
  stream.handler.end(withoutPrefix(name), --stream.depth);
  stream.stopOnFailure();
}

/// Called for internal and external entities alike, before any is used.
void onEntity(void *data, const XML_Char *, int, const XML_Char *, int, const XML_Char *, const XML_Char *,
              const XML_Char *, const XML_Char *) {
  auto &stream = *static_cast<Stream *>(data);
  stream.handler.fail("the document declares entities, which no report needs");
  stream.stopOnFailure();
}

} // namespace

llvm::Error readXml(llvm::StringRef text, XmlHandler &handler) {
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), &XML_ParserFree);
  Stream stream{parser.get(), handler};
  XML_SetUserData(parser.get(), &stream);
  XML_SetElementHandler(parser.get(), onStart, onEnd);
  XML_SetEntityDeclHandler(parser.get(), onEntity);
  constexpr std::size_t chunk = std::size_t(1) << 20; // expat counts in int
  bool good = true;
  for (std::size_t at = 0; good && at <= text.size(); at += chunk) {
    llvm::StringRef part = text.substr(at, chunk);
    bool last = at + chunk >= text.size();
    good = XML_Parse(parser.get(), part.data(), static_cast<int>(part.size()), last) == XML_STATUS_OK;
    if (last) break;
  }
  if (good) return llvm::Error::success();
  std::string line = "line " + std::to_string(XML_GetCurrentLineNumber(parser.get())) + ": ";
  if (!handler.failure().empty()) return unreadable(line + handler.failure());
  return unreadable(line + "not XML: " + XML_ErrorString(XML_GetErrorCode(parser.get())));
}

} // namespace pipelang::gates
