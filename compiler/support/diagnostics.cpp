#include "compiler/support/diagnostics.h"
#include <algorithm>
#include <tuple>

namespace pipelang {

Diagnostics::Builder &Diagnostics::Builder::label(Span span, std::string text) {
  diagnostic_.labels.push_back({span, std::move(text)});
  return *this;
}

Diagnostics::Builder &Diagnostics::Builder::note(std::string text) {
  diagnostic_.notes.push_back(std::move(text));
  return *this;
}

Diagnostics::Builder &Diagnostics::Builder::fix(Span span, std::string replacement, std::string text) {
  diagnostic_.fixes.push_back({span, std::move(replacement), std::move(text)});
  return *this;
}

Diagnostics::Builder Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Error) ++errors_;
  diagnostics_.push_back(std::move(diagnostic));
  return Builder(diagnostics_.back());
}

void Diagnostics::keep(const Diagnostic &diagnostic) {
  if (diagnostics_.size() < mostKept)
    add(diagnostic);
  else
    omit(diagnostic.severity);
}

Diagnostics::Builder Diagnostics::omit(Severity severity) {
  ++(severity == Severity::Error ? omittedErrors_ : omittedWarnings_);
  unread_ = {};
  return Builder(unread_);
}

void Diagnostics::addOmitted(const Diagnostics &other) {
  omittedErrors_ += other.omittedErrors_;
  omittedWarnings_ += other.omittedWarnings_;
}

static auto placeOf(const Diagnostic &diagnostic) {
  return std::tie(diagnostic.span.file, diagnostic.span.begin, diagnostic.span.end, diagnostic.code,
                  diagnostic.message);
}

void Diagnostics::sort() {
  auto before = [](const Diagnostic &a, const Diagnostic &b) { return placeOf(a) < placeOf(b); };
  auto same = [](const Diagnostic &a, const Diagnostic &b) { return placeOf(a) == placeOf(b); };
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(), before);
  auto last = std::unique(diagnostics_.begin(), diagnostics_.end(), same);
  diagnostics_.erase(last, diagnostics_.end());
  errors_ = std::count_if(diagnostics_.begin(), diagnostics_.end(),
                          [](const Diagnostic &d) { return d.severity == Severity::Error; });
}

std::string nearestName(llvm::StringRef name, llvm::ArrayRef<std::string> candidates) {
  std::string best;
  // Two swapped letters are two edits, so short words are allowed two; the shortest only one.
  unsigned allowed = name.size() <= 2 ? 1 : std::max<unsigned>(2, static_cast<unsigned>(name.size()) / 3);
  unsigned bestDistance = allowed + 1;
  for (const std::string &candidate : candidates) {
    unsigned distance = name.edit_distance(candidate, true, bestDistance);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

} // namespace pipelang
