#include "compiler/driver/render.h"
#include "llvm/Support/ErrorHandling.h"
#include <algorithm>

namespace pipelang::driver {
namespace {

constexpr const char *reset = "\033[0m";
constexpr const char *bold = "\033[1m";
constexpr const char *red = "\033[1;31m";
constexpr const char *yellow = "\033[1;33m";
constexpr const char *blue = "\033[1;34m";
constexpr const char *green = "\033[1;32m";

/// Longer source lines are shown cut: a 10 MB line must not fill a screen.
constexpr std::size_t widestLine = 200;

class TextRenderer {
public:
  TextRenderer(const Sources &sources, bool color) : sources_(sources), color_(color) {}

  void add(const Diagnostic &diagnostic) {
    bool error = diagnostic.severity == Severity::Error;
    const char *style = error ? red : yellow;
    if (diagnostic.span.valid()) text_ += paint(bold, place(diagnostic.span) + ": ");
    text_ += paint(style, fmt::format("{}[{}]", error ? "error" : "warning", diagnostic.code));
    text_ += paint(bold, ": " + diagnostic.message) + "\n";
    if (diagnostic.span.valid()) snippet(diagnostic.span, '^', style, "");
    for (const DiagnosticLabel &label : diagnostic.labels) {
      if (label.span.valid() && label.span.file != diagnostic.span.file)
        text_ += fmt::format("  --> {}\n", place(label.span));
      if (label.span.valid()) snippet(label.span, '-', blue, label.text);
    }
    for (const std::string &note : diagnostic.notes)
      text_ += paint(blue, "  = ") + "note: " + note + "\n";
    for (const DiagnosticFix &fix : diagnostic.fixes) { // one for each place says the same
      const bool repeated = &fix != &diagnostic.fixes.front() && fix.text == diagnostic.fixes.front().text;
      if (!repeated) text_ += paint(green, "  = ") + "fix: " + fix.text + "\n";
    }
    text_ += "\n";
  }

  void summary(const Diagnostics &diagnostics) {
    std::size_t errors = diagnostics.errorCount();
    std::size_t warnings = diagnostics.all().size() + diagnostics.omitted() - errors;
    std::string text;
    if (errors) text = fmt::format("{} error{}", errors, errors == 1 ? "" : "s");
    if (warnings)
      text += fmt::format("{}{} warning{}", errors ? ", " : "", warnings, warnings == 1 ? "" : "s");
    if (diagnostics.omitted()) text += fmt::format("; {} of them are not shown", diagnostics.omitted());
    text_ += paint(bold, text) + "\n";
  }

  std::string take() { return std::move(text_); }

private:
  std::string paint(const char *style, const std::string &text) const {
    return color_ ? style + text + reset : text;
  }

  std::string place(Span span) const {
    const SourceFile &file = sources_[span.file];
    Position position = file.position(span.begin);
    return fmt::format("{}:{}:{}", file.name().str(), position.line, position.column);
  }

  /// The first line of `span`, with `mark` under the range and `label` after it.
  void snippet(Span span, char mark, const char *style, llvm::StringRef label) {
    const SourceFile &file = sources_[span.file];
    Position begin = file.position(span.begin);
    Position end = file.position(span.end);
    llvm::StringRef line = file.line(begin.line);
    if (line.size() > widestLine) return; // the place above says where
    std::string number = std::to_string(begin.line);
    std::uint32_t past = end.line == begin.line ? end.column : columns(line) + 1;
    std::uint32_t width = std::max<std::uint32_t>(1, past > begin.column ? past - begin.column : 1);
    text_ += paint(blue, fmt::format("{:>4} | ", number)) + printable(line) + "\n";
    text_ += paint(blue, "     | ") + padding(line, begin.column) +
             paint(style, std::string(width, mark) + (label.empty() ? "" : " " + label.str())) + "\n";
  }

  static std::uint32_t columns(llvm::StringRef line) {
    return static_cast<std::uint32_t>(
        std::count_if(line.begin(), line.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
  }

  /// Spaces up to `column`, tabs kept so that the mark stands under its text.
  static std::string padding(llvm::StringRef line, std::uint32_t column) {
    std::string text;
    for (char c : line) {
      if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;
      if (text.size() + 1 >= column) break;
      text += c == '\t' ? '\t' : ' ';
    }
    text.resize(std::max<std::size_t>(text.size(), column - 1), ' ');
    return text;
  }

  /// Control characters would command the terminal: they are shown as `?`.
  static std::string printable(llvm::StringRef line) {
    std::string text = line.str();
    for (char &c : text)
      if ((static_cast<unsigned char>(c) < 32 && c != '\t') || c == 127) c = '?';
    return text;
  }

  const Sources &sources_;
  bool color_;
  std::string text_;
};

} // namespace

std::string renderText(const Diagnostics &diagnostics, const Sources &sources, bool color) {
  if (diagnostics.all().empty()) return "";
  TextRenderer renderer(sources, color);
  for (const Diagnostic &diagnostic : diagnostics.all())
    renderer.add(diagnostic);
  renderer.summary(diagnostics);
  return renderer.take();
}

std::string renderOne(const Diagnostic &diagnostic, const Sources &sources, bool color) {
  TextRenderer renderer(sources, color);
  renderer.add(diagnostic);
  return renderer.take();
}

std::string render(Format format, const Diagnostics &diagnostics, const Sources &sources, bool color) {
  switch (format) {
  case Format::Text: return renderText(diagnostics, sources, color);
  case Format::Json: return renderJson(diagnostics, sources);
  case Format::Sarif: return renderSarif(diagnostics, sources, PIPELANG_VERSION);
  }
  llvm_unreachable("every format is handled");
}

} // namespace pipelang::driver
