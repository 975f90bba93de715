// What is wrong with the user's file: registered messages with typed arguments, collected beside
// every phase. Messages live in diagnostics.def; how they are shown, in driver/.
#pragma once

#include "compiler/support/source.h"
#include "fmt/format.h"
#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <tuple>
#include <vector>

namespace pipelang {

enum class Severity { Error, Warning };

/// A registered message. `Args` are the types of the values it is formatted with.
template <typename... Args> struct DiagnosticKind {
  const char *name;
  const char *code;
  Severity severity;
  const char *text;
};

namespace diag {
using Text = llvm::StringRef;
using Number = std::int64_t;
#define DIAG(NAME, CODE, SEVERITY, TEXT, ...)                                                                \
  inline constexpr DiagnosticKind<__VA_ARGS__> NAME{#NAME, CODE, Severity::SEVERITY, TEXT};
#include "compiler/support/diagnostics.def"
#undef DIAG
} // namespace diag

/// A second place of a diagnostic, with what it has to do with it.
struct DiagnosticLabel {
  Span span;
  std::string text;
};

/// One replacement of text that makes the mistake go away. An empty `span` range inserts.
struct DiagnosticFix {
  Span span;
  std::string replacement;
  std::string text; ///< What the fix does, as `change it to `build``.
};

struct Diagnostic {
  std::string code;
  std::string name;
  Severity severity = Severity::Error;
  std::string message;
  Span span;
  std::vector<DiagnosticLabel> labels;
  std::vector<std::string> notes; ///< What to do, and the generation trail (`in job unit[3.12] …`).
  std::vector<DiagnosticFix> fixes;
};

/// The mistakes found so far. Phases add to it and go on; nothing is printed here. A file may hold millions
/// of mistakes: the first `mostKept` are kept, the others only counted.
class Diagnostics {
public:
  static constexpr std::size_t mostKept = 500;

  /// Adds to the diagnostic just reported.
  class Builder {
  public:
    explicit Builder(Diagnostic &diagnostic) : diagnostic_(diagnostic) {}
    Builder &label(Span span, std::string text);
    Builder &note(std::string text);
    Builder &fix(Span span, std::string replacement, std::string text);

  private:
    Diagnostic &diagnostic_;
  };

  /// The builder is valid until the next report.
  template <typename... Args>
  Builder report(Span span, const DiagnosticKind<Args...> &kind, const std::type_identity_t<Args> &...args) {
    if (diagnostics_.size() >= mostKept) return omit(kind.severity);
    return add({kind.code,
                kind.name,
                kind.severity,
                fmt::format(fmt::runtime(kind.text), formattable(args)...),
                span,
                {},
                {},
                {}});
  }

  /// Adds one that was reported elsewhere.
  void keep(const Diagnostic &diagnostic);
  llvm::ArrayRef<Diagnostic> all() const { return diagnostics_; }
  bool hasErrors() const { return errorCount() > 0; }
  std::size_t errorCount() const { return errors_ + omittedErrors_; }
  /// How many were not kept.
  std::size_t omitted() const { return omittedErrors_ + omittedWarnings_; }
  /// Counts those that `other` did not keep.
  void addOmitted(const Diagnostics &other);
  /// Orders by place (file, begin, code) and drops exact repetitions.
  void sort();

private:
  static std::string_view formattable(llvm::StringRef text) { return {text.data(), text.size()}; }
  static std::int64_t formattable(std::int64_t number) { return number; }
  Builder add(Diagnostic diagnostic);
  Builder omit(Severity severity);

  std::vector<Diagnostic> diagnostics_;
  std::size_t errors_ = 0; ///< Of those kept.
  std::size_t omittedErrors_ = 0;
  std::size_t omittedWarnings_ = 0;
  Diagnostic unread_; ///< What builders of omitted ones add to.
};

/// The candidate nearest to `name` by edit distance, or empty where none is near enough to suggest.
std::string nearestName(llvm::StringRef name, llvm::ArrayRef<std::string> candidates);

} // namespace pipelang
