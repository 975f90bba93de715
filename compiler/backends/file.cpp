// `emit file`: a Document in the format asked for.
#include "compiler/backends/backend.h"
#include "compiler/backends/header.h"

namespace pipelang::backends {

/// Text as it is; each of its lines comes from the same place.
static RenderedText plainText(const Document &document) {
  RenderedText text;
  text.text = document.asString() ? *document.asString() : "";
  text.lineOrigins.assign(llvm::StringRef(text.text).count('\n') + 1, document.origin);
  return text;
}

static llvm::Expected<RenderedText> render(const plan::Plan &plan, const plan::EmitFile &emit) {
  using Format = plan::EmitFile::Format;
  Span origin = emit.document.origin;
  switch (emit.format) {
  case Format::Yaml: return withHeader(plan, toYaml(emit.document), origin);
  case Format::Json: return toJson(emit.document);    // has no comments
  case Format::Text: return plainText(emit.document); // may be anything
  case Format::Toml:
  case Format::Ini: break;
  }
  auto text = emit.format == Format::Toml ? toToml(emit.document) : toIni(emit.document);
  if (!text) return text.takeError();
  return withHeader(plan, *text, origin);
}

FileSet emitFile(const plan::Plan &plan, const plan::EmitFile &emit, Diagnostics &diagnostics) {
  auto text = render(plan, emit);
  if (!text) {
    diagnostics.report(emit.document.origin, diag::FormatCannotSay, emit.path,
                       llvm::toString(text.takeError()));
    return {};
  }
  FileSet files;
  files[emit.path] = {std::move(*text), emit.document.origin, true};
  return files;
}

} // namespace pipelang::backends
