// A tree of plain data: what every YAML, JSON, TOML and INI file is before it is text.
// Backends build Documents; only the writers in this room turn them into text.
#pragma once

#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace pipelang {

class Document;
using DocumentList = std::vector<Document>;
/// Entries in the order they were added; keys are unique (`set` replaces).
using DocumentMap = std::vector<std::pair<std::string, Document>>;

/// One node: null, bool, integer, decimal text, string, list or map. Carries where it came from (for
/// source maps) and an optional comment.
class Document {
public:
  /// A number that is no integer, kept as it was spelled (`0.5`); written unquoted.
  struct Decimal {
    std::string spelling;
    bool operator==(const Decimal &) const = default;
  };
  using Node =
      std::variant<std::monostate, bool, std::int64_t, Decimal, std::string, DocumentList, DocumentMap>;

  Document() = default;
  Document(bool value) : node(value) {}
  Document(int value) : node(static_cast<std::int64_t>(value)) {}
  Document(std::int64_t value) : node(value) {}
  Document(const char *value) : node(std::string(value)) {}
  Document(std::string value) : node(std::move(value)) {}
  Document(llvm::StringRef value) : node(value.str()) {}
  Document(Decimal value) : node(std::move(value)) {}
  Document(DocumentList value) : node(std::move(value)) {}
  Document(DocumentMap value) : node(std::move(value)) {}
  static Document list() { return Document(DocumentList{}); }
  static Document map() { return Document(DocumentMap{}); }

  bool isNull() const { return std::holds_alternative<std::monostate>(node); }
  const DocumentMap *asMap() const { return std::get_if<DocumentMap>(&node); }
  const DocumentList *asList() const { return std::get_if<DocumentList>(&node); }
  const std::string *asString() const { return std::get_if<std::string>(&node); }

  /// Sets `key` of a map (a null node becomes a map first); returns the stored value, which stays in
  /// its place until the next `set` or `push` here.
  Document &set(llvm::StringRef key, Document value);
  /// Appends to a list (a null node becomes a list first); returns the stored value.
  Document &push(Document value);
  /// The value of `key`, or null where this is no map or has no such key.
  const Document *find(llvm::StringRef key) const;

  Document &from(Span span) {
    origin = span;
    return *this;
  }
  Document &commented(std::string text) {
    comment = std::move(text);
    return *this;
  }

  /// Equal data; origins and comments do not count.
  friend bool operator==(const Document &left, const Document &right) { return left.node == right.node; }

  Node node;
  Span origin;         ///< The .pipe text this node says; invalid: as its parent.
  std::string comment; ///< Written at the end of a scalar's line, above a list or map (there a line feed
                       ///< begins another line). The writers make whatever could end the line a space.
};

/// Text and, for each of its lines (index 0 is line 1), the place in the .pipe source it came from.
struct RenderedText {
  std::string text;
  std::vector<Span> lineOrigins;
};

/// Block-style YAML 1.2 that YAML 1.1 readers understand alike: whatever either could misread (`on`,
/// `3.10`, `0123`, `12:30:45`, `~`, …) is double-quoted; several lines become `|` blocks where that
/// keeps every byte. Always ends in a line feed.
RenderedText toYaml(const Document &document);
/// Indented by two spaces, keys in the order given, ends in a line feed.
RenderedText toJson(const Document &document);
/// Error: a null, a list of mixed kinds, or a top level that is no map.
llvm::Expected<RenderedText> toToml(const Document &document);
/// Sections of `key = value`. Error: deeper nesting than two levels.
llvm::Expected<RenderedText> toIni(const Document &document);

/// Reads one YAML document (anchors resolved). Error: `line N: …`.
llvm::Expected<Document> readYaml(llvm::StringRef text);
/// Reads JSON. Error: `line N: …`.
llvm::Expected<Document> readJson(llvm::StringRef text);

} // namespace pipelang
