#include "compiler/backends/header.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

namespace pipelang::backends {

static std::string sha256(llvm::StringRef text) {
  auto digest = llvm::SHA256::hash(llvm::arrayRefFromStringRef(text));
  return llvm::toHex(digest, /*LowerCase=*/true);
}

RenderedText withHeader(const plan::Plan &plan, const RenderedText &content, Span origin) {
  // The file's name alone: the same source gives the same bytes wherever it lies.
  std::string source = plan.name + ".pipe";
  RenderedText text;
  text.text = "# Generated from " + source + ": edit that, not this.\n" +
              "# Content: sha256:" + sha256(content.text) + "\n" + "# Regenerate: pipec build " + source +
              "\n\n" + content.text;
  text.lineOrigins.assign(4, origin);
  text.lineOrigins.insert(text.lineOrigins.end(), content.lineOrigins.begin(), content.lineOrigins.end());
  return text;
}

llvm::StringRef withoutHeader(llvm::StringRef text) {
  if (!text.startswith("# Generated from ")) return text;
  return text.drop_front(std::min(text.size(), text.find("\n\n"))).ltrim('\n');
}

} // namespace pipelang::backends
