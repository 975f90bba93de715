#include "compiler/driver/render.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace pipelang::driver {
namespace {

using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

/// JSON is UTF-8; the user's file may be anything.
std::string utf8(llvm::StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}

std::string indented(Value value) {
  return llvm::formatv("{0:2}", value).str() + "\n";
}

Object place(const SourceFile &file, std::uint32_t offset) {
  Position position = file.position(offset);
  return Object{{"line", position.line}, {"column", position.column}, {"offset", offset}};
}

/// Null for a span that is nowhere.
Value range(Span span, const Sources &sources) {
  if (!span.valid()) return nullptr;
  const SourceFile &file = sources[span.file];
  return Object{
      {"file", utf8(file.name())}, {"start", place(file, span.begin)}, {"end", place(file, span.end)}};
}

Object toJson(const Diagnostic &diagnostic, const Sources &sources) {
  Array labels, notes, fixes;
  for (const DiagnosticLabel &label : diagnostic.labels)
    labels.push_back(Object{{"text", utf8(label.text)}, {"range", range(label.span, sources)}});
  for (const std::string &note : diagnostic.notes)
    notes.push_back(utf8(note));
  for (const DiagnosticFix &fix : diagnostic.fixes)
    fixes.push_back(Object{{"text", utf8(fix.text)},
                           {"replacement", utf8(fix.replacement)},
                           {"range", range(fix.span, sources)}});
  return Object{{"code", diagnostic.code},
                {"name", diagnostic.name},
                {"severity", diagnostic.severity == Severity::Error ? "error" : "warning"},
                {"message", utf8(diagnostic.message)},
                {"range", range(diagnostic.span, sources)},
                {"labels", std::move(labels)},
                {"notes", std::move(notes)},
                {"fixes", std::move(fixes)}};
}

/// SARIF 2.1.0, 3.30 region object: lines and columns from 1.
Object sarifRegion(Span span, const SourceFile &file) {
  Position begin = file.position(span.begin);
  Position end = file.position(span.end);
  return Object{{"startLine", begin.line},
                {"startColumn", begin.column},
                {"endLine", end.line},
                {"endColumn", end.column}};
}

Object sarifLocation(Span span, const Sources &sources) {
  const SourceFile &file = sources[span.file];
  return Object{{"physicalLocation", Object{{"artifactLocation", Object{{"uri", utf8(file.name())}}},
                                            {"region", sarifRegion(span, file)}}}};
}

Object sarifResult(const Diagnostic &diagnostic, const Sources &sources) {
  std::string message = diagnostic.message;
  for (const std::string &note : diagnostic.notes)
    message += "\n" + note;
  Object result{{"ruleId", diagnostic.code},
                {"level", diagnostic.severity == Severity::Error ? "error" : "warning"},
                {"message", Object{{"text", utf8(message)}}}};
  if (diagnostic.span.valid()) result["locations"] = Array{sarifLocation(diagnostic.span, sources)};
  Array related;
  for (const DiagnosticLabel &label : diagnostic.labels) {
    if (!label.span.valid()) continue;
    Object location = sarifLocation(label.span, sources);
    location["message"] = Object{{"text", utf8(label.text)}};
    related.push_back(std::move(location));
  }
  if (!related.empty()) result["relatedLocations"] = std::move(related);
  return result;
}

} // namespace

std::string renderJson(const Diagnostics &diagnostics, const Sources &sources) {
  Array all;
  for (const Diagnostic &diagnostic : diagnostics.all())
    all.push_back(toJson(diagnostic, sources));
  Object object{{"version", 1}, {"diagnostics", std::move(all)}};
  if (diagnostics.omitted()) object["omitted"] = static_cast<std::int64_t>(diagnostics.omitted());
  return indented(std::move(object));
}

std::string renderSarif(const Diagnostics &diagnostics, const Sources &sources, llvm::StringRef version) {
  std::map<std::string, std::string> names;
  Array results, rules;
  for (const Diagnostic &diagnostic : diagnostics.all()) {
    names[diagnostic.code] = diagnostic.name;
    results.push_back(sarifResult(diagnostic, sources));
  }
  for (const auto &[code, name] : names)
    rules.push_back(Object{{"id", code}, {"name", name}});
  Object driver{{"name", "pipec"}, {"version", version}, {"rules", std::move(rules)}};
  Object run{{"tool", Object{{"driver", std::move(driver)}}},
             {"columnKind", "unicodeCodePoints"},
             {"results", std::move(results)}};
  return indented(Object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                         {"version", "2.1.0"},
                         {"runs", Array{std::move(run)}}});
}

} // namespace pipelang::driver
