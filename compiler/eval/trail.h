// Where in the user's own code we are: diagnostics point there first, never into the library.
#pragma once

#include "compiler/sema/program.h"
#include "compiler/support/diagnostics.h"

namespace pipelang::eval {

/// What led to the code being computed: `job unit[3.12]` from its `for`, `task docker.build` from its call.
struct TrailEntry {
  std::string text; ///< `in task docker.build called here`
  Span place;
};

/// Reports with the trail. A place in the library is replaced by the call that led there.
class Reporter {
public:
  Reporter(const sema::Program &program, Diagnostics &diagnostics);

  template <typename... Args>
  Diagnostics::Builder report(Span span, const DiagnosticKind<Args...> &kind,
                              const std::type_identity_t<Args> &...args) {
    Span shown = userPlace(span);
    bool wanted = !labelsOnly_ || llvm::StringRef(kind.code).startswith("P05");
    Diagnostics::Builder builder = (wanted ? diagnostics_ : dropped_).report(shown, kind, args...);
    addTrail(builder, span, shown);
    return builder;
  }

  /// The place in the user's code that `span` is, or that led to it.
  Span userPlace(Span span) const;
  bool hasErrors() const { return diagnostics_.hasErrors(); }
  std::size_t errorCount() const { return diagnostics_.errorCount(); }

  /// From now on only what labels find (P05xx) is reported: the rest has been, or is none of the user's.
  void reportLabelsOnly() { labelsOnly_ = true; }

  void enter(TrailEntry entry) { trail_.push_back(std::move(entry)); }
  void leave() { trail_.pop_back(); }

private:
  void addTrail(Diagnostics::Builder &builder, Span span, Span shown) const;
  bool isLibrary(Span span) const;

  Diagnostics &diagnostics_;
  bool labelsOnly_ = false;
  Diagnostics dropped_;            ///< While only labels are reported.
  std::vector<bool> libraryFiles_; ///< Indexed by SourceFile.
  std::vector<TrailEntry> trail_;
};

/// Adds an entry for as long as it lives.
class TrailScope {
public:
  TrailScope(Reporter &reporter, TrailEntry entry) : reporter_(reporter) {
    reporter_.enter(std::move(entry));
  }
  ~TrailScope() { reporter_.leave(); }
  TrailScope(const TrailScope &) = delete;
  TrailScope &operator=(const TrailScope &) = delete;

private:
  Reporter &reporter_;
};

} // namespace pipelang::eval
