// Text built line by line, each line remembering where in the .pipe source it came from. What the
// writers of document.h share.
#pragma once

#include "compiler/support/document.h"

namespace pipelang {

/// Grows a RenderedText. Keeps one origin for each line that has been ended.
class RenderedLines {
public:
  /// Appends to the current line; `text` has no line feed.
  void append(llvm::StringRef text) { rendered_.text += text; }
  void endLine(Span origin) {
    rendered_.text += '\n';
    rendered_.lineOrigins.push_back(origin);
  }
  void line(llvm::StringRef text, Span origin) {
    append(text);
    endLine(origin);
  }
  RenderedText take() { return std::move(rendered_); }

private:
  RenderedText rendered_;
};

/// What a node says of its place, or what its parent said.
inline Span originOr(const Document &document, Span inherited) {
  return document.origin.valid() ? document.origin : inherited;
}

} // namespace pipelang
